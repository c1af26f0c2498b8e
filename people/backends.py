from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend

from people.models import Member, User

if TYPE_CHECKING:
    from django.http import HttpRequest


class MemberNumberOrPhone(ModelBackend):
    """Signs in with the member number (the username) or the phone number of the roster."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        login = (username or kwargs.get("login") or "").strip()
        if not login or password is None:
            return None
        user = User.objects.filter(username=login).first()
        if user is None:
            member = Member.objects.select_related("user").filter(phone=login).first()
            user = member.user if member is not None else None
        if user is None:
            User().set_password(password)  # the same time for an unknown account
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def get_user(self, user_id: int) -> User | None:
        """With the member row, which nearly every page of a member asks for: one query instead of two."""
        user = User.objects.select_related("member").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
