from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from exams.types import all_types, type_for

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()


@register.simple_tag
def once(name: str) -> SafeString:
    """Includes a template that is the same for everybody: rendered once in a process and language, not for each candidate.
    The room's 150 sentences and its scripts' addresses were most of what its page cost."""
    if settings.DEBUG:
        return render_to_string(name)
    return _rendered(name, get_language() or "", repr(settings.STORAGES))


@register.simple_tag
def room_part(name: str, paper: Mapping[str, Any]) -> SafeString:
    """The same for a part of the room that depends on which types of questions are on the paper."""
    kinds = tuple(sorted({question["type"] for question in paper["questions"]}))
    if settings.DEBUG:
        return _room_part(name, kinds)
    return _rendered_part(name, kinds, get_language() or "", repr(settings.STORAGES))


@register.simple_tag
def room_ahead() -> SafeString:
    """What the notice page may fetch: which types the paper will hold is not known there."""
    return _rendered_part("exams/room/prefetch.html", tuple(all_types()), "", repr(settings.STORAGES))


@lru_cache(maxsize=64)
def _rendered(name: str, _language: str, _storage: str) -> SafeString:
    return render_to_string(name)


@lru_cache(maxsize=256)
def _rendered_part(name: str, kinds: tuple[str, ...], _language: str, _storage: str) -> SafeString:
    return _room_part(name, kinds)


def _room_part(name: str, kinds: tuple[str, ...]) -> SafeString:
    words: dict[str, str] = {}
    for kind in map(type_for, kinds):
        words[kind.code] = kind.title
        words |= {f"{kind.code}.{name}": text for name, text in kind.room_words().items()}
    return render_to_string(name, {"scripts": [type_for(code).room_script for code in kinds], "words": words})
