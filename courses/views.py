from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from content.access import require_trainer
from content.models import Clause, Edition
from content.queries import clause_tree
from courses import queries, services
from courses.models import CataloguePage, CoursePage, Enrolment, LessonPage, LessonProgress
from courses.services import CourseRefused
from people.access import member_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from courses.models import LearnerPage
    from people.models import Member


@login_required
def serve_page(request: HttpRequest, page: LearnerPage) -> HttpResponse:
    """What Wagtail's page tree shows to a signed-in person; reads never write, so opening a course enrols nobody."""
    member: Member | None = getattr(request.user, "member", None)
    context: dict[str, Any] = {"page": page, "self": page, "is_preview": getattr(request, "is_preview", False)}
    if isinstance(page, CataloguePage):
        if member is not None:
            context["lines"] = queries.learner_courses(member)
        else:
            context["courses"] = CoursePage.objects.child_of(page).live()
    elif isinstance(page, CoursePage):
        enrolment = _enrolment(member, page)
        lines = queries.lesson_lines(page, enrolment)
        upcoming = next((line for line in lines if not line.passed), None)
        context.update(
            enrolment=enrolment,
            lines=lines,
            done=sum(line.passed for line in lines),
            upcoming=upcoming,
            started=any(line.started for line in lines),
        )
    elif isinstance(page, LessonPage):
        context.update(_lesson_context(member, page))
    return render(request, page.template, context)


def _enrolment(member: Member | None, course: Any) -> Enrolment | None:
    if member is None:
        return None
    return Enrolment.objects.filter(member=member, course_id=course.pk).prefetch_related("progress").first()


def _lesson_context(member: Member | None, lesson: LessonPage) -> dict[str, Any]:
    course = lesson.get_parent()
    progress = None
    if member is not None:
        progress = LessonProgress.objects.filter(
            enrolment__member=member, enrolment__course_id=course.pk, lesson=lesson
        ).first()
    siblings = list(LessonPage.objects.child_of(course).live().order_by("path").values_list("pk", "title", "url_path"))
    ids = [pk for pk, _title, _path in siblings]
    here = ids.index(lesson.pk) if lesson.pk in ids else -1
    following = LessonPage.objects.get(pk=ids[here + 1]) if 0 <= here < len(ids) - 1 else None
    return {
        "course": course,
        "progress": progress,
        "number": here + 1,
        "total": len(ids),
        "following": following,
        "answered": progress.checks if progress is not None else [],
        "position": progress.position if progress is not None and progress.passed_at is None else 0,
        "clauses": [link.clause for link in lesson.clause_links.select_related("clause").order_by("sort_order", "pk")],
        "member": member,
    }


def _live_lesson(pk: int) -> LessonPage:
    return get_object_or_404(LessonPage.objects.live(), pk=pk)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_POST
@login_required
def save_position(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request.user)
    lesson = _live_lesson(pk)
    try:
        position = int(request.POST.get("position", ""))
    except ValueError:
        return JsonResponse({"message": _("位置应为整数。")}, status=400)
    services.position_save(actor=member, lesson=lesson, position=position)
    return HttpResponse(status=204)


@require_POST
@login_required
def answer_check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: says whether it was right, and why. Without JavaScript the page comes back with the same words."""
    member = member_of(request.user)
    lesson = _live_lesson(pk)
    chosen = [int(value) for value in request.POST.getlist("option") if value.isdigit()]
    if not chosen:
        verdict, message = None, _("请先选一个选项。")
    else:
        try:
            verdict = services.check_answer(
                actor=member, lesson=lesson, block_id=request.POST.get("check", ""), chosen=chosen
            )
            message = ""
        except CourseRefused as refusal:
            verdict, message = None, str(refusal)
    if _wants_json(request):
        if verdict is None:
            return JsonResponse({"message": message}, status=400)
        clause = verdict.clause
        return JsonResponse(
            {
                "right": verdict.right,
                "title": _("答对了") if verdict.right else _("答错了"),
                "feedback": verdict.feedback,
                # The reason is for those who have got it right; a wrong answer gets its own hint and another try.
                "explanation": verdict.explanation if verdict.right else "",
                "clause": clause.number if clause is not None else "",
                "clause_url": reverse("content:clause", args=[clause.pk]) if clause is not None else "",
            }
        )
    if verdict is None:
        messages.error(request, message)
    elif verdict.right:
        messages.success(request, _("答对了。%(why)s") % {"why": verdict.explanation})
    else:
        messages.error(request, _("答错了。%(why)s 请再试一次。") % {"why": verdict.feedback})
    return redirect(lesson.get_url() + "#check-" + request.POST.get("check", ""))


@require_POST
@login_required
def complete_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request.user)
    lesson = _live_lesson(pk)
    try:
        services.lesson_pass(actor=member, lesson=lesson)
    except CourseRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(lesson.get_url())
    return redirect("courses:lesson_done", pk=lesson.pk)


@login_required
def lesson_done(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request.user)
    lesson = _live_lesson(pk)
    context = _lesson_context(member, lesson)
    if context["progress"] is None or context["progress"].passed_at is None:
        return redirect(lesson.get_url())
    context["enrolment"] = _enrolment(member, context["course"])
    return render(request, "courses/lesson_done.html", {**context, "page": lesson})


@require_http_methods(["GET", "POST"])
def from_clauses(request: HttpRequest, edition_id: int | None = None) -> HttpResponse:
    """「从条款建课」 in the CMS: tick clauses of an edition, get a draft course, go on in the editor."""
    require_trainer(request.user)
    editions = list(Edition.objects.exclude(state=Edition.State.DRAFT).order_by("state", "-effective_on", "-pk"))
    if edition_id is None:
        current = next((e for e in editions if e.state == Edition.State.IN_FORCE), None)
        if current is not None:
            return redirect("courses_from_clauses", edition_id=current.pk)
        return render(request, "courses/admin/from_clauses.html", {"edition": None, "editions": editions})
    edition = next((e for e in editions if e.pk == edition_id), None)
    if edition is None:
        raise Http404
    title = request.POST.get("title", "")
    chosen = {int(value) for value in request.POST.getlist("clause") if value.isdigit()}
    error = ""
    if request.method == "POST":
        clauses = list(Clause.objects.filter(edition=edition, pk__in=chosen).select_related("edition"))
        try:
            course = services.course_from_clauses(
                actor=request.user,  # type: ignore[arg-type]
                edition=edition,
                clauses=clauses,
                title=title,
                by_parent=request.POST.get("by_parent") == "on",
            )
        except CourseRefused as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("已建立课程草稿“%(title)s”，请继续编写各课。") % {"title": course.title})
            return redirect("wagtailadmin_explore", course.pk)
    counts = queries.lesson_counts(edition.pk)
    nodes = [
        {"clause": clause, "lessons": counts.get(clause.pk, 0), "checked": clause.pk in chosen}
        for clause in clause_tree(edition)
        if clause.kind != Clause.Kind.ITEM
    ]
    return render(
        request,
        "courses/admin/from_clauses.html",
        {
            "edition": edition,
            "editions": editions,
            "nodes": nodes,
            "title": title,
            "error": error,
            "posted": json.dumps(bool(error)),
        },
        status=422 if error else 200,
    )
