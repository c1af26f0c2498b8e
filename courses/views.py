from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin import messages as admin_messages

from acts import Refused
from acts.pages import act_then_go
from content.models import Clause, Edition
from content.queries import clause_tree
from courses import queries, services
from courses.access import course_for, courses_visible_to, lesson_for
from courses.advice import advice_for
from courses.files import may_read, picture_answer
from courses.forms import FromClausesForm
from courses.models import CataloguePage, CoursePage, LessonPage
from people.access import member_of
from people.desk import require_trainer

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from courses.models import LearnerPage
    from people.models import Member, User
    from people.requests import ActorRequest


@require_GET
@login_required
def catalogue(request: ActorRequest) -> HttpResponse:
    page = CataloguePage.objects.live().first()
    # Before an installation has its catalogue the list is empty, in words: the tab leads here from the first day.
    return _show_catalogue(request, page if page is not None else CataloguePage())


@require_GET
@login_required
def course(request: ActorRequest, slug: str) -> HttpResponse:
    return _show_course(request, course_for(request.user, slug))


@require_GET
@login_required
def lesson(request: ActorRequest, course_slug: str, slug: str) -> HttpResponse:
    of = course_for(request.user, course_slug)
    page = LessonPage.objects.child_of(of).live().filter(slug=slug).first()
    if page is None:
        raise Http404
    page.course = of
    return _show_lesson(request, page)


@login_required
def serve_page(request: ActorRequest, page: LearnerPage) -> HttpResponse:
    """Where Wagtail itself was asked for a page: the same rules as at our own addresses."""
    if isinstance(page, CoursePage):
        return _show_course(request, course_for(request.user, page.slug))
    if isinstance(page, LessonPage):
        return _show_lesson(request, lesson_for(request.user, page.pk))
    return _show_catalogue(request, page)


@require_GET
@login_required
def picture(request: ActorRequest, name: str) -> HttpResponseBase:
    if not may_read(request):
        raise Http404
    return picture_answer(request, name)


def preview_page(request: ActorRequest, page: LearnerPage, *, text_size: str) -> HttpResponse:
    """A draft as a learner would see it. Wagtail has asked for the right to edit it before it comes here."""
    request.user.text_size = text_size or "standard"  # for this page only, never saved
    if isinstance(page, CoursePage):
        return _show_course(request, page)
    if isinstance(page, LessonPage):
        return _show_lesson(request, page)
    return _show_catalogue(request, page)


def _context(request: ActorRequest, page: LearnerPage) -> dict[str, Any]:
    is_preview = getattr(request, "is_preview", False)
    member: Member | None = None if is_preview else getattr(request.user, "member", None)
    return {"page": page, "self": page, "is_preview": is_preview, "member": member}


def _show_catalogue(request: ActorRequest, page: LearnerPage) -> HttpResponse:
    context = _context(request, page)
    if context["member"] is not None:
        context["lines"] = queries.learner_courses(context["member"])
    else:
        context["courses"] = courses_visible_to(request.user).order_by("-is_onboarding", "path")
    return render(request, "courses/catalogue_page.html", context)


def _show_course(request: ActorRequest, page: CoursePage) -> HttpResponse:
    context = _context(request, page)
    cycles = queries.cycles_of(context["member"], page)
    lines = queries.lesson_lines(page, cycles.current)
    context.update(
        enrolment=cycles.current,
        earlier=[cycle for cycle in cycles.earlier if cycle.completed_at is not None],
        lines=lines,
        done=sum(line.passed for line in lines),
        upcoming=next((line for line in lines if not line.passed), None),
        started=any(line.started for line in lines),
    )
    return render(request, "courses/course_page.html", context)


def _show_lesson(request: ActorRequest, page: LessonPage) -> HttpResponse:
    context = _context(request, page)
    reading = queries.lesson_reading(context["member"], page)
    context.update(reading=reading, course=page.course, clause_items=reading.clause_items)
    if context["is_preview"]:
        marks = advice_for(page)
        for block in page.body:
            block.advice = marks[str(block.id)]
        context["advice_on_lesson"] = marks[""]
    return render(request, "courses/lesson_page.html", context)


