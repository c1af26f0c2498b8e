from __future__ import annotations

import io
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment.review.queries import evidence_of
from assessment.standing import exports, queries
from assessment.standing.access import supervisor_scope, top_path_for, top_units, unit_for
from assessment.standing.addresses import filter_from, filter_problem, filter_query, heads, number
from assessment.standing.listing import members_count, members_page, schemes_offered
from assessment.standing.models import Status
from assessment.standing.record import member_record
from certificates.access import refused_visible_to
from jobs.services import job_enqueue
from people.access import Role, member_for
from people.models import Post

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.models import Organisation
    from people.requests import ActorRequest


@require_GET
@login_required
def overview(request: ActorRequest) -> HttpResponse:
    """The supervisor's first page: straight to the unit where there is one, a list where there are several."""
    units = top_units(request.user)
    if len(units) == 1:
        return _unit_page(request, units[0])
    return render(request, "assessment/standing/units.html", {"units": units})


@require_GET
@login_required
def unit_page(request: ActorRequest, code: str) -> HttpResponse:
    return _unit_page(request, unit_for(request.user, code))


def _sort_from(request: ActorRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in queries.SORTS else queries.SORTS[0]


def _unit_page(request: ActorRequest, unit: Organisation) -> HttpResponse:
    sort = _sort_from(request)
    view = queries.unit_view(
        unit,
        top_path=top_path_for(request.user, unit.path),
        scheme=request.GET.get("scheme", ""),
        sort=sort,
        page=number(request.GET.get("p", "")) or 1,
    )
    # To the people of a number. Without a scheme the list holds those too who need no certificate; a number counts the others.
    people = [("scheme", view.scheme.code)] if view.scheme is not None else []
    everybody = people or [("status", status) for status in exports.STATUS_COLUMNS]
    context = {
        "view": view,
        "unit": unit,
        "sort": sort,
        "scheme": view.scheme.code if view.scheme is not None else queries.ALL,
        "people": urlencode(people) + "&" if people else "",
        "everybody": urlencode(everybody),
        "definition": exports.definition(),
        "refused": 0 if view.crumbs else refused_visible_to(request.user).count(),  # all of mine, so on my own page
    }
    return render(request, "assessment/standing/unit.html", context)


@require_GET
@login_required
def unit_table(request: ActorRequest, code: str) -> FileResponse:
    """The table of the status page as Excel: all units below, in the order of the page."""
    unit = unit_for(request.user, code)
    view = queries.unit_view(
        unit,
        top_path=top_path_for(request.user, unit.path),
        scheme=request.GET.get("scheme", ""),
        sort=_sort_from(request),
        page=None,
    )
    return _file(exports.table_workbook(view), exports.table_file_name(view))


@require_GET
@login_required
def member_list(request: ActorRequest, code: str) -> HttpResponse:
    unit = unit_for(request.user, code)
    schemes = list(schemes_offered(unit).order_by("-is_active", "pk"))
    chosen = filter_from(request, schemes)
    scheme = next((scheme for scheme in schemes if scheme.pk == chosen.scheme), None)
    page = members_page(unit, chosen, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    names = queries.unit_names(page.rows)
    top_path = top_path_for(request.user, unit.path)
    return render(
        request,
        "assessment/standing/members.html",
        {
            "unit": unit,
            "crumbs": (*queries.crumbs_of(unit.path, top_path=top_path), unit),
            "chosen": chosen,
            "scheme": scheme,
            "schemes": schemes,
            "problem": filter_problem(request, chosen),
            "sort": ("-" if chosen.is_descending else "") + chosen.sort,
            "page": page,
            "rows": [(row, names[row.organisation_path]) for row in page.rows],
            "statuses": [s for s in Status.choices if scheme is None or s[0] != Status.NOT_REQUIRED],
            "posts": Post.objects.all(),
            "heads": heads(chosen, scheme),
            "query": filter_query(chosen, scheme),
            "next_query": filter_query(chosen, scheme, after=page.after) if page.after else "",
            "previous_query": filter_query(chosen, scheme, before=page.before) if page.before else "",
            "in_background": page.total > exports.IN_REQUEST_MOST,
        },
    )


@require_GET
@login_required
def member_page(request: ActorRequest, code: str) -> HttpResponse:
    member = member_for(request.user, code, Role.SUPERVISOR)
    record = member_record(member)
    crumbs: tuple[Organisation, ...] = ()
    scope = supervisor_scope(request.user)
    rows = [record.whole, *record.standings] if record.whole is not None else []
    unit = next((row.organisation for row in rows if scope.covers(row.organisation_path)), None)
    if unit is not None:
        crumbs = (*queries.crumbs_of(unit.path, top_path=top_path_for(request.user, unit.path)), unit)
    return render(request, "assessment/standing/member.html", {"member": member, "record": record, "crumbs": crumbs})


@require_GET
@login_required
def member_evidence(request: ActorRequest, code: str) -> FileResponse:
    """All evidence of one person as Excel."""
    member = member_for(request.user, code, Role.SUPERVISOR)
    base = request.build_absolute_uri("/").rstrip("/")
    return _file(
        exports.evidence_workbook(member, evidence_of(member), base),
        exports.evidence_file_name(member),
    )


@require_GET
@login_required
def export(request: ActorRequest, code: str) -> HttpResponse | FileResponse:
    unit = unit_for(request.user, code)
    chosen = filter_from(request, schemes_offered(unit))
    if members_count(unit, chosen) > exports.IN_REQUEST_MOST:
        job = job_enqueue(
            actor=request.user,
            kind="assessment.export",
            title=_("导出取证情况：%(unit)s") % {"unit": unit.name},
            arguments={"unit": unit.code, "filter": asdict(chosen)},
        )
        return redirect("jobs:detail", code=job.code)
    content, _rows = exports.workbook(unit, chosen)
    return _file(content, exports.file_name(unit))


def _file(content: bytes, name: str) -> FileResponse:
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
