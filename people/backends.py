from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.utils import timezone

from notices.queries import unread_number
from people.access import remember_no_role
from people.models import RoleGrant, User

if TYPE_CHECKING:
    from django.http import HttpRequest


def login_name(typed: str) -> str:
    """The account's name for what a person typed: a member number, or the phone number of the roster.

    Both then count as one account when failed attempts are counted. Full-width digits come from Chinese keyboards.
    """
    plain = unicodedata.normalize("NFKC", typed).strip().replace("\x00", "")
    if not plain:
        return plain
    # Each by its own index; «or» across two tables would read all accounts at every sign-in.
    numbers = User.objects.filter(username=plain).values_list("username", flat=True)
    names = list(numbers.union(User.objects.filter(member__phone=plain).values_list("username", flat=True)))
    return plain if plain in names or not names else names[0]


class MemberNumberOrPhone(ModelBackend):
    """Signs in with the member number (the username) or the phone number of the roster."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        login = (username or kwargs.get("login") or "").strip()
        if not login or password is None:
            return None
        user = User.objects.filter(username=login).first() or User.objects.filter(member__phone=login).first()
        if user is None:
            User().set_password(password)  # the same time for an unknown account
            return None
        if user.check_password(password) and self.user_can_authenticate(user) and not initial_password_is_over(user):
            return user
        return None

    def get_user(self, user_id: int) -> User | None:
        """With what nearly every page asks for, in one query: the member row, that there is no role, and how many notices
        are unread."""
        held = RoleGrant.objects.filter(user=OuterRef("pk"), revoked_at__isnull=True)
        try:
            user = (
                User.objects.select_related("member")
                .annotate(holds_roles=Exists(held), unread_notices=unread_number(OuterRef("pk")))
                .get(pk=user_id)
            )
        except User.DoesNotExist:
            return None
        if not user.holds_roles:
            remember_no_role(user)
        return user if self.user_can_authenticate(user) else None


def initial_password_is_over(user: User) -> bool:
    """An initial password that nobody used in time opens nothing any more."""
    until = user.initial_password_until
    return user.must_change_password and until is not None and until < timezone.now()


def attempt_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The account that axes counts an attempt for. Django names the field `username`, the form and axes `login`."""
    given = credentials or {}
    return str(given.get("login") or given.get("username") or request.POST.get("login", ""))[:150]


def client_address(request: HttpRequest) -> str | None:
    """The address that axes counts, as allauth finds it behind PROXY_COUNT proxies. (axes alone needs ipware for that.)"""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:  # no address at all: a sign-in that didn't come through a web server
        return None
