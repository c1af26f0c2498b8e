from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.cms.pages import TrainerItem
from courses import views
from courses.advice import lesson_checks
from courses.clause_chooser import clause_chooser
from courses.files import document_answer
from courses.models import LessonPage
from courses.page_rights import pages_seen_by
from courses.publishing import deletion_refusal, move_refusal, publication_refusals

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from wagtail.models import Page

    from people.requests import ActorRequest


@hooks.register("register_admin_viewset")
def register_clause_chooser() -> Any:
    return clause_chooser


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [
        path("courses/from-clauses/", views.from_clauses, name="courses_from_clauses"),
        path("courses/from-clauses/<int:edition_id>/", views.from_clauses, name="courses_from_clauses"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    return TrainerItem(_("从条款建课"), reverse("courses_from_clauses"), icon_name="list-ol", order=210)


@hooks.register("construct_page_chooser_queryset")
def offer_the_pages_of_the_units_above_and_below(pages: Any, request: ActorRequest) -> Any:
    return pages.filter(pages_seen_by(request.user))


@hooks.register("before_serve_document")
def serve_document(document: Any, request: HttpRequest) -> HttpResponse | None:
    return document_answer(document, request)


@hooks.register("construct_wagtail_userbar")
def put_lesson_checks(request: HttpRequest, items: list[Any], page: Any) -> None:
    lesson_checks(items, page)


@hooks.register("after_publish_page")
def say_that_the_course_is_no_course_yet(request: HttpRequest, page: Page) -> None:
    if isinstance(page.specific, LessonPage) and not (course := page.get_parent()).live:
        words = {"title": course.get_admin_display_title()}
        messages.warning(request, gettext("课程“%(title)s”还没有发布，学员现在看不到这一课。请发布课程。") % words)


@hooks.register("before_delete_page")
def keep_what_was_learnt(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refused(request, [deletion_refusal(page)], page)


@hooks.register("before_move_page")
def keep_lessons_with_their_learners(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    return _refused(request, [move_refusal(page, destination)], page)


@hooks.register("before_bulk_action")
def refuse_in_bulk(request: HttpRequest, kind: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """All or nothing: one page that may not be deleted, moved or published stops the rest."""
    if action.model._meta.label != "wagtailcore.Page" or not objects:
        return None
    refusals: list[str] = []
    if kind == "delete":
        refusals = [deletion_refusal(page) for page in objects]
    elif kind == "move":
        destination = action.cleaned_form.cleaned_data["chooser"]
        refusals = [move_refusal(page, destination) for page in objects]
    elif kind == "publish":
        below = action.cleaned_form.cleaned_data["include_descendants"]
        refusals = publication_refusals(objects, with_drafts_below=below)
    return _refused(request, refusals, objects[0])


def _refused(request: HttpRequest, refusals: list[str], page: Page) -> HttpResponse | None:
    found = [refusal for refusal in refusals if refusal]
    if not found:
        return None
    for refusal in found[:10]:
        messages.error(request, refusal)
    parent = page.get_parent()
    return redirect("wagtailadmin_explore", parent.pk)
