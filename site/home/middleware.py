from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from home.views import health

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
# Wagtail's editor writes styles into the page and its templates hold small scripts.
CMS_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)


class ContentSecurityPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy", CMS_POLICY if request.path.startswith("/cms/") else POLICY
        )
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class Health:
    """Answers the health address before anything else looks at the request: a load balancer and bin/serve ask it over http and by
    an address of the inner network, which would be sent to https or refused as an unknown host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.path = reverse("home:health")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return health(request) if request.path == self.path else self.get_response(request)


class PlainAddress:
    """No address of ours holds a NUL, and PostgreSQL takes none: one in the path is a page that is not there, one in the
    query is a bad request. Bodies are the forms' business."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            status = 404 if "\x00" in request.path else 400
            return HttpResponse(render_to_string(f"{status}.html", request=request), status=status)
        return self.get_response(request)


class DeskDoor:
    """Wagtail sends whoever may not enter to the sign-in page, which sends the signed-in back: a loop. They get the 403 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path.startswith("/cms/")
            and request.user.is_authenticated
            and not request.user.has_perm("wagtailadmin.access_admin")
        ):
            return HttpResponse(render_to_string("403.html", request=request), status=403)
        return self.get_response(request)


class ChosenLanguage:
    """Chinese, unless the person chose otherwise. The browser's own preference is not asked: cheap phones are often sold
    with English settings, and their owners read Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
