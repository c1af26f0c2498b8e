"""上传 → 核对 → 导入, for administrators."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

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
from people.access import Role, require_role
from people.roster import services
from people.roster.access import roster_for, roster_units, rosters_visible_to
from people.roster.checking import KINDS, errors_folded
from people.roster.columns import ColumnNames
from people.roster.forms import ConfirmForm, RecheckForm, UploadForm
from people.roster.models import RosterLine
from people.roster.options import Options
from people.roster.template import template_workbook
from uploads.models import Upload
from uploads.pages import waiting_for
from uploads.services import upload_cancel, upload_resume

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

State = Upload.State
IMPORTS_PER_PAGE = 20
LINES_PER_PAGE = 50
ERRORS_PER_KIND = 20


@require_GET
@never_cache
@login_required
def roster_list(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    rosters = rosters_visible_to(request.user).select_related("roster__organisation", "uploaded_by__member")
    page = Paginator(rosters.order_by("-pk"), IMPORTS_PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "people/roster/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def roster_new(request: ActorRequest) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    units = {unit.code: unit for unit in roster_units(request.user)}
    form = UploadForm(request, units=list(units.values()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        upload = services.roster_submit(
            actor=request.user,
            organisation=units[form.cleaned_data["unit"]],
            file=file,
            name=file.name,
            options=Options(complete=form.cleaned_data["complete"]),
        )
        return redirect("people:roster:detail", code=upload.code)
    return render(request, "people/roster/new.html", {"form": form, "has_units": bool(units)})


@require_GET
@login_required
def roster_template(request: ActorRequest) -> FileResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    name = _("花名册模板.xlsx")
    return FileResponse(io.BytesIO(template_workbook()), as_attachment=True, filename=name)


class Shown:
    """What the page of one import says, beside the row itself."""

    def __init__(self, upload: Upload) -> None:
        self.summary = upload.summary
        self.counts: dict[str, int] = self.summary.get("counts", {})
        self.errors = upload.errors
        self.complete = Options.from_json(upload.options).complete
        # A fault of the system is one error, without a kind.
        self.problems: int = self.summary.get("problems", len(self.errors))

    @cached_property
    def groups(self) -> list[dict[str, object]]:
        """Errors by kind, the most frequent first."""
        found = []
        for kind, count in self.summary.get("kinds", {"file": self.problems}).items():
            errors = errors_folded([error for error in self.errors if error.get("kind", "file") == kind])[
                :ERRORS_PER_KIND
            ]
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


def _detail(request: ActorRequest, upload: Upload, form: RecheckForm | None = None) -> HttpResponse:
    shown = Shown(upload)
    waiting = waiting_for(upload)
    context: dict[str, Any] = {"upload": upload, "shown": shown, "waiting": waiting}
    if upload.state in (State.READY, State.DONE):
        kinds = [kind for kind, _label, _count in shown.kinds]
        kind = request.GET.get("kind", "")
        context["kind"] = kind = kind if kind in kinds else (kinds[0] if kinds else "")
        lines = RosterLine.objects.filter(roster_import=upload.roster, kind=kind).order_by("position")
        context["page"] = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("p"))
    if upload.state in (State.READY, State.REFUSED):
        context["form"] = form or RecheckForm(upload=upload)
    template = f"people/roster/{'waiting' if waiting else upload.state}.html"
    return render(request, template, context, status=422 if form is not None else 200)


@require_POST
@login_required
def roster_recheck(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    upload = roster_for(request.user, code)
    to = reverse("people:roster:detail", args=[code])
    if "again" in request.POST:
        return act_then_go(request, lambda: upload_resume(actor=request.user, upload=upload), to=to)
    options = Options.from_json(upload.options)
    if upload.state in (State.READY, State.REFUSED):
        form = RecheckForm(request.POST, upload=upload)
        if not form.is_valid():
            return _detail(request, upload, form)
        options = form.options
    return act_then_go(
        request,
        lambda: services.roster_recheck(actor=request.user, upload=upload, options=options),
        to=to,
    )


@require_POST
@login_required
def roster_confirm(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    upload = roster_for(request.user, code)
    form = ConfirmForm(request.POST)
    form.is_valid()  # a forged plan is none that was shown
    return act_then_go(
        request,
        lambda: services.roster_confirm(
            actor=request.user,
            upload=upload,
            plan_digest=form.cleaned_data.get("plan", ""),
            create_units=form.cleaned_data["create_units"],
        ),
        to=reverse("people:roster:detail", args=[code]),
    )


@require_POST
@login_required
def roster_cancel(request: ActorRequest, code: str) -> HttpResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    upload = roster_for(request.user, code)
    return act_then_go(
        request,
        lambda: upload_cancel(actor=request.user, upload=upload),
        success=_("已取消，没有导入任何数据。"),
        to="people:roster:list",
    )


@require_GET
@login_required
def roster_marked(request: ActorRequest, code: str) -> FileResponse:
    require_role(request.user, Role.ADMINISTRATOR)
    upload = roster_for(request.user, code)
    stored = upload.roster.marked_as
    if upload.state != State.REFUSED or not stored or not storages["private"].exists(stored):
        raise Http404
    name = _("%(name)s_标注错误.xlsx") % {"name": upload.file_name.rpartition(".")[0] or upload.file_name}
    return FileResponse(storages["private"].open(stored), as_attachment=True, filename=name)
