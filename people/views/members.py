"""For administrators: the members of their subtree and their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from acts import Refused
from acts.pages import act_then_go
from people import queries, services
from people.access import (
    Role,
    grants_visible_to,
    may_manage_account,
    member_for,
    organisation_for,
    require_role,
)
from people.forms import LeaveForm

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponse

    from people.models import Member, Organisation
    from people.requests import ActorRequest

PER_PAGE = 50


def text_of(request: ActorRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:40]


def unit_of(request: ActorRequest) -> Organisation | None:
    """The unit that an address names; a foreign one does not exist."""
    code = text_of(request, "unit")
    return organisation_for(request.user, code, Role.ADMINISTRATOR) if code else None


@require_GET
@login_required
def member_list(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    state = request.GET.get("state", "")
    search = queries.MemberSearch(
        text=text_of(request, "q"), unit=unit_of(request), state=state if state in queries.STATES else ""
    )
    page = Paginator(queries.members_found(request.user, search), PER_PAGE).get_page(request.GET.get("p"))
    rows = list(page.object_list)
    names = queries.unit_names([row.unit_path for row in rows if row.unit_path])
    looked_for = text_of(request, "find")
    context = {
        "page": page,
        "rows": [(row, names.get(row.unit_path or "", "")) for row in rows],
        "search": search,
        "units": queries.units_found(request.user, looked_for) if looked_for else [],
        "find": looked_for,
        "query": _query(search),
        "states": [
            ("", _("全部")),
            ("waiting", _("还没有登录过")),
            ("active", _("使用中")),
            ("left", _("已离岗")),
            ("closed", _("已停用")),
        ],
    }
    return render(request, "people/members/list.html", context)


def _query(search: queries.MemberSearch) -> str:
    given = {"q": search.text, "unit": search.unit.code if search.unit else "", "state": search.state}
    return urlencode({name: value for name, value in given.items() if value})


def _page(request: ActorRequest, member: Member, *, leave: Form | None = None, password: str = "") -> HttpResponse:
    context = {
        "member": member,
        "account": member.user,
        "assignments": queries.assignments_of(member),
        "grants": grants_visible_to(request.user).filter(user=member.user).select_related("organisation"),
        "manageable": may_manage_account(request.user, member.user) and member.user_id != request.user.pk,
        "leave": leave or LeaveForm(),
        "password": password,
        "days": services.INITIAL_PASSWORD_DAYS,
    }
    return render(request, "people/members/page.html", context)


@require_GET
@login_required
def member_page(request: ActorRequest, code: str) -> HttpResponse:
    return _page(request, _member(request, code))


def _member(request: ActorRequest, code: str) -> Member:
    require_role(request.user, Role.ADMINISTRATOR)
    return member_for(request.user, code, Role.ADMINISTRATOR)


@require_POST
@never_cache
@login_required
def member_reset(request: ActorRequest, code: str) -> HttpResponse:
    """Shows the new initial password once, in the answer itself: no address ever shows it again."""
    member = _member(request, code)
    try:
        password = services.password_reset(actor=request.user, account=member.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:member", code=code)
    return _page(request, member, password=password)


@require_POST
@never_cache
@login_required
def member_reopen(request: ActorRequest, code: str) -> HttpResponse:
    member = _member(request, code)
    try:
        password = services.account_reopen(actor=request.user, account=member.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:member", code=code)
    return _page(request, member, password=password)


@require_POST
@login_required
def member_second_factor(request: ActorRequest, code: str) -> HttpResponse:
    member = _member(request, code)
    return act_then_go(
        request,
        lambda: services.second_factor_reset(actor=request.user, account=member.user),
        success=_("已取消两步验证，此人所有设备都已退出登录。"),
        to=reverse("people:member", args=[code]),
    )


@require_POST
@login_required
def member_close(request: ActorRequest, code: str) -> HttpResponse:
    member = _member(request, code)
    return act_then_go(
        request,
        lambda: services.account_close(actor=request.user, account=member.user),
        success=_("账号已停用，所有设备都已退出登录。培训记录和证书都保留。"),
        to=reverse("people:member", args=[code]),
    )


@require_POST
@login_required
def member_leave(request: ActorRequest, code: str) -> HttpResponse:
    member = _member(request, code)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            services.member_leave(actor=request.user, member=member, on=form.cleaned_data["on"])
        except Refused as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(request, _("已登记离岗，账号同时停用。培训记录和证书都保留。"))
            return redirect("people:member", code=code)
    return _page(request, member, leave=form)


def one_unit(request: ActorRequest) -> Organisation:
    unit = unit_of(request)
    if unit is None:
        raise Http404
    return unit
