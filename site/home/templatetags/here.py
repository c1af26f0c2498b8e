from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@cache
def _address(name: str, prefix: str, urlconf: str | None) -> str:
    return reverse(name)


@register.simple_tag
def address(name: str) -> str:
    """`{% url %}` of a page without arguments, looked up once: the frame names a dozen on every page."""
    return _address(name, get_script_prefix(), get_urlconf())


@register.simple_tag(takes_context=True)
def page_before(context: dict[str, Any]) -> str:
    """The page of this site from which the person came, else the first page: another site must not name the way on."""
    request = context["request"]
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours else address("home:first")


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], name: str) -> SafeString | str:
    """Marks the link to the page `name` where this page is it, or lies below it. The first page is above all others: it counts
    only by itself."""
    request = context.get("request")
    below = address(name)
    path = request.path if request is not None else ""
    is_here = path == below if below == "/" else path.startswith(below)
    return mark_safe(' aria-current="page"') if is_here else ""
