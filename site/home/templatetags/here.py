from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], name: str) -> SafeString | str:
    """Marks the link to the page `name` where this page is it, or lies below it. The first page is above all others: it counts
    only by itself."""
    request = context.get("request")
    address = reverse(name)
    path = request.path if request is not None else ""
    is_here = path == address if address == "/" else path.startswith(address)
    return mark_safe(' aria-current="page"') if is_here else ""
