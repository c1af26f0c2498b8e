"""How axes counts failed sign-ins, without asking again for what nobody has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axes.handlers.database import AxesDatabaseHandler

from people.backends import attempt_name

if TYPE_CHECKING:
    from django.http import HttpRequest

COUNTED = "_failures_counted"


class LockoutHandler(AxesDatabaseHandler):
    """A sign-in is looked at twice, before allauth's own limits and by axes' backend. Between the two lies only this request;
    and who signs in without a failure before has nothing to be reset. That is four of every sign-in's statements."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        name = attempt_name(request, credentials)
        counted: dict[str, int] = request.__dict__.setdefault(COUNTED, {})
        if name not in counted:
            counted[name] = super().get_failures(request, credentials)
        return counted[name]

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is not None:
            request.__dict__.pop(COUNTED, None)
        super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        if request.__dict__.get(COUNTED) != {user.get_username(): 0}:
            super().user_logged_in(sender, request, user, **kwargs)
