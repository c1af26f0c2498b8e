"""The first sign-in in three steps: check the facts, choose a password, choose the text size. Middleware leads here until
they are done; after a reset by an administrator only the second is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.signals import password_set
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from people import services
from people.forms import FirstPasswordForm, TextSizeForm
from people.models import User
from people.queries import profile_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

CHECKED, NEXT = "first_sign_in_checked", "first_sign_in_next"


def _remember_next(request: ActorRequest) -> None:
    target = request.GET.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        request.session[NEXT] = target


def _step(request: ActorRequest, user: User) -> str:
    """The address of the first step that is left, or of the page that the person wanted."""
    if user.confirmed_at is None and not request.session.get(CHECKED):
        return "people:first_sign_in"
    if user.must_change_password:
        return "people:choose_password"
    if user.confirmed_at is None:
        return "people:choose_display"
    request.session.pop(CHECKED, None)
    return request.session.pop(NEXT, "/")


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def first_sign_in(request: ActorRequest) -> HttpResponse:
    user = request.user
    _remember_next(request)
    if user.confirmed_at is not None:
        return redirect(_step(request, user))
    if request.method == "POST":
        request.session[CHECKED] = True
        return redirect(_step(request, user))
    return render(request, "people/first/check.html", {"profile": profile_of(user)})


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password1", "password2")
@never_cache
@login_required
def choose_password(request: ActorRequest) -> HttpResponse:
    user = request.user
    step = _step(request, user)
    if step != "people:choose_password":
        return redirect(step)
    form = FirstPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        password_set.send(sender=User, request=request, user=user)
        return redirect(_step(request, user))
    return render(request, "people/first/password.html", {"form": form, "alone": user.confirmed_at is not None})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def choose_display(request: ActorRequest) -> HttpResponse:
    user = request.user
    step = _step(request, user)
    if step != "people:choose_display":
        return redirect(step)
    form = TextSizeForm(request.POST if request.method == "POST" else None, initial={"text_size": user.text_size})
    if request.method == "POST" and form.is_valid():
        services.account_confirm(actor=user, text_size=form.cleaned_data["text_size"])
        return redirect(_step(request, user))
    return render(request, "people/first/display.html", {"form": form})
