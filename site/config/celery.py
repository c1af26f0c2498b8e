import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for entry in (str(ROOT), str(ROOT / "site")):
    if entry not in sys.path:
        sys.path.insert(0, entry)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery  # noqa: E402

from config import folder_broker  # noqa: E402

folder_broker.install()
app = Celery("grid_eclass")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
