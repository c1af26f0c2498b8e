"""The first page of a learner: what to do now, what comes next, what is done. Composes what the apps below offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Award, Validity
from certificates.queries import award_is_coming, awards_of, exams_settled, renewal_of
from courses.queries import CourseLine, learner_courses
from exams.queries import sittings_for_member

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from exams.queries import SittingLine
    from people.models import Member


@dataclass(frozen=True)
class Task:
    """One row of the list. `tone` colours the status (ok, warn, err or none); without an address the row is not a link."""

    name: str
    hint: str
    status: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Action:
    label: str
    url: str


@dataclass
class Candidate:
    """Something that can be done now: its row, the sentence and the button if it comes first."""

    rank: tuple[int, datetime]
    task: Task
    sentence: str
    action: Action
    before: Task | None = None  # what helps to do it


@dataclass
class LearnerHome:
    sentence: str = ""
    primary: Action | None = None
    now: list[Task] = field(default_factory=list)
    later: list[Task] = field(default_factory=list)
    done: list[Task] = field(default_factory=list)
    certificates: list[Award] = field(default_factory=list)  # of each scheme the one that counts

    @property
    def is_empty(self) -> bool:
        return not (self.now or self.later or self.done)


def learner_home(member: Member) -> LearnerHome:
    home = LearnerHome()
    courses = [line for line in learner_courses(member) if line.total and line.is_task]
    sittings = sittings_for_member(member)
    awards = awards_of(member)
    home.certificates = _certificates(awards)
    settled = exams_settled(member, awards)
    candidates: list[Candidate] = []
    for course in courses:
        if course.completed or course.next_lesson is None:
            home.done.append(_course_done(course))
        else:
            candidates.append(_course_now(course, sittings, name_it=len(courses) > 1))
            home.later += _course_later(course)
            if course.done:
                home.done.append(_lessons_done(course))
    for sitting in sittings:
        _sort_sitting(home, candidates, sitting, settled)
    candidates.sort(key=lambda candidate: candidate.rank)
    home.now = [task for candidate in candidates for task in (candidate.before, candidate.task) if task is not None]
    if candidates:
        home.sentence, home.primary = candidates[0].sentence, candidates[0].action
    else:
        _nothing_to_do(home, sittings, member)
    return home


def _day(value: date | datetime) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return date_format(value, "n月j日")


def _moment(value: datetime) -> str:
    return date_format(timezone.localtime(value), "n月j日 H:i")


def _end_of(day: date | None) -> datetime:
    """For ordering by due date; what has none comes last."""
    if day is None:
        return datetime.max.replace(tzinfo=timezone.get_default_timezone()) - timedelta(days=2)
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=timezone.get_current_timezone())


def _certificates(awards: list[Award]) -> list[Award]:
    """Those in force, the next to end first; then those that ran out, unless another scheme has taken their scheme's place."""
    in_force = [award for award in awards if award.is_in_force]
    expired = [award for award in awards if award.validity == Validity.EXPIRED]
    if in_force:
        expired = [award for award in expired if award.scheme.is_active]
    return [*sorted(in_force, key=lambda award: award.valid_until), *expired]


# --- courses ----------------------------------------------------------------------------------------------------------


def _course_now(line: CourseLine, sittings: list[SittingLine], *, name_it: bool) -> Candidate:
    lesson = line.next_lesson
    assert lesson is not None  # noqa: S101 - a course that is not completed has a next lesson
    url = lesson.get_url() or ""
    words = {"number": line.next_number, "title": lesson.title}
    parts = [_("约 %(minutes)s 分钟") % {"minutes": lesson.minutes}]
    if name_it:
        parts.append(line.course.title)
    if line.due_on is not None:
        parts.append(_("%(day)s前学完") % {"day": _day(line.due_on)})
    if line.is_overdue:
        status, tone = _("已逾期"), "err"
    elif line.started:
        status, tone = _("学习中"), ""
    else:
        status, tone = _("未开始"), ""
    label = _("继续学习：第 %(number)s 课") if line.started else _("开始学习：第 %(number)s 课")
    return Candidate(
        rank=(1, _end_of(line.due_on)),
        task=Task(
            name=_("第 %(number)s 课 %(title)s") % words, hint=" · ".join(parts), status=status, url=url, tone=tone
        ),
        sentence=_course_sentence(line, sittings),
        action=Action(label % words, url),
    )


def _course_sentence(line: CourseLine, sittings: list[SittingLine]) -> str:
    leads_to_exam = any(s.course_id == line.course.pk and s.state == "blocked" for s in sittings)
    words = {"left": line.left, "day": _day(line.due_on) if line.due_on else "", "title": line.course.title}
    if line.is_overdue and line.due_on is not None:
        words["days"] = (timezone.localdate() - line.due_on).days
        return _("《%(title)s》已逾期 %(days)s 天，还差 %(left)s 课。现在仍可以学，请尽快完成。") % words
    if leads_to_exam and line.due_on:
        return _("还差 %(left)s 课就能参加岗前考试，请在 %(day)s前学完。") % words
    if leads_to_exam:
        return _("还差 %(left)s 课就能参加岗前考试。") % words
    if line.due_on:
        return _("《%(title)s》还差 %(left)s 课，请在 %(day)s前学完。") % words
    return _("《%(title)s》还差 %(left)s 课。") % words


def _course_later(line: CourseLine) -> list[Task]:
    after = line.left - 1
    if after < 1:
        return []
    url = line.course.get_url() or ""
    name = _("第 %(number)s 课之后还有 %(after)s 课") % {"number": line.next_number, "after": after}
    return [Task(name=name, hint=line.course.title, status="", url=url)]


