"""A member's way through a course: enrolled, at a card, checks answered, lessons passed, completed and announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from courses.services.enrolling import enrolment_begin
from outbox.services import outbox_put, outbox_put_many

if TYPE_CHECKING:
    from content.models import Clause
    from people.models import Member


BATCH = 500


@dataclass(frozen=True)
class CheckVerdict:
    right: bool
    correct: tuple[int, ...]
    explanation: str
    feedback: str
    clause: Clause | None


def progress_ensure(*, actor: Member, lesson: LessonPage) -> LessonProgress:
    enrolment = enrolment_begin(actor=actor, course=lesson.course)
    progress, _created = LessonProgress.objects.get_or_create(enrolment=enrolment, lesson=lesson)
    return progress


def position_save(*, actor: Member, lesson: LessonPage, position: int) -> None:
    position = max(0, min(position, len(lesson.body) + 1))
    current = Enrolment.objects.current_of(actor, lesson.course.pk).values("pk")
    own = LessonProgress.objects.filter(enrolment=Subquery(current), lesson=lesson)
    if not own.update(position=position):
        progress_ensure(actor=actor, lesson=lesson)
        own.update(position=position)


def check_blocks(lesson: LessonPage) -> list[Any]:
    return [block for block in lesson.body if block.block_type == "check"]


def check_mark(lesson: LessonPage, block_id: str, chosen: Sequence[int]) -> CheckVerdict:
    """Pure: is this choice (indexes from 0) right. Raises Refused for a check that the lesson does not have."""
    block = next((b for b in check_blocks(lesson) if b.id == block_id), None)
    if block is None:
        raise Refused(_("这一课已更新。请刷新页面后再答。"))
    options = list(block.value["options"])
    correct = tuple(i for i, option in enumerate(options) if option["correct"])
    picked = sorted(set(chosen))
    feedback = next((options[i]["feedback"] for i in picked if 0 <= i < len(options) and options[i]["feedback"]), "")
    return CheckVerdict(
        right=tuple(picked) == correct,
        correct=correct,
        explanation=block.value["explanation"],
        feedback=feedback,
        clause=block.value["clause"],
    )


def check_answer(*, actor: Member, lesson: LessonPage, block_id: str, chosen: Sequence[int]) -> CheckVerdict:
    """Mark one check and remember that it was answered rightly once."""
    verdict = check_mark(lesson, block_id, chosen)
    if verdict.right:
        with transaction.atomic():
            pk = progress_ensure(actor=actor, lesson=lesson).pk
            progress = LessonProgress.objects.select_for_update().get(pk=pk)
            if block_id not in progress.checks:
                progress.checks = [*progress.checks, block_id]
                progress.save(update_fields=["checks"])
    return verdict


def missing_checks(lesson: LessonPage, progress: LessonProgress) -> list[int]:
    """Numbers (from 1) of the lesson's checks that were not yet answered rightly."""
    return [i for i, block in enumerate(check_blocks(lesson), start=1) if block.id not in progress.checks]


def lesson_pass(*, actor: Member, lesson: LessonPage) -> LessonProgress:
    """Finish a lesson; raises Refused with what is missing. Keeps the revision that was live.

    Completing the last lesson completes the course, once, and is told to the layers above.
    """
    progress = progress_ensure(actor=actor, lesson=lesson)
    missing = missing_checks(lesson, progress)
    if missing:
        raise Refused(
            _("还有小测没有答对：第 %(numbers)s 题。答对后就能完成本课。") % {"numbers": "、".join(map(str, missing))}
        )
    revision_id = lesson.live_revision_id or lesson.latest_revision_id
    if revision_id is None:
        revision_id = lesson.save_revision().pk
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update().get(pk=progress.enrolment_id)
        LessonProgress.objects.filter(pk=progress.pk, passed_at__isnull=True).update(
            passed_at=timezone.now(), revision_id=revision_id
        )
        live = set(LessonPage.objects.child_of(lesson.course).live().values_list("pk", flat=True))
        passed = set(enrolment.progress.filter(passed_at__isnull=False).values_list("lesson_id", flat=True))
        claimed = live <= passed and Enrolment.objects.filter(pk=enrolment.pk, completed_at__isnull=True).update(
            completed_at=timezone.now()
        )
        if claimed:
            outbox_put(topic="courses.completed", subject=enrolment.pk)
    progress.refresh_from_db()
    return progress


def completions_catch_up(*, course: CoursePage) -> int:
    """After a lesson was taken back: who had passed all the others has completed the course.

    A course that was taken back itself is completed by nobody: its lessons go one after the other."""
    if not CoursePage.objects.filter(pk=course.pk, live=True).exists():
        return 0
    live = LessonPage.objects.child_of(course).live()
    count = live.count()
    if not count:
        return 0
    ready = (
        Enrolment.objects.filter(course=course, completed_at__isnull=True)
        .annotate(
            passed=Count(
                "progress", filter=Q(progress__passed_at__isnull=False, progress__lesson__in=live.values("pk"))
            )
        )
        .filter(passed=count)
    )
    waiting = list(ready.values_list("pk", flat=True))
    return sum(_complete(waiting[start : start + BATCH]) for start in range(0, len(waiting), BATCH))


@transaction.atomic
def _complete(ids: list[int]) -> int:
    still_open = Enrolment.objects.filter(pk__in=ids, completed_at__isnull=True).select_for_update().order_by("pk")
    done = list(still_open.values_list("pk", flat=True))
    Enrolment.objects.filter(pk__in=done).update(completed_at=timezone.now())
    outbox_put_many(topic="courses.completed", subjects=done)
    return len(done)


def completions_catch_up_all() -> int:
    """Once a day, for what came back in parts: a course first and its lessons one after the other."""
    return sum(completions_catch_up(course=course) for course in CoursePage.objects.live())
