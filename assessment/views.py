from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment import exports, queries
from assessment.access import top_path_for, top_units, unit_for
from assessment.listing import ORDERS, MemberFilter, members_count, members_page
from assessment.models import Status
from certificates.access import refused_visible_to
from jobs.services import job_enqueue
from people.access import Role, member_for
from people.models import Post

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.models import Organisation
    from people.requests import ActorRequest


def _number(text: str, most: int = 100_000) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) <= most else None


def filter_from(request: ActorRequest) -> MemberFilter:
    """Only known names and values: what is not on the list is as if it were not there."""
    known = set(Status.values)
    sort = request.GET.get("sort", "unit")
    return MemberFilter(
        status=tuple(s for s in dict.fromkeys(request.GET.getlist("status")) if s in known),
        post=_number(request.GET.get("post", "")),
        due_days=_number(request.GET.get("due", ""), 3660),
        query=request.GET.get("q", "").replace("\x00", "").strip()[:40],
        is_own="own" in request.GET,
        sort=sort.lstrip("-") if sort.lstrip("-") in ORDERS else "unit",
        is_descending=sort.startswith("-"),
    )


def filter_problem(request: ActorRequest) -> str:
    if request.GET.get("due", "").strip() and _number(request.GET["due"], 3660) is None:
        return _("“几天内到期”请填 0 到 3660 之间的整数。现在没有按它筛选。")
    return ""


def filter_query(chosen: MemberFilter, **changes: str) -> str:
    pairs = [("status", s) for s in chosen.status]
    if chosen.post is not None:
        pairs.append(("post", str(chosen.post)))
    if chosen.due_days is not None:
        pairs.append(("due", str(chosen.due_days)))
    if chosen.query:
        pairs.append(("q", chosen.query))
    if chosen.is_own:
        pairs.append(("own", "1"))
    changes.setdefault("sort", ("-" if chosen.is_descending else "") + chosen.sort)
    return urlencode([*pairs, *changes.items()])


@dataclass(frozen=True)
class Head:
    """A column's head: what it is called, whether the list is in its order, and the address that orders by it."""

    label: str
    aria_sort: str
    query: str
    is_number: bool = False


def _heads(chosen: MemberFilter) -> list[Head]:
    heads = []
    for key, label in (
        ("name", _("姓名")),
        ("number", _("工号")),
        ("", _("岗位")),
        ("unit", _("单位")),
        ("status", _("状态")),
        ("", _("证书编号")),
        ("valid_until", _("有效期至")),
        ("score", _("最好成绩")),
    ):
        is_sorted = bool(key) and key == chosen.sort
        turned = f"-{key}" if is_sorted and not chosen.is_descending else key
        heads.append(
            Head(
                label=label,
                aria_sort=("descending" if chosen.is_descending else "ascending") if is_sorted else "",
                query=filter_query(chosen, sort=turned) if key else "",
                is_number=key == "score",
            )
        )
    return heads


@require_GET
@login_required
def overview(request: ActorRequest) -> HttpResponse:
    """The supervisor's first page: straight to the unit where there is one, a list where there are several."""
    units = top_units(request.user)
    if len(units) == 1:
        return _unit_page(request, units[0])
    return render(request, "assessment/units.html", {"units": units})


@require_GET
@login_required
def unit_page(request: ActorRequest, code: str) -> HttpResponse:
    return _unit_page(request, unit_for(request.user, code))


def _unit_page(request: ActorRequest, unit: Organisation) -> HttpResponse:
    sort = request.GET.get("sort", "order")
    sort = sort if sort in queries.SORTS else "order"
    view = queries.unit_view(
        unit, top_path=top_path_for(request.user, unit.path), sort=sort, page=_number(request.GET.get("p", "")) or 1
    )
    context = {
        "view": view,
        "unit": unit,
        "sort": sort,
        "definition": exports.definition(),
        "refused": 0 if view.crumbs else refused_visible_to(request.user).count(),  # all of mine, so on my own page
    }
    return render(request, "assessment/unit.html", context)


@require_GET
@login_required
def member_list(request: ActorRequest, code: str) -> HttpResponse:
    unit = unit_for(request.user, code)
    chosen = filter_from(request)
    page = members_page(unit, chosen, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    names = queries.unit_names(page.rows)
    top_path = top_path_for(request.user, unit.path)
    return render(
        request,
        "assessment/members.html",
        {
            "unit": unit,
            "crumbs": (*queries.crumbs_of(unit.path, top_path=top_path), unit),
            "chosen": chosen,
            "problem": filter_problem(request),
            "sort": ("-" if chosen.is_descending else "") + chosen.sort,
            "page": page,
            "rows": [(row, names[row.organisation_path]) for row in page.rows],
            "statuses": Status.choices,
            "posts": Post.objects.all(),
            "heads": _heads(chosen),
            "query": filter_query(chosen),
            "next_query": filter_query(chosen, after=page.after) if page.after else "",
            "previous_query": filter_query(chosen, before=page.before) if page.before else "",
            "in_background": page.total > exports.IN_REQUEST_MOST,
        },
    )


@require_GET
@login_required
def member_page(request: ActorRequest, code: str) -> HttpResponse:
    member = member_for(request.user, code, Role.SUPERVISOR)
    record = queries.member_record(member)
    crumbs: tuple[Organisation, ...] = ()
    if record.standing is not None:
        unit = record.standing.organisation
        crumbs = (*queries.crumbs_of(unit.path, top_path=top_path_for(request.user, unit.path)), unit)
    return render(request, "assessment/member.html", {"member": member, "record": record, "crumbs": crumbs})


@require_GET
@login_required
def export(request: ActorRequest, code: str) -> HttpResponse | FileResponse:
    unit = unit_for(request.user, code)
    chosen = filter_from(request)
    if members_count(unit, chosen) > exports.IN_REQUEST_MOST:
        job = job_enqueue(
            actor=request.user,
            kind="assessment.export",
            title=_("导出取证情况：%(unit)s") % {"unit": unit.name},
            arguments={"unit": unit.code, "filter": asdict(chosen)},
        )
        return redirect("jobs:detail", code=job.code)
    content, _rows = exports.workbook(unit, chosen)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=exports.file_name(unit))
