from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from people import services
from people.access import actor_of
from people.models import User
from people.queries import profile_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@login_required
def me(request: HttpRequest) -> HttpResponse:
    context = {
        "profile": profile_of(actor_of(request)),
        "sizes": User.TextSize.choices,
        "themes": User.Theme.choices,
        "second_factor": is_mfa_enabled(actor_of(request), [Authenticator.Type.TOTP]),
    }
    return render(request, "people/me.html", context)


@require_POST
@login_required
def text_size(request: HttpRequest) -> HttpResponse:
    services.appearance_change(actor=actor_of(request), text_size=request.POST.get("text_size", ""))
    return _back(request)


@require_POST
@login_required
def theme(request: HttpRequest) -> HttpResponse:
    services.appearance_change(actor=actor_of(request), theme=request.POST.get("theme", ""))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "people:me"
    return redirect(target)


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "people/privacy.html")
