from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_POST, require_safe

from home.queries import learner_home
from people.access import Role, has_role
from people.desk import may_enter

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger("django.request")


@require_GET
@login_required
def first_page(request: HttpRequest) -> HttpResponse:
    """The first page of each kind of user: tasks for a member, the overview for a supervisor, the desk for a trainer, the answers
    that wait for a marker."""
    member = getattr(request.user, "member", None)
    if member is not None:
        return render(request, "home/tasks.html", {"home": learner_home(member)})
    if has_role(request.user, Role.SUPERVISOR):
        return redirect("assessment:overview")
    if may_enter(request.user):
        return redirect("wagtailadmin_home")
    if has_role(request.user, Role.MARKER):
        return redirect("exams:marking:list")
    return render(request, "home/nothing.html")


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/help.html")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if wanted in {code for code, _name in settings.LANGUAGES}:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """No session, no database: the trouble may be there. The number is logged, so that the help desk finds the trace."""
    number = secrets.token_hex(2).upper()
    logger.error("Error number %s on %s", number, request.path)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
