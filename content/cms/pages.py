"""What the trainers' pages share: Wagtail's frame with our breadcrumbs, and the door."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from people.desk import may_enter, require_trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]


def trainers_only(view: View) -> View:
    """Sign-in and the CMS first, then the role; each app's access.py says what lies in the trainer's part."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_trainer(request.user)
        return view(request, *args, **kwargs)

    return require_admin_access(checked)


def pages_in(folder: str) -> Callable[..., HttpResponse]:
    """The function that draws the pages whose templates lie in a folder."""

    def page(
        request: HttpRequest,
        template: str,
        *,
        title: str,
        trail: list[tuple[str, str]],
        icon: str = "",
        status: int = 200,
        failed: bool = False,
        **context: Any,
    ) -> HttpResponse:
        """`trail`: (label, address) of the pages above. `failed` says in the window's title that something is wrong."""
        crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("首页")}]
        crumbs += [{"url": url, "label": label} for label, url in trail]
        crumbs.append({"url": "", "label": title})
        frame = {
            "breadcrumbs_items": crumbs,
            "header_title": title,
            "page_title": _("有错误：%(title)s") % {"title": title} if failed else title,
            "header_icon": icon or "doc-full",
        }
        return render(request, f"{folder}/{template}", {**frame, **context}, status=status)

    return page


class TrainerItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_enter(request.user)
