"""What may not be published or deleted, in words. Wagtail asks through its hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import PROTECT
from django.utils.translation import gettext as _

from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wagtail.models import Page


def deletion_refusal(page: Page) -> str:
    """Why a page stays: what somebody learnt is evidence, so it can be taken back from sight but not deleted."""
    enrolments = Enrolment.objects.filter(within(page.path, "course__path"), started_at__isnull=False)
    progress = LessonProgress.objects.filter(within(page.path, "lesson__path"))
    members = enrolments.values("member").union(progress.values("enrolment__member")).count()
    if not members:
        return _still_asked_for(page)
    return _("“%(title)s”已有 %(count)s 人学过，学习记录要保留，不能删除。可以取消发布，取消后学员就看不到了。") % {
        "title": page.get_admin_display_title(),
        "count": members,
    }


def _protects(relation: Any) -> bool:
    """A polymorphic model wraps what its foreign keys do on a deletion."""
    on_delete = getattr(relation, "on_delete", None)
    return getattr(on_delete, "action", on_delete) is PROTECT


def _still_asked_for(page: Page) -> str:
    """What else rests on a course: sittings and schemes of the layers above, known by their foreign keys. A row that people do
    not know by itself names what it belongs to as its `part_of`."""
    keepers = [
        f"{keeper._meta.verbose_name}“{keeper}”"
        for relation in CoursePage._meta.get_fields(include_hidden=True)
        if relation.auto_created and _protects(relation)
        for row in relation.related_model._base_manager.filter(within(page.path, f"{relation.field.name}__path"))[:3]
        for keeper in [getattr(row, "part_of", row)]
    ]
    if not keepers:
        return ""
    return _("“%(title)s”还有地方要用，不能删除：%(keepers)s。") % {
        "title": page.get_admin_display_title(),
        "keepers": "、".join(keepers),
    }


def move_refusal(page: Page, destination: Page) -> str:
    """Why a lesson stays in its course: what somebody learnt counts for the course in which it was learnt."""
    if not isinstance(page.specific, LessonPage) or page.get_parent().pk == destination.pk:
        return ""
    members = LessonProgress.objects.filter(lesson_id=page.pk).count()
    if not members:
        return ""
    return _("“%(title)s”已有 %(count)s 人学过，不能移到别的课程。请在那个课程里另建一课，可以复制内容。") % {
        "title": page.get_admin_display_title(),
        "count": members,
    }


def publication_refusal(page: Page) -> str:
    """Why a draft cannot be published as it is; drafts may lack what a published lesson must have."""
    lesson = page.get_latest_revision_as_object()
    if not isinstance(lesson, LessonPage):
        return ""
    block = lesson.body.stream_block
    try:
        block.clean(lesson.body)
    except ValidationError:
        return _("“%(title)s”还没有写完，不能发布。请打开它，点“发布”，按提示补齐。") % {"title": lesson.title}
    return ""


def publication_refusals(pages: Iterable[Page], *, with_drafts_below: bool) -> list[str]:
    found = []
    for page in pages:
        found.append(publication_refusal(page.specific))
        if with_drafts_below:
            found += [publication_refusal(draft) for draft in page.get_descendants().not_live().specific()]
    return [refusal for refusal in found if refusal]
