from __future__ import annotations

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def once(name: str) -> SafeString:
    """Includes a template that is the same for everybody: rendered once in a process and language, not for each candidate.
    The room's 150 sentences and its scripts' addresses were most of what its page cost."""
    if settings.DEBUG:
        return render_to_string(name)
    return _rendered(name, get_language() or "", repr(settings.STORAGES))


@lru_cache(maxsize=64)
def _rendered(name: str, _language: str, _storage: str) -> SafeString:
    return render_to_string(name)
