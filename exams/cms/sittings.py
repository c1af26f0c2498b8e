"""考试场次: planned, opened, watched, prolonged, closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from acts.pages import act_then_go
from exams import services
from exams.access import attempt_for, sitting_for, sittings_run_by
from exams.cms import watching
from exams.cms.forms.sittings import ExtendForm, PlanForm, ReasonForm
from exams.cms.pages import page
from exams.marking.queries import progress_of
from exams.models import Attempt, LateAnswer, Sitting, marks_text
from exams.opening import opening_of, opening_read
from exams.papers import PaperRefused, form_entries, needs, stem_text
from exams.types import type_for

if TYPE_CHECKING:
    from django import forms

    from people.requests import ActorRequest


def _trail(sitting: Sitting | None = None) -> list[tuple[str, str]]:
    trail = [(_("考试场次"), reverse("exams_cms:sittings"))]
    if sitting is not None:
        trail.append((sitting.title, reverse("exams_cms:sitting", args=[sitting.code])))
    return trail


def _first_error(form: forms.Form) -> str:
    return str(next(iter(next(iter(form.errors.values())))))


@require_GET
def sitting_list(request: ActorRequest) -> HttpResponse:
    sittings = (
        sittings_run_by(request.user)
        .select_related("organisation", "exam")
        .annotate(writing=Count("attempts", filter=Q(attempts__state=Attempt.State.OPEN)), entered=Count("attempts"))
        .order_by("-opens_at", "-pk")
    )
    shown = Paginator(sittings, 50).get_page(request.GET.get("p"))
    return page(
        request, "sittings.html", title=_("考试场次"), trail=[], icon="date", sittings=shown, now=timezone.now()
    )


@require_http_methods(["GET", "POST"])
def sitting_edit(request: ActorRequest, code: str | None = None) -> HttpResponse:
    sitting = sitting_for(request.user, code) if code is not None else None
    if sitting is not None and sitting.state != Sitting.State.DRAFT:
        messages.error(request, _("场次开放后不能再修改。需要时可以延长，或另建一个场次。"))
        return redirect("exams_cms:sitting", code=sitting.code)
    form = PlanForm(request.POST or None, actor=request.user, sitting=sitting)
    reason = ""
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.sitting_save(actor=request.user, sitting=sitting, plan=form.plan())
        except Refused as refusal:
            reason = str(refusal)
        else:
            messages.success(request, _("已保存场次“%(title)s”。核对后请开放考试。") % {"title": saved.title})
            return redirect("exams_cms:sitting", code=saved.code)
    return page(
        request,
        "sitting_form.html",
        title=sitting.title if sitting is not None else _("新建场次"),
        trail=_trail(sitting),
        icon="date",
        status=422 if request.method == "POST" else 200,
        form=form,
        reason=reason,
        sitting=sitting,
    )


@require_GET
@never_cache
def sitting_page(request: ActorRequest, code: str) -> HttpResponse:
    sitting = sitting_for(request.user, code)
    state = request.GET.get("state", "")
    words = request.GET.get("q", "").strip()
    lines = Paginator(watching.attempts_of(sitting, state=state, words=words), 50).get_page(request.GET.get("p"))
    is_draft = sitting.state == Sitting.State.DRAFT
    version = sitting.version or sitting.exam.newest
    posts = list(sitting.posts.all())
    counts = watching.counts_of(sitting) if not is_draft else None
    audience = watching.audience_of(sitting, posts)
    return page(
        request,
        "sitting.html",
        title=sitting.title,
        trail=_trail(),
        icon="date",
        sitting=sitting,
        posts=posts,
        pass_mark=marks_text(sitting.pass_mark),
        total=marks_text(sitting.total_marks),
        version=version,
        shortages=[need.reason for need in needs(version) if need.short] if is_draft else [],
        counts=counts,
        marking=progress_of(sitting) if not is_draft else None,
        audience=audience,
        absent=max(0, audience - counts.entered) if counts is not None else audience,
        attempts=lines,
        lines=[watching.line_of(attempt) for attempt in lines],
        state=state,
        words=words,
        filter_extra="&" + urlencode({"state": state, "q": words}),
        late=LateAnswer.objects.filter(attempt__sitting=sitting).count() if not is_draft else 0,
        extend_form=ExtendForm(auto_id="extend_%s"),
        close_form=ReasonForm(auto_id="close_%s"),
        now=timezone.now(),
    )


@require_GET
@never_cache
def sitting_live(request: ActorRequest, code: str) -> JsonResponse:
    """For the page's ten-second look: figures, and the lines it shows (their codes)."""
    sitting = sitting_for(request.user, code)
    codes = [c for c in request.GET.get("codes", "").split(",") if c][:50]
    attempts = watching.attempts_of(sitting).filter(code__in=codes)
    counts = watching.counts_of(sitting)
    rows = []
    for attempt in attempts:
        line = watching.line_of(attempt)
        rows.append([attempt.code, line.state_text, line.last_save, line.left_text, line.answered])
    now = timezone.localtime().strftime("%H:%M:%S")
    return JsonResponse({"at": now, "counts": vars(counts), "rows": rows}, json_dumps_params={"ensure_ascii": False})


