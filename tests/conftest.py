from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from wagtail.models import Collection, Locale, Page

from tests.cast import *  # noqa: F403 - pytest finds the fixtures here
from tests.chromium import chromium

__all__ = ["chromium"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks that follow from what a test asks for. What meets no database gives the same on each, and so does a page in a
    browser: a run over several databases does these once."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "chromium" in fixtures:
            item.add_marker(pytest.mark.browser)
        meets = {"db", "transactional_db"} & fixtures
        if not meets and not item.get_closest_marker("django_db") and not item.get_closest_marker("system"):
            item.add_marker(pytest.mark.apart)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """No collected files in tests: names stay unhashed and come from the finders."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Rows are rolled back, and the next test's rows get their numbers."""
    cache.clear()


@pytest.fixture(autouse=True)
def cms_roots(request: pytest.FixtureRequest) -> None:
    """What Wagtail's migrations made, and what the test before took that emptied all tables: whoever gets a role may use
    the CMS."""
    marker = request.node.get_closest_marker("django_db")
    empties = marker is not None and marker.kwargs.get("transaction", False)
    if not empties and "transactional_db" not in request.fixturenames:
        return
    request.getfixturevalue("transactional_db")
    Locale.objects.get_or_create(language_code="zh-hans")
    if Page.get_first_root_node() is None:
        Page.add_root(title="全部页面", slug="root")
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="全部")
