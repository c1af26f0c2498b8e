"""导入标准: a file, the tree that was recognised in it, the edition that it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from acts.pages import act_then_go
from content.access import editions_visible_to, import_for, standards_changeable_by
from content.cms.forms import ConfirmForm, UploadForm, initial_for
from content.cms.outline import place_words, tree
from content.cms.pages import pages_in
from content.importers.corrections import ACTS
from content.importers.numberings import numbering_named
from content.importers.parsed import from_stored
from content.services.imports import (
    EditionPlan,
    ImportChanged,
    import_confirm,
    import_correct,
    import_submit,
    import_undo,
)
from uploads.models import Upload
from uploads.pages import waiting_for
from uploads.services import upload_cancel, upload_resume

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

SAMPLE = Path(__file__).resolve().parents[1] / "demo" / "edition-2025.md"
State = Upload.State

page = pages_in("content/cms")


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("标准"), reverse("content_cms:standards")), *more]


def _mine(upload: Upload) -> tuple[str, str]:
    return (upload.file_name, reverse("content_cms:import", args=[upload.code]))


# --- step 1 -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest) -> HttpResponse:
    form = UploadForm(request)
    if form.is_valid():
        file = form.cleaned_data["file"]
        made = import_submit(actor=request.user, file=file, name=file.name)
        return redirect("content_cms:import", code=made.code)
    return page(
        request,
        "upload.html",
        title=_("导入标准"),
        trail=_trail(),
        icon="upload",
        status=422 if form.errors else 200,
        failed=bool(form.errors),
        form=form,
        count=sum(len(errors) for errors in form.errors.values()),
    )


@require_GET
def sample(request: ActorRequest) -> FileResponse:
    return FileResponse(
        SAMPLE.open("rb"), as_attachment=True, filename=_("标准样例（演示文本）.md"), content_type="text/markdown"
    )


# --- step 2 -----------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def tree_page(request: ActorRequest, code: str) -> HttpResponse:
    """Where the import is: waited for, refused, to be looked at, over."""
    found = import_for(request.user, code)
    if found.state == State.DONE and found.standard.edition_id is not None:
        return redirect(f"{reverse('content_cms:edition', args=[found.standard.edition_id])}?imported=1")
    if waiting := waiting_for(found):
        return page(request, "waiting.html", title=_("导入标准"), trail=_trail(), waiting=waiting)
    if found.state == State.REFUSED:
        return page(
            request,
            "refused.html",
            title=found.file_name,
            trail=_trail(),
            failed=True,
            found=found,
            problems=[
                (place_words(problem.get("place", "line"), problem.get("line")), problem["message"])
                for problem in found.errors
            ],
        )
    if found.state != State.READY:
        return page(request, "over.html", title=found.file_name, trail=_trail(), found=found)
    parsed = from_stored(found.standard.parsed)
    return page(
        request,
        "import.html",
        title=_("核对识别结果"),
        trail=_trail(),
        found=found,
        parsed=parsed,
        numbering=known.title if (known := numbering_named(parsed.numbering)) is not None else parsed.numbering,
        tree=tree(parsed),
        same=editions_visible_to(request.user).filter(source_digest=found.digest).first(),
    )


@require_POST
def again(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    return act_then_go(
        request,
        lambda: upload_resume(actor=request.user, upload=found),
        to=reverse("content_cms:import", args=[code]),
    )


def _seen(request: ActorRequest) -> int:
    """The version of the tree that the person saw; -1 for what is no number, which is never the current one."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


@require_POST
def correct(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    act = next((act for act in ACTS if act in request.POST), "")
    given = request.POST.get(act, "")
    index = int(given) if given.isdecimal() and len(given) < 7 else -1
    said = {
        "raise": _("已把“%(name)s”升一级。"),
        "lower": _("已把“%(name)s”降一级。"),
        "merge": _("已把“%(name)s”合并到前一条。"),
    }
    shown = max(0, index - 1) if act == "merge" else max(0, index)
    return act_then_go(
        request,
        lambda: import_correct(actor=request.user, upload=found, version=_seen(request), act=act, index=index),
        success=lambda name: said[act] % {"name": name},
        to=f"{reverse('content_cms:import', args=[code])}#row-{shown}",
    )


@require_POST
def undo(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    address = reverse("content_cms:import", args=[code])
    made = found.standard.corrections
    return act_then_go(
        request,
        lambda: import_undo(actor=request.user, upload=found, version=_seen(request)),
        success=_("已撤销上一步改动。"),
        to=f"{address}#row-{int(made[-1][1])}" if made else address,
    )


@require_POST
def cancel(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    return act_then_go(
        request,
        lambda: upload_cancel(actor=request.user, upload=found),
        success=_("已取消导入“%(name)s”，没有写入任何数据。") % {"name": found.file_name},
        to=reverse("content_cms:standards"),
    )


# --- step 3 -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    if found.state != State.READY:
        return redirect("content_cms:import", code=code)
    parsed = from_stored(found.standard.parsed)
    standards = standards_changeable_by(request.user)
    form = ConfirmForm(request.POST or None, standards=standards, initial=initial_for(parsed, standards))
    reason = ""
    if request.method == "POST" and form.is_valid():
        try:
            import_confirm(
                actor=request.user, upload=found, version=_seen(request), plan=EditionPlan(**form.cleaned_data)
            )
        except ImportChanged as refusal:
            messages.error(request, str(refusal))
            return redirect("content_cms:import", code=code)
        except Refused as refusal:
            reason = str(refusal)
        else:
            return redirect("content_cms:import", code=code)
    failed = request.method == "POST"
    return page(
        request,
        "confirm.html",
        title=_("确认导入"),
        trail=_trail(_mine(found)),
        icon="check",
        status=422 if failed else 200,
        failed=failed,
        found=found,
        form=form,
        reason=reason,
        count=bool(reason) + sum(len(errors) for errors in form.errors.values()),
        version=_seen(request) if failed else found.standard.version,
        total=len(parsed.clauses),
        doubts=len(parsed.warnings),
    )
