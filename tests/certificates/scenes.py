"""A scheme with its exam and course, and what a member needs to earn it, made with as few rows as will do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from certificates.models import Scheme
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed
from certificates.requirements.groups import AllOf
from certificates.services import Asked, scheme_create
from content.models import Edition, Standard
from courses.models import CoursePage, Enrolment
from courses.services import catalogue_ensure
from exams.models import Attempt, BlueprintVersion, Exam, Form, Result, Sitting
from outbox.services import outbox_put
from people.models import Member, Organisation


def make_edition(**fields: Any) -> Edition:
    standard, _created = Standard.objects.get_or_create(code="demo", defaults={"title": "演示标准"})
    values = {
        "code": "demo-2025",
        "title": "社区网格员工作基本要求（演示文本）",
        "label": "2025年版",
        "state": "in_force",
        "numbering": "gbt",
        "is_demonstration": True,
        **fields,
    }
    edition, _created = Edition.objects.get_or_create(standard=standard, code=values.pop("code"), defaults=values)
    return edition


def make_course(edition: Edition, title: str = "岗前培训（演示）", slug: str = "onboarding") -> CoursePage:
    course = CoursePage(title=title, slug=slug, edition=edition, is_compulsory=True)
    catalogue_ensure().add_child(instance=course)
    course.save_revision().publish()
    return course


def make_exam(edition: Edition, title: str = "演示考试") -> Exam:
    exam = Exam.objects.create(title=title)
    BlueprintVersion.objects.create(exam=exam, edition=edition)
    return exam


def make_sitting(organisation: Organisation, edition: Edition, **fields: Any) -> Sitting:
    now = timezone.now()
    exam = fields.pop("exam", None) or make_exam(edition)
    values = {
        "title": "演示考试",
        "exam": exam,
        "version": exam.newest,
        "organisation": organisation,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "duration_minutes": 60,
        "pass_mark": 8000,
        "total_marks": 10000,
        "state": "open",
        **fields,
    }
    return Sitting.objects.create(**values)


def make_scheme(sitting: Sitting | None, course: CoursePage | None = None, **fields: Any) -> Scheme:
    """Asks for the sitting's exam, and for the course first where one is named; or for what `requires` says."""
    asked = fields.pop("requires", None)
    if asked is None:
        assert sitting is not None
        exam = Asked(ExamPassed(exam=sitting.exam))
        asked = exam if course is None else Asked(AllOf(), Asked(CourseCompleted(course=course)), exam)
    return scheme_create(
        actor=None,
        requires=asked,
        **{
            "code": "onboarding",
            "title": "岗前培训合格",
            "letters": "GY",
            "region_code": "990000",
            "issuer": "演示市网格化服务管理中心",
            **fields,
        },
    )


def sitting_of(scheme: Scheme) -> Sitting:
    """The sitting of the exam that the scheme asks for."""
    return Sitting.objects.get(exam__requirements__scheme=scheme)


def course_of(scheme: Scheme) -> CoursePage:
    return CoursePage.objects.get(requirements__scheme=scheme)


def pass_exam(member: Member, sitting: Sitting, score: int = 9200, *, passed: bool | None = None) -> Result:
    now = timezone.now()
    form = Form.objects.filter(version=sitting.blueprint).first() or Form.objects.create(
        version=sitting.blueprint, document={}, question_ids=[], digest="0" * 64
    )
    attempt = Attempt.objects.create(
        sitting=sitting,
        member=member,
        form=form,
        ordinal=Attempt.objects.filter(member=member, sitting=sitting).count() + 1,
        state="marked",
        closed_by="member",
        started_at=now - timedelta(minutes=30),
        deadline=now + timedelta(minutes=30),
        submitted_at=now,
    )
    if passed is None:
        passed = score >= sitting.pass_mark
    result = Result.objects.create(attempt=attempt, score=score, max_score=10000, passed=passed, marked_at=now)
    outbox_put(topic="exams.result", subject=result.pk)
    return result


def complete_course(member: Member, course: CoursePage) -> Enrolment:
    now = timezone.now()
    return Enrolment.objects.create(
        member=member, course=course, reason="post", started_at=now - timedelta(days=10), completed_at=now
    )