def _lessons_done(line: CourseLine) -> Task:
    name = _("已学 %(done)s 课，共 %(total)s 课") % {"done": line.done, "total": line.total}
    return Task(name=name, hint=line.course.title, status="", url=line.course.get_url() or "")


def _course_done(line: CourseLine) -> Task:
    hint = _("共 %(total)s 课") % {"total": line.total}
    if line.completed_at is not None:
        hint = _("%(day)s学完") % {"day": _day(line.completed_at)} + " · " + hint
    return Task(name=line.course.title, hint=hint, status=_("已学完"), url=line.course.get_url() or "")


# --- exams ------------------------------------------------------------------------------------------------------------


def _sort_sitting(home: LearnerHome, candidates: list[Candidate], line: SittingLine, settled: Collection[int]) -> None:
    """Put one exam where it belongs. Nobody is asked to sit again what a certificate in force settles, until it is to be
    renewed."""
    if line.state == "continue":
        candidates.append(_exam_running(line))
    elif line.state in ("passed", "failed", "waiting"):
        home.done.append(_exam_done(line))
    elif line.exam_id in settled or line.state == "over":
        return
    elif line.state == "ready":
        candidates.append(_exam_ready(line))
    else:
        home.later.append(Task(name=line.title, hint=line.reason, status=_("暂不能开始")))


def _exam_running(line: SittingLine) -> Candidate:
    minutes = {"minutes": line.left_minutes or 0}
    return Candidate(
        rank=(0, line.closes_at),
        task=Task(
            name=line.title,
            hint=_("还剩 %(minutes)s 分钟，到时自动交卷") % minutes,
            status=_("作答中"),
            url=line.url,
            tone="warn",
        ),
        sentence=_("考试正在进行。答过的题都在，请接着作答。"),
        action=Action(_("继续考试（还剩 %(minutes)s 分钟）") % minutes, line.url),
    )


def _exam_ready(line: SittingLine) -> Candidate:
    hint = _("%(minutes)s 分钟 · %(count)s 题 · %(day)s结束") % {
        "minutes": line.minutes,
        "count": line.question_count,
        "day": _moment(line.closes_at),
    }
    words = {"score": line.score_text, "day": _day(line.closes_at), "left": line.attempts_left}
    if line.score_text and line.attempts_left is not None:
        sentence = _("上次 %(score)s 分，没有合格。还可以考 %(left)s 次，请在 %(day)s前完成。") % words
    elif line.score_text:
        sentence = _("上次 %(score)s 分，没有合格。可以再考，请在 %(day)s前完成。") % words
    else:
        sentence = _("现在可以参加考试，请在 %(day)s前完成。") % words
    return Candidate(
        rank=(1, line.closes_at),
        task=Task(name=line.title, hint=hint, status=_("可以开始"), url=line.url, tone="ok"),
        sentence=sentence,
        action=Action(_("再考一次") if line.score_text else _("开始考试"), line.url),
        before=_weak_clauses(line),
    )


def _weak_clauses(line: SittingLine) -> Task | None:
    if not line.failed_url:
        return None
    hint = _("上次 %(score)s 分，合格线 %(mark)s 分。每条后面有要学的课") % {
        "score": line.score_text,
        "mark": line.pass_mark_text,
    }
    return Task(name=_("先看薄弱条款"), hint=hint, status=_("未合格"), url=line.failed_url, tone="err")


def _exam_done(line: SittingLine) -> Task:
    if line.state == "waiting":
        return Task(name=line.title, hint=_("成绩还没有公布"), status=_("已交卷"), url=line.url)
    hint = _("%(score)s 分，合格线 %(mark)s 分") % {"score": line.score_text, "mark": line.pass_mark_text}
    return Task(name=line.title, hint=hint, status=_("合格") if line.state == "passed" else _("未合格"), url=line.url)


def _nothing_to_do(home: LearnerHome, sittings: list[SittingLine], member: Member) -> None:
    states = {line.state for line in sittings}
    in_force = [award for award in home.certificates if award.is_in_force]
    expiring = [award for award in in_force if award.is_expiring]
    if expiring:
        home.sentence = _expiring(expiring[0])
        home.primary = Action(_("查看证书"), reverse("certificates:detail", args=[expiring[0].code]))
    elif in_force:
        home.sentence = _("目前没有要做的事。")
        home.primary = Action(_("查看证书"), reverse("certificates:detail", args=[in_force[-1].code]))
    elif not home.certificates and "passed" in states and award_is_coming(member):
        home.sentence = _("考试已合格，证书正在生成，通常 1 分钟内完成。")
        home.primary = Action(_("我的证书"), reverse("certificates:list"))
    elif home.later:
        home.sentence = home.later[0].hint
    elif "waiting" in states:
        home.sentence = _("已经交卷，成绩公布后会通知您。")
    elif "failed" in states:
        home.sentence = next(line.reason for line in sittings if line.state == "failed")
    else:
        home.sentence = _("目前没有要做的事。可以去看看课程。")
        home.primary = Action(_("去看课程"), reverse("courses:catalogue"))


def _expiring(award: Award) -> str:
    renewal = renewal_of(award.scheme)
    words = {"title": award.printed["scheme"], "days": award.days_left, "again": "、".join(renewal.again)}
    if renewal.has_exam:
        return _("“%(title)s”证书还有 %(days)s 天到期，换证须%(again)s；开考后会出现在这里。") % words
    if renewal.again:
        return _("“%(title)s”证书还有 %(days)s 天到期，换证须%(again)s。") % words
    return _("“%(title)s”证书还有 %(days)s 天到期。怎样换证，请联系本单位管理员。") % words
