from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.db.models.functions import Upper
from django.utils import timezone

from notices.queries import unread_number
from people.access import remember_no_role
from people.models import RoleGrant, User
from textkeys import MEMBER_NUMBER, mobile_number

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


LOGIN_MOST = 100


def login_name(typed: str) -> str:
    """The account's name for what a person typed: a member number, or the phone number of the roster, however they were typed.

    All ways then count as one account when failed attempts are counted; of an unknown account too.
    """
    number, phone = MEMBER_NUMBER(typed[:LOGIN_MOST]), mobile_number(typed[:LOGIN_MOST])
    if not number:
        return ""
    # Each by its own index; «or» across two tables would read all accounts at every sign-in.
    found = User.objects.alias(key=Upper("username")).filter(key=number).values_list("username", flat=True)
    if phone:
        found = found.union(User.objects.filter(member__phone=phone).values_list("username", flat=True))
    names = list(found)
    return next((name for name in names if MEMBER_NUMBER(name) == number), names[0] if names else phone or number)


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
        """With what nearly every page asks for, in one query."""
        try:
            user = _accounts_of_pages().get(pk=user_id)
        except User.DoesNotExist:
            return None
        if not user.holds_roles:
            remember_no_role(user)
        return user if self.user_can_authenticate(user) else None


@cache
def _accounts_of_pages() -> QuerySet[User, Any]:
    """Accounts with their member row, whether they hold a role, and how many notices are unread. Never read itself: each page
    narrows it to one account. It is made once, for making it took a tenth of a page."""
    held = RoleGrant.objects.filter(user=OuterRef("pk"), revoked_at__isnull=True)
    return User.objects.select_related("member").annotate(
        holds_roles=Exists(held), unread_notices=unread_number(OuterRef("pk"))
    )


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