@require_http_methods(["GET", "POST"])
@never_cache
def sitting_open(request: ActorRequest, code: str) -> HttpResponse:
    """Asks with everything that cannot be changed afterwards; opens what was seen, or says what has changed since."""
    sitting = sitting_for(request.user, code)
    if request.method == "GET":
        return _ask_to_open(request, sitting)
    seen = opening_read(request.POST.get("seen", ""))
    if seen is None:
        return redirect("exams_cms:sitting_open", code=code)
    try:
        services.sitting_open(actor=request.user, sitting=sitting, seen=seen)
    except PaperRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
        if sitting.state == Sitting.State.DRAFT:
            return redirect("exams_cms:sitting_open", code=code)
    else:
        messages.success(request, _("已开放。试卷已生成，到开始时间考生就能进入。"))
    return redirect("exams_cms:sitting", code=code)


def _ask_to_open(request: ActorRequest, sitting: Sitting) -> HttpResponse:
    if sitting.state != Sitting.State.DRAFT:
        return redirect("exams_cms:sitting", code=sitting.code)
    version = sitting.exam.newest
    short = [need.reason for need in needs(version) if need.short]
    if short:
        for reason in short:
            messages.error(request, reason)
        return redirect("exams_cms:sitting", code=sitting.code)
    opening = opening_of(sitting, version)
    posts = list(sitting.posts.all())
    return page(
        request,
        "sitting_open.html",
        title=_("开放考试"),
        trail=_trail(sitting),
        icon="date",
        sitting=sitting,
        version=version,
        opening=opening,
        posts=posts,
        audience=watching.audience_of(sitting, posts),
        pass_mark=marks_text(sitting.pass_mark),
        total=marks_text(opening.total_marks),
    )


@require_POST
def sitting_delete(request: ActorRequest, code: str) -> HttpResponse:
    sitting = sitting_for(request.user, code)
    try:
        services.sitting_delete(actor=request.user, sitting=sitting)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("exams_cms:sitting", code=code)
    messages.success(request, _("已删除场次“%(title)s”。") % {"title": sitting.title})
    return redirect("exams_cms:sittings")


@require_POST
def sitting_extend(request: ActorRequest, code: str) -> HttpResponse:
    sitting = sitting_for(request.user, code)
    back = reverse("exams_cms:sitting", args=[code])
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect(back)
    return act_then_go(
        request,
        lambda: services.sitting_extend(actor=request.user, sitting=sitting, **form.cleaned_data),
        success=lambda writing: (
            _("全场延长 %(minutes)s 分钟，正在作答的 %(n)s 人一并延长，考生页面会在下次保存时更新时间。")
            % {"minutes": form.cleaned_data["minutes"], "n": writing}
        ),
        to=back,
    )


@require_POST
def sitting_close(request: ActorRequest, code: str) -> HttpResponse:
    sitting = sitting_for(request.user, code)
    back = reverse("exams_cms:sitting", args=[code])
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect(back)
    return act_then_go(
        request,
        lambda: services.sitting_close(actor=request.user, sitting=sitting, **form.cleaned_data),
        success=lambda closed: _("场次已结束，%(n)s 份正在作答的答卷已交卷。") % {"n": closed},
        to=back,
    )


# --- one attempt ------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def attempt_page(request: ActorRequest, code: str, attempt_code: str) -> HttpResponse:
    attempt = attempt_for(request.user, code, attempt_code)
    services.attempt_close_overdue(attempt_id=attempt.pk)
    watched = watching.attempts_of(attempt.sitting).get(pk=attempt.pk)
    return page(
        request,
        "attempt.html",
        title=attempt.member.name,
        trail=_trail(attempt.sitting),
        icon="user",
        sitting=attempt.sitting,
        attempt=watched,
        line=watching.line_of(watched),
        late=_late_lines(LateAnswer.objects.filter(attempt=attempt).order_by("arrived_at")),
        extend_form=ExtendForm(auto_id="extend_%s"),
        submit_form=ReasonForm(auto_id="submit_%s"),
    )


@require_POST
def attempt_extend(request: ActorRequest, code: str, attempt_code: str) -> HttpResponse:
    attempt = attempt_for(request.user, code, attempt_code)
    back = reverse("exams_cms:attempt", args=[code, attempt_code])
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect(back)
    return act_then_go(
        request,
        lambda: services.attempt_extend(actor=request.user, attempt=attempt, **form.cleaned_data),
        success=lambda deadline: (
            _("已延长，新的结束时间 %(end)s。考生页面会在下次保存时更新时间。")
            % {"end": timezone.localtime(deadline).strftime("%H:%M")}
        ),
        to=back,
    )


@require_POST
def attempt_submit(request: ActorRequest, code: str, attempt_code: str) -> HttpResponse:
    attempt = attempt_for(request.user, code, attempt_code)
    back = reverse("exams_cms:attempt", args=[code, attempt_code])
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect(back)
    return act_then_go(
        request,
        lambda: services.attempt_force_submit(actor=request.user, attempt=attempt, **form.cleaned_data),
        success=_("已交卷。已保存的答案都已计分。"),
        to=back,
    )


def _late_lines(answers: Any) -> list[dict[str, Any]]:
    lines = []
    for late in answers.select_related("attempt__member")[:500]:
        entry = form_entries(late.attempt.form_id)[late.number]
        lines.append(
            {
                "late": late,
                "member": late.attempt.member,
                "value": type_for(entry["type"]).in_words(entry, json.loads(late.value)),
                "stem": stem_text(entry),
            }
        )
    return lines


@require_GET
def late_answers(request: ActorRequest, code: str) -> HttpResponse:
    sitting = sitting_for(request.user, code)
    answers = LateAnswer.objects.filter(attempt__sitting=sitting).order_by(
        "attempt__member__number", "number", "sequence"
    )
    return page(
        request,
        "late.html",
        title=_("迟到作答"),
        trail=_trail(sitting),
        icon="history",
        sitting=sitting,
        lines=_late_lines(answers),
    )
