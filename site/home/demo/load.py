"""Loads the whole demonstration: all of it or nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from acts import Refused
from assessment.standing.services import standings_rebuild
from audit.services import record
from certificates.models import Award, Scheme
from certificates.requirements.certificate import CertificateHeld
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed
from certificates.requirements.groups import AllOf
from certificates.services import Asked, award_render, award_revoke, scheme_create
from content.demo.loader import standard_load
from courses.demo.loader import TOWN as TOWN_COURSE
from courses.demo.loader import course_load
from courses.models import LessonPage
from courses.services import check_blocks
from exams.demo.loader import bank_load, exam_load, sitting_load
from exams.models import Form
from exams.services import Row, blueprint_save
from home.demo.accounts import LEARNERS, PASSWORD, STAFF
from home.demo.history import ADVANCED_SCORE, CERTIFIED_DAYS, EXPIRED_DAYS, EXPIRING_DAYS, OPEN_DAYS, History, Stage
from home.demo.organisation import CITY_CODE, Size, organisation_load
from jobs.planner import statistics_renew
from people.models import Member, Organisation, Post, RoleGrant, User

if TYPE_CHECKING:
    from content.models import Edition
    from courses.models import CoursePage
    from exams.models import Exam, Sitting
    from home.demo.organisation import Seat

    # step("写入单位") gives the function that is told (done, total).
    Step = Callable[[str], Callable[[int, int], None]]

SEED = 20250301
COURSE_DAYS = 600  # the course was published before the first sitting
ADVANCED_POSTS = ("grid_administrator", "full_time_grid_member")
MARGIN_DAYS = 6  # a sitting's window is wider than the days on which people sat
REVOCATION = "演示：发现考试由他人代考，成绩无效，撤销证书。"


def demonstration_load(*, size: Size, step: Step, pdf: bool = True) -> None:
    """Everything in one transaction, then a few certificates' files. Raises Refused on other people's data."""
    if not settings.DEMONSTRATION:
        raise Refused("这不是演示环境（DEMONSTRATION 未开启），没有载入任何数据。")
    if Organisation.objects.exists() or Member.objects.exists():
        raise Refused("数据库里已有组织机构或成员，没有载入任何数据。演示数据只能载入空的数据库。")
    rng = random.Random(SEED)  # noqa: S311 - invented data, the same at every load
    with transaction.atomic():
        entered = {account.number: account.entered_days for account in LEARNERS}
        seats = organisation_load(size=size, rng=rng, entered=entered, progress=step("组织机构和成员"))
        superuser = accounts_load()
        progress = step("标准")
        edition = standard_load(actor=superuser)
        progress(1, 1)
        course = course_load(
            actor=superuser, edition=edition, published_at=_days_ago(COURSE_DAYS), progress=step("课程")
        )
        _town_course(edition)
        bank_load(actor=superuser, edition=edition, created_at=_days_ago(COURSE_DAYS), progress=step("题库"))
        exam = exam_load(actor=superuser, edition=edition)
        _town_exam(edition)
        progress = step("试卷和场次")
        stage = _stage(superuser, course, exam)
        progress(1, 1)
        history = History(stage, rng)
        _play(history, seats, step("学习和考试经过"))
        history.write(step("成绩和证书"))
        statistics_renew()
        revoked = _revoke(history, superuser)
        progress = step("取证情况")
        standings_rebuild()
        progress(1, 1)
        record(
            actor=superuser,
            action="demonstration.load",
            target=f"organisation:{CITY_CODE}",
            detail={"members": len(seats)},
        )
    if pdf:
        _render(_worth_rendering(revoked), step("证书文件"))


def _town_course(edition: Edition) -> None:
    """What a town wrote for itself, by its own trainer."""
    grant = RoleGrant.objects.select_related("user", "organisation").get(user__username="trainer-town")
    course_load(
        actor=grant.user, edition=edition, published_at=_days_ago(60), folder=TOWN_COURSE, unit=grant.organisation
    )


def _town_exam(edition: Edition) -> None:
    """A town's own exam, from the questions that are everybody's."""
    grant = RoleGrant.objects.select_related("user").get(user__username="trainer-town")
    rows = [Row(kind=kind, chapter="", count=10, marks_each=500) for kind in ("single_choice", "true_false")]
    blueprint_save(actor=grant.user, exam=None, title="镇月度小测（演示）", edition=edition, rows=rows)


def _days_ago(days: int, hour: int = 8) -> datetime:
    day = timezone.localdate() - timedelta(days=days)
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())


def accounts_load() -> User:
    """Passwords for the accounts to try, roles for the staff. One hash serves them all. Returns the superuser."""
    hashed = make_password(PASSWORD)
    now = timezone.now()
    staff = {
        account.username: User(
            username=account.username,
            first_name=account.name,
            password=hashed,
            confirmed_at=now,
            is_staff=account.role is None,
            is_superuser=account.role is None,
        )
        for account in STAFF
    }
    User.objects.bulk_create(staff.values())
    superuser = next(user for user in staff.values() if user.is_superuser)
    city = Organisation.objects.get(code=CITY_CODE)
    towns = list(city.get_children())
    for account in STAFF:
        if account.role is not None:
            RoleGrant.objects.create(
                user=staff[account.username],
                role=account.role,
                organisation=city if account.town is None else towns[min(account.town, len(towns) - 1)],
                granted_by=superuser,
            )
    User.objects.filter(username__in=[account.number for account in LEARNERS]).update(password=hashed)
    beginner = next(account for account in LEARNERS if account.key == "new")
    User.objects.filter(username=beginner.number).update(must_change_password=True, confirmed_at=None)
    return superuser


def _stage(actor: User, course: CoursePage, exam: Exam) -> Stage:
    city = Organisation.objects.get(code=CITY_CODE)

    def sitting(title: str, days: tuple[int, int], closes: datetime | None = None, attempts: int = 3) -> Sitting:
        return sitting_load(
            actor=actor,
            exam=exam,
            organisation=city,
            title=title,
            opens_at=_days_ago(days[0] + MARGIN_DAYS),
            closes_at=closes or _days_ago(days[1] - 1, hour=21),
            course=course,
            max_attempts=attempts,
        )

    def scheme(code: str, title: str, letters: str, months: int, *, is_active: bool) -> Scheme:
        return scheme_create(
            actor=actor,
            requires=Asked(AllOf(), Asked(CourseCompleted(course=course)), Asked(ExamPassed(exam=exam))),
            code=code,
            title=title,
            letters=letters,
            region_code=settings.REGION_CODE,
            issuer=settings.ORGANISER,
            validity_months=months,
            is_active=is_active,
        )

    # What `load_preset grid` has made gives way to one that asks for something.
    Scheme.objects.filter(code="onboarding", is_active=False, requirements__isnull=True).delete()
    onboarding = scheme("onboarding", "岗前培训合格", "GY", 36, is_active=True)
    advanced_posts = list(Post.objects.filter(code__in=ADVANCED_POSTS))
    advanced = scheme_create(
        actor=actor,
        requires=Asked(
            AllOf(),
            Asked(CertificateHeld(asks_for=onboarding)),
            Asked(ExamPassed(exam=exam, least_score=ADVANCED_SCORE)),
        ),
        posts=advanced_posts,
        code="backbone",
        title="骨干网格员（半年一评）",
        letters="GG",
        region_code=settings.REGION_CODE,
        issuer=settings.ORGANISER,
        validity_months=6,
        renewal_days=60,
    )
    lessons = list(LessonPage.objects.child_of(course).live().order_by("path"))
    return Stage(
        course=course,
        lessons=lessons,
        trial_sittings=(
            sitting("网格员岗前考试（试行第一期）", EXPIRED_DAYS),
            sitting("网格员岗前考试（试行第二期）", EXPIRING_DAYS),
        ),
        past_sitting=sitting("网格员岗前考试（第一期）", CERTIFIED_DAYS),
        open_sitting=sitting("网格员岗前考试（第二期）", OPEN_DAYS, closes=_days_ago(-30, hour=20)),
        trial_scheme=scheme("onboarding-trial", "岗前培训合格（试行）", "SX", 12, is_active=False),
        scheme=onboarding,
        advanced_scheme=advanced,
        advanced_posts=advanced_posts,
        forms={
            form.pk: (form.document, form.key.document)
            for form in Form.objects.filter(version__exam=exam).select_related("key")
        },
        checks={lesson.pk: [block.id for block in check_blocks(lesson)] for lesson in lessons},
    )


def _play(history: History, seats: list[Seat], progress: Callable[[int, int], None]) -> None:
    parts = {account.number: account.key for account in LEARNERS}
    for place, seat in enumerate(seats, start=1):
        part = parts.get(seat.member.number)
        if part == "new":
            history.assign(seat)
        elif part == "midway":
            history.enrol(seat, history.moment(12), None, passed=7)
        elif part == "ready":
            history.enrol(seat, history.moment(16), history.moment(2), passed=len(history.stage.lessons))
        elif part == "certified":
            # In the closed sitting, so that the answers may be looked at again.
            history.certify(seat, history.stage.past_sitting, history.stage.scheme, (18, 17))
        elif part is None:
            history.live(seat, seat.fate)
        if place % 200 == 0 or place == len(seats):
            progress(place, len(seats))


def _revoke(history: History, superuser: User) -> Award:
    """One revocation, by the administrator, the way the platform does it."""
    issued = [
        award
        for award in history.rows.awards
        if award.scheme is history.stage.scheme
        and award.state == Award.State.ISSUED
        and award.member.number not in _ours()
    ]
    award = issued[len(issued) // 2]
    actor = User.objects.filter(role_grants__role=RoleGrant.Role.ADMINISTRATOR).first() or superuser
    award_revoke(actor=actor, award=award, reason=REVOCATION)
    return award


def _ours() -> set[str]:
    return {account.number for account in LEARNERS}


def _worth_rendering(revoked: Award) -> list[int]:
    names_of = ("𠮷", "𰻝")
    wanted = [revoked.pk]
    wanted += Award.objects.filter(member__number__in=_ours()).values_list("pk", flat=True)
    for character in names_of:
        wanted += Award.objects.filter(member__name__contains=character).values_list("pk", flat=True)
    return wanted


def _render(ids: list[int], progress: Callable[[int, int], None]) -> None:
    for place, pk in enumerate(ids, start=1):
        award_render(award_id=pk)
        progress(place, len(ids))
