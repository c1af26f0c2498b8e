from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("课程")

    def ready(self) -> None:
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy
        from wagtail.signals import page_published, page_unpublished, post_page_move

        from content.teaching import register_teaching
        from courses import access, queries
        from courses.models import CoursePage, LessonPage
        from courses.page_rights import OwnedPagePolicy
        from outbox.registry import announces, hears
        from people.models import RoleGrant

        announces("courses.completed", urgent=True)  # subject: Enrolment
        announces("courses.assigned")  # subject: Member, to whom a course was assigned or from whom one was withdrawn
        register_permission_policy(Page, OwnedPagePolicy())
        register_teaching(queries.lessons_for_clauses, access.courses_open_to)
        post_save.connect(_grant_changed, sender=RoleGrant, dispatch_uid="courses.trainer_group")
        hears("people.members", _members_told, name="courses.assigned")
        page_published.connect(_lesson_published, sender=LessonPage, dispatch_uid="courses.lesson_clauses")
        page_published.connect(_course_published, sender=CoursePage, dispatch_uid="courses.course_published")
        page_unpublished.connect(_lesson_withdrawn, sender=LessonPage, dispatch_uid="courses.lesson_withdrawn")
        post_page_move.connect(_lesson_moved, sender=LessonPage, dispatch_uid="courses.lesson_moved")
        post_delete.connect(_lesson_withdrawn, sender=LessonPage, dispatch_uid="courses.lesson_deleted")


def _grant_changed(instance: Any, **kwargs: Any) -> None:
    from courses.services import trainer_group_sync

    if not kwargs.get("raw"):
        trainer_group_sync(instance.user)


def _members_told(subjects: list[int]) -> None:
    from courses.services import assign_to_members

    assign_to_members(member_ids=subjects)


def _lesson_published(instance: Any, **kwargs: Any) -> None:
    from courses.services import lesson_clauses_sync

    lesson_clauses_sync(instance)


def _course_published(instance: Any, **kwargs: Any) -> None:
    """It may have come back with fewer lessons than it was taken back with, or for other people."""
    from courses.services import course_assign_later

    _catch_up(instance)
    course_assign_later(course=instance)


def _lesson_withdrawn(instance: Any, **kwargs: Any) -> None:
    from courses.models import CoursePage

    _catch_up(CoursePage.objects.filter(path=instance.path[: -CoursePage.steplen]).first())


def _lesson_moved(parent_page_before: Any, parent_page_after: Any, **kwargs: Any) -> None:
    from courses.models import CoursePage

    if parent_page_before.pk != parent_page_after.pk:
        _catch_up(CoursePage.objects.filter(pk=parent_page_before.pk).first())


def _catch_up(course: Any) -> None:
    """After the commit: what is done to several lessons at once counts as one."""
    from courses.services import completions_catch_up

    if course is not None:
        transaction.on_commit(lambda: completions_catch_up(course=course))
