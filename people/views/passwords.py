from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from acts import Refused
from people import queries, services
from people.access import Role, require_role
from people.password_list import password_list
from people.views.members import one_unit, text_of, unit_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def initial_passwords(request: ActorRequest) -> HttpResponse | FileResponse:
    """Choose a unit, then make its list: on the page to print, or as an Excel. It is shown once and kept nowhere."""
    require_role(request.user, Role.ADMINISTRATOR)
    if request.method == "POST":
        return _make(request)
    unit = unit_of(request)
    looked_for = text_of(request, "find")
    waiting, given = queries.waiting_counts(request.user, unit) if unit is not None else (0, 0)
    context = {
        "unit": unit,
        "unit_name": queries.unit_names([unit.path])[unit.path] if unit is not None else "",
        "waiting": waiting,
        "given": given,
        "most": services.LIST_MOST,
        "days": services.INITIAL_PASSWORD_DAYS,
        "find": looked_for,
        "units": queries.units_found(request.user, looked_for) if unit is None or looked_for else [],
    }
    return render(request, "people/passwords/choose.html", context)


def _make(request: ActorRequest) -> HttpResponse | FileResponse:
    unit = one_unit(request)
    members = queries.waiting_members(request.user, unit)
    try:
        made = services.initial_passwords_issue(actor=request.user, unit=unit, members=members)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('people:initial_passwords')}?unit={unit.code}")
    names = queries.unit_names([initial.member.unit_path for initial in made])  # type: ignore[attr-defined]
    rows = [(names[initial.member.unit_path], initial.member, initial.password) for initial in made]  # type: ignore[attr-defined]
    if request.POST.get("as") == "excel":
        day = timezone.localdate().strftime("%Y%m%d")
        name = _("初始密码_%(unit)s_%(day)s.xlsx") % {"unit": unit.name, "day": day}
        return FileResponse(io.BytesIO(password_list(rows)), as_attachment=True, filename=name)
    context = {"unit": unit, "rows": rows, "days": services.INITIAL_PASSWORD_DAYS}
    return render(request, "people/passwords/list.html", context)
