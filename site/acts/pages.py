"""Do, say, go back: what nearly every button does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.contrib import messages
from django.shortcuts import redirect

from acts import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseRedirect

T = TypeVar("T")


def act_then_go(
    request: HttpRequest,
    act: Callable[[], T],
    *,
    success: str | Callable[[T], str] = "",
    to: str,
    back_to: Callable[[], str] | None = None,
) -> HttpResponseRedirect:
    """Runs the act, shows what came of it as a message, and goes to `to` (an address, or a name with no arguments).

    A refusal shows each of its sentences, and goes to `back_to` where the cure lies elsewhere. Anything else that is raised goes
    on.
    """
    try:
        made = act()
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect(back_to() if back_to is not None else to)
    sentence = success(made) if callable(success) else success
    if sentence:
        messages.success(request, sentence)
    return redirect(to)
