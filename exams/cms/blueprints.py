"""组卷蓝图: what a paper is drawn by, with have and need, and a sample to look at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.expressions import F
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from content.models import Edition
from exams import services
from exams.access import editions_to_examine, exam_for, exams_seen_by
from exams.cms.forms.blueprints import BlueprintForm, RowFormSet
from exams.cms.pages import page
from exams.cms.questions import current_edition
from exams.models import BlueprintVersion, Exam, Sitting, marks_text
from exams.papers import Chapter, Need, PaperRefused, compile_form, needs, needs_of
from exams.types import type_for
from people.access import Role
from people.owning import owner_for_new

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.models import Organisation
    from people.requests import ActorRequest


def _trail(exam: Exam | None = None) -> list[tuple[str, str]]:
    trail = [(_("组卷蓝图"), reverse("exams_cms:blueprints"))]
    if exam is not None:
        trail.append((exam.title, reverse("exams_cms:blueprint", args=[exam.code])))
    return trail


@require_GET
def blueprint_list(request: ActorRequest) -> HttpResponse:
    newest = BlueprintVersion.objects.filter(exam=OuterRef("exam")).order_by("-number").values("pk")[:1]
    used = Sitting.objects.filter(exam=OuterRef("exam")).order_by().values("exam").annotate(n=Count("pk")).values("n")
    versions = (
        BlueprintVersion.objects.filter(pk=Subquery(newest), exam__in=exams_seen_by(request.user))
        .select_related("exam__owner", "edition")
        .annotate(
            questions=Sum("rows__count"),
            total=Sum(F("rows__count") * F("rows__marks_each")),
            sittings_held=Subquery(used),
        )
        .order_by("-exam")
    )
    lines = [
        {
            "version": version,
            "owner": version.exam.owner or _("全系统"),
            "questions": version.questions or 0,
            "total": marks_text(version.total or 0),
            "sittings": version.sittings_held or 0,
        }
        for version in versions[:200]
    ]
    return page(request, "blueprints.html", title=_("组卷蓝图"), trail=[], icon="clipboard-list", lines=lines)


@require_http_methods(["GET", "POST"])
def blueprint_edit(request: ActorRequest, code: str | None = None) -> HttpResponse:
    exam, may_change = exam_for(request.user, code) if code is not None else (None, True)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    owner = exam.owner if exam is not None else owner_for_new(request.user, Role.TRAINER)
    version = exam.newest if exam is not None else None
    edition = version.edition if version is not None else _asked_edition(request) or current_edition(request.user)
    start: dict[str, Any] = {"edition": edition.pk if edition is not None else None}
    if exam is not None:
        start.update(title=exam.title, seen=exam.revision)
    form = BlueprintForm(request.POST or None, initial=start, actor=request.user)
    if request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"]
    rows: Any = RowFormSet(
        request.POST or None, prefix="rows", initial=_initial_rows(version), form_kwargs={"edition": edition}
    )
    reason = ""
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            saved = services.blueprint_save(
                actor=request.user,
                exam=exam,
                title=form.cleaned_data["title"],
                edition=form.cleaned_data["edition"],
                rows=rows.rows(),
                seen=form.cleaned_data["seen"] or 0,
            )
        except Refused as refusal:
            reason = str(refusal)
        else:
            messages.success(request, _("已保存组卷蓝图“%(title)s”。") % {"title": form.cleaned_data["title"].strip()})
            return redirect("exams_cms:blueprint", code=saved.exam.code)
    failed = request.method == "POST"
    return page(
        request,
        "blueprint_form.html",
        title=exam.title if exam is not None else _("新建组卷蓝图"),
        trail=_trail(),
        icon="clipboard-list",
        status=422 if failed else 200,
        form=form,
        # Who was told that the blueprint has changed saves knowingly the next time.
        seen=exam.revision if exam is not None else "",
        rows=rows,
        lines=_lines(rows, edition, owner),
        exam=exam,
        may_change=may_change,
        version=version,
        reason=reason,
        shortages=[need.reason for need in needs(version) if need.short] if version is not None and not failed else [],
        totals=_totals(version),
        failed=failed,
    )


@require_POST
def exam_delete(request: ActorRequest, code: str) -> HttpResponse:
    exam, _may_change = exam_for(request.user, code)
    try:
        services.exam_delete(actor=request.user, exam=exam)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("exams_cms:blueprint", code=code)
    messages.success(request, _("已删除组卷蓝图“%(title)s”。") % {"title": exam.title})
    return redirect("exams_cms:blueprints")


def _asked_edition(request: ActorRequest) -> Edition | None:
    """?edition=… of a new blueprint: its chapters are those of that edition."""
    given = request.GET.get("edition", "")
    if not (given.isdecimal() and given.isascii() and len(given) < 10):
        return None
    return editions_to_examine(request.user).filter(pk=given).first()


def _initial_rows(version: BlueprintVersion | None) -> list[dict[str, Any]]:
    if version is None:
        return []
    return [
        {"kind": r.kind, "chapter": r.chapter, "count": r.count, "marks_each": marks_text(r.marks_each)}
        for r in version.rows.all()
    ]


def _lines(rows: Any, edition: Edition | None, owner: Organisation | None) -> list[tuple[Any, Need | None]]:
    """Each row's form with what the bank has for it."""
    plain: list[tuple[str, str, int, int]] = []
    places: list[int] = []
    for place, form in enumerate(rows.forms):
        kind, chapter, count = form["kind"].value(), form["chapter"].value(), form["count"].value()
        if kind and _is_count(count):
            plain.append((kind, chapter or "", int(count), 0))
            places.append(place)
    have = dict(zip(places, needs_of(edition, owner, plain), strict=True)) if edition is not None and plain else {}
    return [(form, have.get(place)) for place, form in enumerate(rows.forms)]


