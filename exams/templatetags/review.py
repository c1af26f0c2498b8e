from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exams.outcome import ReviewedOption

register = template.Library()


@register.simple_tag
def option_lines(options: Iterable[ReviewedOption]) -> SafeString:
    """The options of a reviewed question. Two hundred lines on the longest page of an exam day, the same for everybody who sat
    the same paper but for what they chose: as a loop of the template they were half of what the page costs."""
    return mark_safe("".join(_line(option) for option in options))


@lru_cache(maxsize=4096)
def _line(option: ReviewedOption) -> str:
    notes = format_html_join("", " <strong>{}</strong>", ((note,) for note in option.notes))
    return format_html('<li class="{}"><span>{}</span>{}</li>', option.tone, option.text, notes)