def _wants_json(request: ActorRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_POST
@login_required
def save_position(request: ActorRequest, pk: int) -> HttpResponse:
    member = member_of(request.user)
    page = lesson_for(request.user, pk)
    try:
        position = int(request.POST.get("position", ""))
    except ValueError:
        return JsonResponse({"message": _("位置应为整数。")}, status=400)
    services.position_save(actor=member, lesson=page, position=position)
    return HttpResponse(status=204)


@require_POST
@login_required
def answer_check(request: ActorRequest, pk: int) -> HttpResponse:
    """One check: says whether it was right, and why. Without JavaScript the page comes back with the same words."""
    member = member_of(request.user)
    page = lesson_for(request.user, pk)
    chosen = [
        int(value)
        for value in request.POST.getlist("option")
        if value.isascii() and value.isdecimal() and len(value) < 4
    ]
    if not chosen:
        verdict, message = None, _("请先选一个选项。")
    else:
        try:
            verdict = services.check_answer(
                actor=member, lesson=page, block_id=request.POST.get("check", ""), chosen=chosen
            )
            message = ""
        except Refused as refusal:
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
                "clause": _("依据：%(number)s") % {"number": clause.number} if clause is not None else "",
                "clause_url": reverse("content:clause", args=[clause.pk]) if clause is not None else "",
            }
        )
    if verdict is None:
        messages.error(request, message)
    elif verdict.right:
        messages.success(request, _("答对了。%(why)s") % {"why": verdict.explanation})
    else:
        messages.error(request, _("答错了。%(why)s 请再试一次。") % {"why": verdict.feedback})
    return redirect(_check_url(page, request.POST.get("check", "")))


def _check_url(page: LessonPage, block_id: str) -> str:
    return f"{page.get_url()}#check-{quote(block_id)}"


@require_POST
@login_required
def complete_lesson(request: ActorRequest, pk: int) -> HttpResponse:
    member = member_of(request.user)
    page = lesson_for(request.user, pk)

    def first_unanswered() -> str:
        unanswered = queries.lesson_reading(member, page).unanswered
        return _check_url(page, unanswered[0][1]) if unanswered else page.get_url()

    return act_then_go(
        request,
        lambda: services.lesson_pass(actor=member, lesson=page),
        to=reverse("courses:lesson_done", args=[page.pk]),
        back_to=first_unanswered,
    )


@require_GET
@login_required
def lesson_done(request: ActorRequest, pk: int) -> HttpResponse:
    member = member_of(request.user)
    page = lesson_for(request.user, pk)
    reading = queries.lesson_reading(member, page)
    if reading.passed_at is None:
        return redirect(page.get_url())
    enrolment = queries.cycles_of(member, page.course).current
    context = {"page": page, "course": page.course, "reading": reading, "enrolment": enrolment}
    return render(request, "courses/lesson_done.html", context)


@require_http_methods(["GET", "POST"])
def from_clauses(request: ActorRequest, edition_id: int | None = None) -> HttpResponse:
    """「从条款建课」 in the CMS: tick clauses of an edition, get a draft course, go on in the editor."""
    require_trainer(request.user)
    editions = queries.editions_to_teach(request.user)
    if edition_id is None:
        if editions and editions[0].state == Edition.State.IN_FORCE:
            return redirect("courses_from_clauses", edition_id=editions[0].pk)
        return render(request, "courses/admin/from_clauses.html", {"edition": None, "editions": editions})
    edition = next((e for e in editions if e.pk == edition_id), None)
    if edition is None:
        raise Http404
    form = FromClausesForm(request.POST if request.method == "POST" else None, edition=edition)
    if request.method == "POST" and form.is_valid():
        try:
            course = services.course_from_clauses(
                actor=request.user,
                edition=edition,
                clauses=form.cleaned_data["clauses"],
                title=form.cleaned_data["title"],
                by_parent=form.cleaned_data["grouping"] == "parent",
                key=form.cleaned_data["key"],
            )
        except Refused as refusal:
            form.add_error("clauses", str(refusal))
        else:
            return _to_editor(request, course)
    return render(
        request,
        "courses/admin/from_clauses.html",
        {"edition": edition, "editions": editions, "form": form, "nodes": _nodes(request.user, edition, form.chosen)},
        status=422 if form.errors else 200,
    )


def _nodes(actor: User, edition: Edition, chosen: set[int]) -> list[dict[str, Any]]:
    counts = queries.lesson_counts(actor, edition.pk)
    return [
        {"clause": clause, "lessons": counts.get(clause.pk, 0), "checked": clause.pk in chosen}
        for clause in clause_tree(edition)
        if clause.kind not in (Clause.Kind.ITEM, Clause.Kind.PARAGRAPH)
    ]


def _to_editor(request: ActorRequest, course: CoursePage) -> HttpResponse:
    """The first lesson opens in Wagtail's editor; the others are one click away."""
    drafts = list(LessonPage.objects.child_of(course).order_by("path"))
    buttons = [
        admin_messages.button(reverse("wagtailadmin_explore", args=[course.pk]), _("看全部各课")),
        admin_messages.button(reverse("wagtailadmin_pages:edit", args=[course.pk]), _("填写课程介绍")),
    ]
    words = {"title": course.title, "count": len(drafts)}
    admin_messages.success(
        request, _("已建立课程草稿“%(title)s”，共 %(count)s 课。请从第 1 课开始写。") % words, buttons=buttons
    )
    return redirect("wagtailadmin_pages:edit", drafts[0].pk)
