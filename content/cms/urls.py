from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path

from content.cms import editions, imports
from content.cms.pages import trainers_only

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "content_cms"


def door(route: str, view: Any, name: str) -> URLPattern:
    return path(route, trainers_only(view), name=name)


IMPORT = "import/<slug:code>/"
EDITION = "editions/<int:pk>/"

urlpatterns = [
    door("", editions.edition_list, "standards"),
    door(EDITION, editions.edition_page, "edition"),
    door(f"{EDITION}publish/", editions.edition_publish, "edition_publish"),
    door("import/", imports.upload, "upload"),
    door("import/sample.md", imports.sample, "sample"),
    door(IMPORT, imports.tree_page, "import"),
    door(f"{IMPORT}correct/", imports.correct, "correct"),
    door(f"{IMPORT}undo/", imports.undo, "undo"),
    door(f"{IMPORT}again/", imports.again, "again"),
    door(f"{IMPORT}cancel/", imports.cancel, "cancel"),
    door(f"{IMPORT}confirm/", imports.confirm, "confirm"),
]
