from __future__ import annotations

from typing import Any

import pytest

from tests.cast import *  # noqa: F403 - pytest finds the fixtures here


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """No collected files in tests: names stay unhashed and come from the finders."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
