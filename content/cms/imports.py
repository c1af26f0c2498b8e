"""导入标准: a file, the tree that was recognised in it, the edition that it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts.pages import act_then_go
from content.access import import_for, standards_changeable_by
from content.cms.forms import ConfirmForm, UploadForm, initial_for
from content.cms.outline import place_words, tree
from content.cms.pages import pages_in
from content.importers.corrections import ACTS, CorrectionRefused
from content.importers.numberings import numbering_named
from content.importers.parsed import from_stored
from content.models import Edition, StandardImport
from content.services.imports import (
    EditionPlan,
    ImportChanged,
    ImportRefused,
    import_cancel,
    import_confirm,
    import_correct,
    import_read,
    import_undo,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest

SAMPLE = Path(__file__).resolve().parents[1] / "demo" / "edition-2025.md"
# Set by the upload handler, which stops reading there: the form then finds no file.
TOO_LARGE = "upload_too_large"

page = pages_in("content/cms")


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("标准"), reverse("content_cms:standards")), *more]


def _mine(standard_import: StandardImport) -> tuple[str, str]:
    return (standard_import.file_name, reverse("content_cms:import", args=[standard_import.code]))


# --- step 1 -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    problems: list[tuple[str, str]] = []
    refused = ""
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if request.META.get(TOO_LARGE):
            megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
            problems = [
                (
                    "",
                    _("文件超过 %(n)s MB，没有接收。标准文本通常不到 5 MB，请删去图片或拆成几份后再上传。")
                    % {"n": megabytes},
                )
            ]
        elif form.is_valid():
            file = form.cleaned_data["file"]
            made = import_read(actor=request.user, file=file, name=file.name)
            if made.state == StandardImport.State.READY:
                return redirect("content_cms:import", code=made.code)
            refused = made.file_name
            problems = _problems(made)
        else:
            problems = [("", str(error)) for error in form.errors["file"]]
    return page(
        request,
        "upload.html",
        title=_("导入标准"),
        trail=_trail(),
        icon="upload",
        status=422 if problems else 200,
        failed=bool(problems),
        form=form,
        problems=problems,
        refused=refused,
    )


def _problems(standard_import: StandardImport) -> list[tuple[str, str]]:
    return [
        (place_words(problem.get("place", "line"), problem["line"]), problem["message"])
        for problem in standard_import.errors
    ]


@require_GET
def sample(request: ActorRequest) -> FileResponse:
    return FileResponse(
        SAMPLE.open("rb"), as_attachment=True, filename=_("标准样例（演示文本）.md"), content_type="text/markdown"
    )


# --- step 2 -----------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def tree_page(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    if found.state == StandardImport.State.DONE and found.edition_id is not None:
        return redirect("content_cms:edition", pk=found.edition_id)
    if found.state != StandardImport.State.READY:
        return page(
            request,
            "import_over.html",
            title=found.file_name,
            trail=_trail(),
            found=found,
            problems=_problems(found),
        )
    parsed = from_stored(found.parsed)
    return page(
        request,
        "import.html",
        title=_("核对识别结果"),
        trail=_trail(),
        found=found,
        parsed=parsed,
        numbering=known.title if (known := numbering_named(parsed.numbering)) is not None else parsed.numbering,
        tree=tree(parsed),
        same=Edition.objects.filter(source_digest=found.digest).first() if found.digest else None,
    )


def _seen(request: ActorRequest) -> int:
    """The version of the tree that the person saw; -1 for what is no number, which is never the current one."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


@require_POST
def correct(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    address = reverse("content_cms:import", args=[code])
    act = next((act for act in ACTS if act in request.POST), "")
    given = request.POST.get(act, "")
    index = int(given) if given.isdecimal() and len(given) < 7 else -1
    try:
        name = import_correct(
            actor=request.user,
            standard_import=found,
            version=_seen(request),
            act=act,
            index=index,
        )
    except (ImportRefused, CorrectionRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        said = {
            "raise": _("已把“%(name)s”升一级。"),
            "lower": _("已把“%(name)s”降一级。"),
            "merge": _("已把“%(name)s”合并到前一条。"),
        }
        messages.success(request, said[act] % {"name": name})
    shown = max(0, index - 1) if act == "merge" else max(0, index)
    return redirect(f"{address}#row-{shown}")


@require_POST
def undo(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    try:
        index = import_undo(actor=request.user, standard_import=found, version=_seen(request))
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("content_cms:import", code=code)
    messages.success(request, _("已撤销上一步改动。"))
    return redirect(f"{reverse('content_cms:import', args=[code])}#row-{index}")


@require_POST
def cancel(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    return act_then_go(
        request,
        lambda: import_cancel(actor=request.user, standard_import=found),
        success=_("已取消导入“%(name)s”，没有写入任何数据。") % {"name": found.file_name},
        to=reverse("content_cms:standards"),
    )


# --- step 3 -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: ActorRequest, code: str) -> HttpResponse:
    found = import_for(request.user, code)
    if found.state != StandardImport.State.READY:
        return redirect("content_cms:import", code=code)
    parsed = from_stored(found.parsed)
    standards = standards_changeable_by(request.user)
    form = ConfirmForm(request.POST or None, standards=standards, initial=initial_for(parsed, standards))
    reason = ""
    if request.method == "POST" and form.is_valid():
        try:
            edition = import_confirm(
                actor=request.user,
                standard_import=found,
                version=_seen(request),
                plan=EditionPlan(**form.cleaned_data),
            )
        except ImportChanged as refusal:
            messages.error(request, str(refusal))
            return redirect("content_cms:import", code=code)
        except ImportRefused as refusal:
            reason = str(refusal)
        else:
            messages.success(
                request,
                _("导入完成：%(title)s，共 %(n)s 条。") % {"title": edition.title, "n": len(parsed.clauses)},
            )
            return redirect("content_cms:edition", pk=edition.pk)
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
        version=_seen(request) if failed else found.version,
        total=len(parsed.clauses),
        doubts=len(parsed.warnings),
    )
