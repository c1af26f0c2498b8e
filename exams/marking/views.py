"""阅卷: what waits, the questions of a sitting, one nameless answer after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from exams.marking import queries, queue, services
from exams.marking.access import ROLES, answer_in_scope, answer_to_mark, answers_for, sitting_to_mark
from exams.marking.ahead import remember_ahead
from exams.marking.forms import MarkForm
from exams.models import Attempt, marks_text
from people.access import require_role

if TYPE_CHECKING:
    from django.http import HttpResponse

    from exams.models import Sitting
    from people.requests import ActorRequest

SITTINGS_PER_PAGE = 20


@require_GET
@never_cache
@login_required
def waiting(request: ActorRequest) -> HttpResponse:
    require_role(request.user, *ROLES)
    remember_ahead(request.user)
    page = Paginator(queries.sittings_waiting(request.user), SITTINGS_PER_PAGE).get_page(request.GET.get("p"))
    lines = queries.sittings_named(list(page))
    return render(
        request,
        "exams/marking/list.html",
        {"page": page, "lines": lines, "withheld": queries.withheld_from(request.user)},
    )


@require_GET
@never_cache
@login_required
def sitting(request: ActorRequest, code: str) -> HttpResponse:
    found = sitting_to_mark(request.user, code)
    remember_ahead(request.user)
    context = {
        "withheld": queries.withheld_from(request.user, found),
        "sitting": found,
        "progress": queries.progress_of(found),
        "questions": queries.questions_of(request.user, found),
        "changeable": queries.changeable_by(request.user, found),
    }
    return render(request, "exams/marking/sitting.html", context)


@require_POST
@login_required
def answer_next(request: ActorRequest, code: str) -> HttpResponse:
    found = sitting_to_mark(request.user, code)
    given = [request.POST.get(name, "") for name in ("question", "part")]
    question, part = (int(text) if text.isdecimal() and len(text) < 10 else None for text in given)
    return _next(request, found, question, part)


def _next(request: ActorRequest, found: Sitting, question: int | None, part: int | None) -> HttpResponse:
    """To the next answer to the question, or back to the sitting when none is left."""
    answers = answers_for(request.user).filter(sitting=found)
    if question is not None:
        answers = answers.filter(question=question)
    if part is not None:
        answers = answers.filter(part=part)
    claimed = queue.answer_claim(actor=request.user, answers=answers)
    if claimed is not None:
        return redirect("exams:marking:answer", code=claimed.code)
    withheld = queries.withheld_from(request.user, found)  # the page says it
    if not withheld:
        messages.success(request, _("这道题没有等您评的答案了。"))
    return redirect("exams:marking:sitting", code=found.code)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def answer(request: ActorRequest, code: str) -> HttpResponse:
    try:
        found = answer_to_mark(request.user, code)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:marking:list")
    shown = queries.answer_shown(request.user, found)
    form = MarkForm(request.POST if request.method == "POST" else None, shown=shown)
    if form.is_valid():
        score = form.cleaned_data["points"]
        try:
            marked = services.response_mark(
                actor=request.user,
                attempt=found.attempt,
                number=found.number,
                score=score,
                comment=form.cleaned_data["comment"],
            )
        except Refused as refusal:
            form.add_error("points", list(refusal.reasons))
        else:
            messages.success(request, _("已给 %(points)s 分。") % {"points": marks_text(score)})
            if marked.state == Attempt.State.MARKED:
                messages.success(request, _("这份答卷的题都已评完，成绩已生成。"))
            return _next(request, found.sitting, found.question_id, found.part)
    elif request.method == "GET" and shown.is_others:
        messages.error(request, _("这份答案已在别人手中，请评下一份。"))
        return redirect("exams:marking:sitting", code=found.sitting.code)
    context = {"sitting": found.sitting, "answer": found, "shown": shown, "form": form}
    return render(request, "exams/marking/answer.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def answer_put_back(request: ActorRequest, code: str) -> HttpResponse:
    found = answer_in_scope(request.user, code)
    if queue.answer_put_back(actor=request.user, answer=found):
        messages.success(request, _("已放回，由您或别人以后再评。"))
    return redirect("exams:marking:sitting", code=found.sitting.code)
