"""For administrators: who holds which role over which unit, and the accounts outside the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from acts.pages import act_then_go
from people import queries, services
from people.access import Role, account_for, grant_for, require_role
from people.forms import GrantForm, StaffForm
from people.views.members import one_unit, text_of, unit_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

PER_PAGE = 50


@require_GET
@login_required
def grant_list(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    text, role = text_of(request, "q"), request.GET.get("role", "")
    page = Paginator(queries.grants_found(request.user, text, role), PER_PAGE).get_page(request.GET.get("p"))
    query = urlencode({name: value for name, value in (("q", text), ("role", role)) if value})
    rows = list(page.object_list)
    names = queries.unit_names([row.organisation.path for row in rows])
    context = {
        "page": page,
        "rows": [(row, names[row.organisation.path]) for row in rows],
        "text": text,
        "role": role,
        "roles": Role.choices,
        "query": query,
    }
    return render(request, "people/grants/list.html", context)


def _choose_unit(request: ActorRequest, *, staff: bool) -> HttpResponse:
    """First the unit, by searching: nobody picks one of 6,600 from a list."""
    looked_for, account = text_of(request, "find"), text_of(request, "account")
    context = {
        "units": queries.units_found(request.user, looked_for),
        "find": looked_for,
        "staff": staff,
        "account": account,
        "keep": urlencode({"account": account}) if account else "",
    }
    return render(request, "people/grants/unit.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def grant_new(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    if request.method == "GET" and unit_of(request) is None:
        return _choose_unit(request, staff=False)
    unit = one_unit(request)
    form = GrantForm(
        request.POST if request.method == "POST" else None, initial={"account": text_of(request, "account")}
    )
    if request.method == "POST" and form.is_valid():
        account = queries.account_named(request.user, form.cleaned_data["account"])
        if account is None:
            form.add_error("account", _("没有找到这个账号。请核对工号；外单位人员请由上级管理员授权。"))
        else:
            try:
                services.role_grant(
                    actor=request.user, account=account, role=form.cleaned_data["role"], organisation=unit
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    _("已授权：%(name)s，%(role)s，%(unit)s。")
                    % {
                        "name": account.get_full_name(),
                        "role": Role(form.cleaned_data["role"]).label,
                        "unit": unit.name,
                    },
                )
                return redirect("people:grants")
    return render(
        request,
        "people/grants/new.html",
        {"form": form, "unit": unit, "names": queries.unit_names([unit.path])[unit.path]},
    )


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def staff_new(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    if request.method == "GET" and unit_of(request) is None:
        return _choose_unit(request, staff=True)
    unit = one_unit(request)
    form = StaffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            account, password = services.staff_create(actor=request.user, organisation=unit, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("username", str(refusal))
        else:
            return _show_password(request, account, password)
    return render(
        request,
        "people/grants/staff.html",
        {"form": form, "unit": unit, "names": queries.unit_names([unit.path])[unit.path]},
    )


def _show_password(request: ActorRequest, account: object, password: str) -> HttpResponse:
    context = {"account": account, "password": password, "days": services.INITIAL_PASSWORD_DAYS}
    return render(request, "people/grants/password.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def grant_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Asks first: whoever loses a role may be in the middle of something."""
    require_role(request.user, Role.ADMINISTRATOR)
    grant = grant_for(request.user, pk)
    if request.method == "GET":
        return render(request, "people/grants/revoke.html", {"grant": grant})
    return act_then_go(
        request,
        lambda: services.role_revoke(actor=request.user, grant=grant),
        success=_("已收回%(name)s的权限。") % {"name": grant.user.get_full_name()},
        to=reverse("people:grants"),
    )


@require_POST
@never_cache
@login_required
def staff_reset(request: ActorRequest, username: str) -> HttpResponse:
    """A new initial password for an account outside the roster."""
    require_role(request.user, Role.ADMINISTRATOR)
    account = account_for(request.user, username)
    try:
        password = services.password_reset(actor=request.user, account=account)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:grants")
    return _show_password(request, account, password)
