from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from people.models import User


class ActorRequest(HttpRequest):
    """A request that a signed-in person makes: what a view behind `login_required` (or behind the CMS's door) declares."""

    user: User
