from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import get_script_prefix, get_urlconf, reverse
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
def here(context: dict[str, Any], name: str) -> SafeString | str:
    """Marks the link to the page `name` where this page is it, or lies below it. The first page is above all others: it counts
    only by itself."""
    request = context.get("request")
    below = address(name)
    path = request.path if request is not None else ""
    is_here = path == below if below == "/" else path.startswith(below)
    return mark_safe(' aria-current="page"') if is_here else ""
