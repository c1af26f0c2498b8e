"""What the trainers' pages share: Wagtail's frame with our breadcrumbs, and the door."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access

from content.access import require_trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]


def trainers_only(view: View) -> View:
    """Sign-in and the CMS first, then the role; access.py says which imports are the actor's."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_trainer(request.user)
        return view(request, *args, **kwargs)

    return require_admin_access(checked)


def page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    trail: list[tuple[str, str]],
    icon: str = "doc-full",
    status: int = 200,
    failed: bool = False,
    **context: Any,
) -> HttpResponse:
    """`trail`: (label, address) of the pages above this one. `failed` says in the window's title that something is wrong."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("首页")}]
    crumbs += [{"url": url, "label": label} for label, url in trail]
    crumbs.append({"url": "", "label": title})
    frame = {
        "breadcrumbs_items": crumbs,
        "header_title": title,
        "page_title": _("有错误：%(title)s") % {"title": title} if failed else title,
        "header_icon": icon,
    }
    return render(request, f"content/cms/{template}", {**frame, **context}, status=status)
