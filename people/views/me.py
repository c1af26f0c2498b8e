from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from people import services
from people.models import User
from people.queries import profile_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest


@require_GET
@login_required
def me(request: ActorRequest) -> HttpResponse:
    context = {
        "profile": profile_of(request.user),
        "sizes": User.TextSize.choices,
        "themes": User.Theme.choices,
        "second_factor": is_mfa_enabled(request.user, [Authenticator.Type.TOTP]),
    }
    return render(request, "people/me.html", context)


@require_POST
@login_required
def text_size(request: ActorRequest) -> HttpResponse:
    services.appearance_change(actor=request.user, text_size=request.POST.get("text_size", ""))
    return _back(request)


@require_POST
@login_required
def theme(request: ActorRequest) -> HttpResponse:
    services.appearance_change(actor=request.user, theme=request.POST.get("theme", ""))
    return _back(request)


def _back(request: ActorRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "people:me"
    return redirect(target)


@require_GET
def privacy(request: ActorRequest) -> HttpResponse:
    return render(request, "people/privacy.html")
