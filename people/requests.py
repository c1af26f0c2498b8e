from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest
from django.views.decorators.csrf import csrf_exempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from people.models import User

View = TypeVar("View", bound="Callable[..., Any]")


class ActorRequest(HttpRequest):
    """A request that a signed-in person makes: what a view behind `login_required` (or behind the CMS's door) declares."""

    user: User


def by_token(view: View) -> View:
    """For a view that believes only a signed token in the request, never the session: it needs no form's token, and no door reads
    the session for it (people.middleware). On any other view this would open every door."""
    exempt = csrf_exempt(view)
    exempt.rests_on_token = True  # type: ignore[attr-defined]
    return exempt
