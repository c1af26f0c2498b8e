"""Three doors behind the sign-in: somebody is there, the first sign-in is finished, and power over others is used only with a
second factor.

They look at a view just before it runs, and let nothing pass but the few names below and the views that rest on a token of their
own (people.requests.by_token): those read no session, so no door reads it for them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from people.access import has_power

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from people.models import User

# For everybody, signed in or not, at any time.
PUBLIC = frozenset({
    "account_inactive", "account_login", "account_logout", "account_reset_password", "account_set_password",
    "certificates:verify", "certificates:verify_token", "home:health", "home:help", "home:language", "javascript-catalog",
    "people:choose_display", "people:choose_password", "people:feedback_form", "people:feedback_mine", "people:first_sign_in",
    "people:privacy", "people:text_size", "people:theme",
})  # fmt: skip
# What a person needs to set up or to show the second factor.
SECOND_FACTOR = PUBLIC | {
    "account_reauthenticate", "mfa_activate_totp", "mfa_authenticate", "mfa_index", "mfa_reauthenticate",
}  # fmt: skip
PASSED = "second_factor"
SEEN = "seen"
OWN_EXAM = "/exams/"
BY_ITSELF = "/cms/editing-sessions/"


class Door:
    open_to: frozenset[str] = PUBLIC
    status = 403  # for programs, which follow no redirect to a page
    sentence: Any = ""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if getattr(view, "rests_on_token", False) or (match is not None and match.view_name in self.open_to):
            return None
        user = request.user
        if not user.is_authenticated:
            return None
        way = self.way_for(request, user)
        if way is None:
            return None
        if _wants_json(request):
            return JsonResponse({"detail": self.sentence}, status=self.status)
        return HttpResponseRedirect(way)

    def way_for(self, request: HttpRequest, user: User) -> str | None:
        """Where the person must go first, or None."""
        raise NotImplementedError


def _wants_json(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is not None and "wagtailadmin_api" in match.namespaces:
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


class IdleTime(Door):
    """Who has power over others and did nothing for IDLE_MINUTES is signed out, but not out of an own exam. What an open editor
    sends by itself is no sign of a person. A sitting that is being watched on the screen is: invigilators look on."""

    status = 401
    sentence = gettext_lazy("较长时间没有使用管理功能，已自动退出。请重新登录。")

    def way_for(self, request: HttpRequest, user: User) -> str | None:
        now = int(time.time())
        idle = now - request.session.get(SEEN, now)
        if (SEEN in request.session and idle < 60) or not has_power(user):
            return None
        if idle >= settings.IDLE_MINUTES * 60 and not request.path.startswith(OWN_EXAM):
            get_adapter().logout(request)
            messages.info(request, self.sentence)
            return _with_next(request, reverse(settings.LOGIN_URL))
        if not request.path.startswith(BY_ITSELF):
            request.session[SEEN] = now
        return None


class FirstSignIn(Door):
    sentence = gettext_lazy("请先完成首次登录：核对信息，设置新密码。")

    def way_for(self, request: HttpRequest, user: User) -> str | None:
        if user.confirmed_at is not None and not user.must_change_password:
            return None
        return _with_next(request, reverse("people:first_sign_in"))


class SecondFactor(Door):
    open_to = SECOND_FACTOR
    sentence = gettext_lazy("您的账号有管理权限，请先通过两步验证。")

    def way_for(self, request: HttpRequest, user: User) -> str | None:
        if not settings.REQUIRE_SECOND_FACTOR or request.session.get(PASSED) == user.pk or not has_power(user):
            return None
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return _with_next(request, reverse("mfa_reauthenticate"))
        return reverse("mfa_index")


class BackToTheForm:
    """Who sent a form when the sign-in was gone comes back to the page of the form, not to an address that takes no GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        login = reverse(settings.LOGIN_URL)
        if request.method == "POST" and response.headers.get("Location", "").startswith(f"{login}?"):
            response["Location"] = _with_next(request, login)
        return response


def _with_next(request: HttpRequest, way: str) -> str:
    page = request.get_full_path() if request.method == "GET" else _page_of_the_form(request)
    return f"{way}?{urlencode({'next': page})}" if page else way


def _page_of_the_form(request: HttpRequest) -> str:
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path


def signed_in(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    request.session[SEEN] = int(time.time())


def second_factor_passed(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """This session has shown the second factor: at sign-in, again, or just now while setting it up."""
    request.session[PASSED] = user.pk


def second_factor_gone(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    request.session.pop(PASSED, None)
