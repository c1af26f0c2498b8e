from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment import exports, queries
from assessment.access import top_units, unit_for
from assessment.models import Status
from assessment.queries import ORDERS, MemberFilter
from jobs.services import job_enqueue
from people.access import Role, member_for
from people.models import Post

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from people.models import Organisation

PER_PAGE = 100


def _number(text: str, most: int = 100_000) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) <= most else None


def filter_from(request: HttpRequest) -> MemberFilter:
    """Only known names and values: what is not on the list is as if it were not there."""
    known = set(Status.values)
    sort = request.GET.get("sort", "unit")
    return MemberFilter(
        status=tuple(s for s in request.GET.getlist("status") if s in known),
        post=_number(request.GET.get("post", "")),
        due_days=_number(request.GET.get("due", ""), 3660),
        query=request.GET.get("q", "").replace("\x00", "").strip()[:40],
        sort=sort if sort in ORDERS else "unit",
    )


def filter_query(chosen: MemberFilter, **changes: str) -> str:
    pairs = [("status", s) for s in chosen.status]
    if chosen.post is not None:
        pairs.append(("post", str(chosen.post)))
    if chosen.due_days is not None:
        pairs.append(("due", str(chosen.due_days)))
    if chosen.query:
        pairs.append(("q", chosen.query))
    pairs.append(("sort", changes.get("sort", chosen.sort)))
    if "p" in changes:
        pairs.append(("p", changes["p"]))
    return urlencode(pairs)


def _top_path(request: HttpRequest, unit: Organisation) -> str:
    tops = [top.path for top in top_units(request.user) if unit.path.startswith(top.path)]
    return min(tops, key=len) if tops else unit.path


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The supervisor's first page: straight to the unit where there is one, a list where there are several."""
    units = top_units(request.user)
    if len(units) == 1:
        return _unit_page(request, units[0], units[0].path)
    return render(request, "assessment/units.html", {"units": units})


@require_GET
@login_required
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    unit = unit_for(request.user, code)
    return _unit_page(request, unit, _top_path(request, unit))


def _unit_page(request: HttpRequest, unit: Organisation, top_path: str) -> HttpResponse:
    sort = request.GET.get("sort", "order")
    view = queries.unit_view(unit, top_path=top_path, sort=sort if sort in queries.SORTS else "order")
    return render(request, "assessment/unit.html", {"view": view, "unit": unit, "sort": sort})


@require_GET
@login_required
def member_list(request: HttpRequest, code: str) -> HttpResponse:
    unit = unit_for(request.user, code)
    chosen = filter_from(request)
    page = Paginator(queries.members_with_standing(unit, chosen), PER_PAGE).get_page(request.GET.get("p"))
    rows = list(page.object_list)
    names = queries.unit_names(rows)
    heads = [
        ("name", _("姓名")),
        ("number", _("工号")),
        ("", _("岗位")),
        ("unit", _("单位")),
        ("status", _("状态")),
        ("", _("证书编号")),
        ("valid_until", _("有效期至")),
        ("score", _("最好成绩")),
    ]
    return render(
        request,
        "assessment/members.html",
        {
            "unit": unit,
            "chosen": chosen,
            "page": page,
            "rows": [(row, names[row.organisation_path]) for row in rows],
            "statuses": Status.choices,
            "posts": Post.objects.all(),
            "heads": [(key, label, filter_query(chosen, sort=key) if key else "") for key, label in heads],
            "query": filter_query(chosen),
            "next_query": filter_query(chosen, p=str(page.next_page_number())) if page.has_next() else "",
            "previous_query": filter_query(chosen, p=str(page.previous_page_number())) if page.has_previous() else "",
        },
    )


@require_GET
@login_required
def member_page(request: HttpRequest, code: str) -> HttpResponse:
    member = member_for(request.user, code, Role.SUPERVISOR)
    return render(request, "assessment/member.html", {"member": member, "record": queries.member_record(member)})


@require_GET
@login_required
def export(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    unit = unit_for(request.user, code)
    chosen = filter_from(request)
    rows = queries.members_with_standing(unit, chosen).count()
    if rows > exports.IN_REQUEST_MOST:
        job = job_enqueue(
            actor=request.user,  # type: ignore[arg-type]
            kind="assessment.export",
            title=_("导出取证情况：%(unit)s") % {"unit": unit.name},
            arguments={
                "unit": unit.code,
                "status": list(chosen.status),
                "post": chosen.post,
                "due_days": chosen.due_days,
                "query": chosen.query,
                "sort": chosen.sort,
            },
        )
        return redirect("jobs:detail", code=job.code)
    content, _rows = exports.workbook(unit, chosen)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=exports.file_name(unit))
