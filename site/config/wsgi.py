import gc
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for entry in (str(ROOT), str(ROOT / "site")):
    if entry not in sys.path:
        sys.path.insert(0, entry)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from home.catalogues import catalogue_flatten  # noqa: E402

catalogue_flatten(settings.LANGUAGE_CODE)

# What is loaded now stays to the end: the collector need not walk over it again and again, nor after every few hundred objects.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