def _is_count(value: Any) -> bool:
    """Of what a browser sent: ² and 5,000 digits are no number of questions."""
    text = str(value or "")
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _totals(version: BlueprintVersion | None) -> dict[str, Any]:
    if version is None:
        return {}
    rows = list(version.rows.all())
    return {
        "questions": sum(row.count for row in rows),
        "marks": marks_text(sum(row.count * row.marks_each for row in rows)),
        "minutes": -(-sum(row.count * type_for(row.kind).seconds for row in rows) // 60),
    }


@require_GET
def blueprint_sample(request: ActorRequest, code: str) -> HttpResponse:
    """「试组一份卷」: a paper as it could be, with its key, and how much the next one would differ."""
    exam, _may_change = exam_for(request.user, code)
    version = exam.newest
    given = request.GET.get("n", "1")
    number = int(given) if given.isdecimal() and len(given) < 7 else 1
    try:
        document, key, ids = compile_form(
            version, title=exam.title, seed=f"sample:{version.pk}:{number}", used=Counter()
        )
        _other, _other_key, other_ids = compile_form(
            version, title=exam.title, seed=f"sample:{version.pk}:{number}:2", used=Counter(ids)
        )
    except PaperRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("exams_cms:blueprint", code=code)
    questions = []
    for entry in document["questions"]:
        held = key[str(entry["n"])]
        kind = type_for(entry["type"])
        questions.append(
            {
                "stem": entry["stem"] if "ask" not in entry or entry["n"] == entry["group"][0] else "",
                "ask": entry.get("ask", ""),
                "lines": kind.printed(entry),
                "right": kind.in_words(entry, held["key"]),
                "clause": held["clause_number"],
            }
        )
    sections = [
        {**section, "questions": questions[section["first"] - 1 : section["last"]]} for section in document["sections"]
    ]
    chapters = Counter(held["chapter"] for held in key.values())
    return page(
        request,
        "blueprint_sample.html",
        title=_("试组一份卷"),
        trail=_trail(exam),
        icon="view",
        sections=sections,
        total=marks_text(document["total"]),
        count=len(ids),
        same=len(set(ids) & set(other_ids)),
        clauses=len({held["clause"] for held in key.values()}),
        chapters=[(str(Chapter(label, "")), n) for label, n in sorted(chapters.items())],
        next_number=number + 1,
        exam=exam,
    )
