"""上传 → 核对 → 导入, for administrators."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts.pages import act_then_go
from jobs.models import Job
from people.access import Role, require_role
from people.models import RosterImport, RosterLine
from people.roster.access import roster_for, roster_units, rosters_visible_to
from people.roster.checking import KINDS, errors_folded
from people.roster.columns import ColumnNames
from people.roster.forms import RecheckForm, UploadForm
from people.roster.options import Options
from people.roster.template import template_workbook
from people.services import roster as services

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

State = RosterImport.State
TOO_LARGE = "upload_too_large"  # set by the upload handler that stops reading
IMPORTS_PER_PAGE = 20
LINES_PER_PAGE = 50
ERRORS_PER_KIND = 20


@require_GET
@never_cache
@login_required
def roster_list(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    rosters = rosters_visible_to(request.user).select_related("organisation", "uploaded_by__member")
    page = Paginator(rosters.order_by("-created_at"), IMPORTS_PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "people/roster/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def roster_new(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    units = {unit.code: unit for unit in roster_units(request.user)}
    if request.method == "POST":
        form = UploadForm(
            request.POST, request.FILES, units=list(units.values()), too_large=bool(request.META.get(TOO_LARGE))
        )
        if form.is_valid():
            uploaded = form.cleaned_data["file"]
            roster_import = services.roster_submit(
                actor=request.user,
                organisation=units[form.cleaned_data["unit"]],
                name=uploaded.name,
                content=uploaded.read(),
                options=Options(complete=form.cleaned_data["complete"]),
            )
            return redirect("people:roster:detail", code=roster_import.code)
    else:
        form = UploadForm(units=list(units.values()))
    return render(request, "people/roster/new.html", {"form": form, "has_units": bool(units)})


@require_GET
@login_required
def roster_template(request: ActorRequest) -> FileResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    name = _("花名册模板.xlsx")
    return FileResponse(io.BytesIO(template_workbook()), as_attachment=True, filename=name)


class Shown:
    """What the page of one import says, beside the row itself."""

    def __init__(self, roster_import: RosterImport) -> None:
        self.summary = roster_import.summary
        self.counts: dict[str, int] = self.summary.get("counts", {})
        self.errors = roster_import.errors
        self.complete = Options.from_json(roster_import.options).complete

    @cached_property
    def groups(self) -> list[dict[str, object]]:
        """Errors by kind, the most frequent first."""
        found = []
        for kind, count in self.summary.get("kinds", {}).items():
            errors = errors_folded([error for error in self.errors if error["kind"] == kind])[:ERRORS_PER_KIND]
            shown = sum(error.count for error in errors)
            label = KINDS.get(kind, kind)
            found.append({"label": label, "count": count, "errors": errors, "shown": shown, "has_more": shown < count})
        return found

    @property
    def columns(self) -> list[tuple[object, str]]:
        """Which column was taken for what."""
        headers = self.summary.get("headers", [])
        used = self.summary.get("columns", {})
        return [(label, headers[used[each]]) for each, label in ColumnNames().labels.items() if each in used]

    @property
    def left_percent(self) -> int:
        """How many of a hundred would leave; a wrong unit or a partial list shows here."""
        before = self.counts.get("on_post_before", 0)
        return round(100 * self.counts.get("left", 0) / before) if before else 0

    @property
    def changes_nothing(self) -> bool:
        return not any(self.counts.get(kind) for kind in ("new", "changed", "returned", "left", "units"))

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """(kind, label, count) of the lines that there are."""
        names = {"unit": "units"}
        found = [
            (kind, str(label), self.counts.get(names.get(kind, kind), 0)) for kind, label in RosterLine.Kind.choices
        ]
        return [each for each in found if each[2]]


@require_GET
@never_cache
@login_required
def roster_detail(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    return _detail(request, roster_for(request.user, code))


def _detail(request: ActorRequest, held: RosterImport, form: RecheckForm | None = None) -> HttpResponse:
    shown = Shown(held)
    is_waiting = held.state in (State.CHECKING, State.IMPORTING)
    context = {
        "held": held,
        "shown": shown,
        "is_waiting": is_waiting,
        "job": held.job if is_waiting else None,
        "job_failed": is_waiting and held.job is not None and held.job.state == Job.State.FAILED,
    }
    if held.state in (State.READY, State.DONE):
        kinds = [kind for kind, _label, _count in shown.kinds]
        kind = request.GET.get("kind", "")
        context["kind"] = kind = kind if kind in kinds else (kinds[0] if kinds else "")
        lines = RosterLine.objects.filter(roster_import=held, kind=kind).order_by("position")
        context["page"] = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("p"))
    if held.state in (State.READY, State.REFUSED):
        context["form"] = form or RecheckForm(roster_import=held)
    return render(request, f"people/roster/{held.state}.html", context, status=422 if form is not None else 200)


@require_POST
@login_required
def roster_recheck(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    held = roster_for(request.user, code)
    form = RecheckForm(request.POST, roster_import=held)
    if held.state in (State.READY, State.REFUSED) and not form.is_valid():
        return _detail(request, held, form)
    try:
        if held.state not in (State.READY, State.REFUSED):
            raise services.RosterRefused(_("这次导入已经确认或取消，不能再改。"))
        services.roster_recheck(actor=request.user, roster_import=held, options=form.options)
    except services.RosterRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("people:roster:detail", code=code)


@require_POST
@login_required
def roster_confirm(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    held = roster_for(request.user, code)
    return act_then_go(
        request,
        lambda: services.roster_agree(
            actor=request.user,
            roster_import=held,
            plan_digest=request.POST.get("plan", ""),
            create_units=request.POST.get("create_units") == "on",
        ),
        to=reverse("people:roster:detail", args=[code]),
    )


@require_POST
@login_required
def roster_cancel(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    held = roster_for(request.user, code)
    try:
        services.roster_cancel(actor=request.user, roster_import=held)
    except services.RosterRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:roster:detail", code=code)
    messages.success(request, _("已取消，没有导入任何数据。"))
    return redirect("people:roster:list")


@require_GET
@login_required
def roster_marked(request: ActorRequest, code: str) -> FileResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    held = roster_for(request.user, code)
    if held.state != State.REFUSED or not held.marked_as or not storages["private"].exists(held.marked_as):
        raise Http404
    name = _("%(name)s_标注错误.xlsx") % {"name": held.file_name.rpartition(".")[0] or held.file_name}
    return FileResponse(storages["private"].open(held.marked_as), as_attachment=True, filename=name)
