"""What the members did before today: courses, exams, certificates, evidence. Written in bulk, within the same rules.

Every award rests on a passed result of an attempt inside a sitting's window, after the course was completed. All dates count
back from today, so that every status occurs whenever the demonstration is loaded.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import timezone

from assessment.review.kinds import kind_of
from assessment.review.services import evidence_record
from certificates.evaluation import Evaluation, Line, tree_of
from certificates.models import Award, AwardBasis, NumberLedger, Requirement, Scheme
from certificates.numbers import number_for
from certificates.requirements.certificate import CertificateBasis
from certificates.requirements.course import CourseBasis
from certificates.requirements.exam import ExamBasis
from certificates.services import award_bases, printed_at_issue
from courses.models import Enrolment, LessonProgress
from exams.marking import sheet_mark, totals_of
from exams.models import Attempt, Mark, Response, Result, ResultClause, Sitting
from home.demo.answers import answer_sheet
from home.demo.fates import Fate

if TYPE_CHECKING:
    import random

    from courses.models import CoursePage, LessonPage
    from home.demo.organisation import Seat
    from people.models import Post

BATCH = 1000
BASES = (CourseBasis, ExamBasis, CertificateBasis)
# Towns whose attempts are kept answer by answer; of the others the results are.
TOWNS_WITH_ANSWERS = 1


@dataclass
class Stage:
    """What the history plays on."""

    course: CoursePage
    lessons: list[LessonPage]
    trial_sittings: tuple[Sitting, Sitting]  # the first one's certificates have expired, the second one's expire soon
    past_sitting: Sitting
    open_sitting: Sitting
    trial_scheme: Scheme
    scheme: Scheme
    advanced_scheme: (
        Scheme  # for some posts, asks for the first one's certificate; valid for half a year, so that some ran out
    )
    advanced_posts: list[Post]
    forms: dict[int, tuple[dict[str, Any], dict[str, Any]]]  # form id -> its document and its key
    checks: dict[int, list[str]] = field(default_factory=dict)  # lesson id -> ids of its check questions


# When the attempts of each sitting lie, in days before today. A trial certificate is valid for twelve months.
EXPIRED_DAYS = (540, 370)
EXPIRING_DAYS = (360, 285)
CERTIFIED_DAYS = (235, 16)
OPEN_DAYS = (7, 1)
ADVANCED_EXPIRED_DAYS = (235, 190)  # an advanced certificate is valid for six months
ADVANCED_SCORE = 9200  # hundredths of a mark
# A failed attempt lies at most so many days before the passed one; the windows open earlier than that.
RETAKE_DAYS = 3


@dataclass
class Ledger:
    """Rows collected for bulk writing."""

    enrolments: list[Enrolment] = field(default_factory=list)
    progress: list[LessonProgress] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    clauses: list[ResultClause] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    bases: list[AwardBasis] = field(default_factory=list)


class History:
    def __init__(self, stage: Stage, rng: random.Random) -> None:
        self.stage, self.rng = stage, rng
        self.rows = Ledger()
        self.today = timezone.localdate()
        self.zone = timezone.get_current_timezone()
        self.ordinals: dict[tuple[int, int], int] = defaultdict(int)
        self.trees: dict[int, list[Requirement]] = {}
        # Drawn evenly, so that a small town has one of each too.
        self.veterans, self.advanced = itertools.count(), itertools.count()

    # --- what one member did ------------------------------------------------------------------------------------------

    def live(self, seat: Seat, fate: Fate) -> None:
        if fate is Fate.CERTIFIED:
            entered = seat.member.entered_on
            if entered is not None and (self.today - entered).days > 620 and next(self.veterans) % 25 == 0:
                # Had a trial certificate, which the new one replaced.
                self.certify(
                    seat, self.stage.trial_sittings[0], self.stage.trial_scheme, EXPIRED_DAYS, Award.State.SUPERSEDED
                )
            if seat.assignment.post in self.stage.advanced_posts and next(self.advanced) % 6 == 0:
                # Has passed well, so long ago that the second certificate has run out while the first is in force.
                self.certify(
                    seat, self.stage.past_sitting, self.stage.scheme, ADVANCED_EXPIRED_DAYS, at_least=ADVANCED_SCORE
                )
                return
            late = self.rng.random() < 0.06
            sitting = self.stage.open_sitting if late else self.stage.past_sitting
            self.certify(seat, sitting, self.stage.scheme, OPEN_DAYS if late else CERTIFIED_DAYS)
        elif fate is Fate.EXPIRING:
            self.certify(seat, self.stage.trial_sittings[1], self.stage.trial_scheme, EXPIRING_DAYS)
        elif fate is Fate.EXPIRED:
            self.certify(seat, self.stage.trial_sittings[0], self.stage.trial_scheme, EXPIRED_DAYS)
        elif fate is Fate.IN_TRAINING:
            self.train(seat)
        else:
            self.assign(seat)

    def certify(
        self,
        seat: Seat,
        sitting: Sitting,
        scheme: Scheme,
        days: tuple[int, int],
        state: str = Award.State.ISSUED,
        at_least: int = 0,
    ) -> Award:
        started = self.moment(self.rng.randint(days[1], days[0]))
        failed_at = started - timedelta(days=self.rng.randint(1, RETAKE_DAYS)) if self.rng.random() < 0.12 else None
        enrolment = self.enrolment_of(seat, completed_before=failed_at or started)
        if failed_at is not None:
            self.sit(seat, sitting, failed_at, passes=False)
        result = self.sit(seat, sitting, started, passes=True, at_least=at_least)
        award = self.award(seat, scheme, result, enrolment, state)
        is_asked = scheme is self.stage.scheme and seat.assignment.post in self.stage.advanced_posts
        if is_asked and result.score >= ADVANCED_SCORE:
            self.award(seat, self.stage.advanced_scheme, result, enrolment, state, held=award)
        return award

    def train(self, seat: Seat) -> None:
        lessons = self.stage.lessons
        draw = self.rng.random()
        if draw < 0.72:  # on the way; some are late
            enrolled = self.moment(self.rng.randint(3, 45))
            self.enrol(seat, enrolled, None, passed=self.rng.randint(0, len(lessons) - 1))
            return
        started = self.moment(self.rng.randint(*reversed(OPEN_DAYS if draw < 0.86 else (60, CERTIFIED_DAYS[1]))))
        self.enrolment_of(seat, completed_before=started)
        if draw < 0.94:
            sitting = self.stage.open_sitting if draw < 0.86 else self.stage.past_sitting
            self.sit(seat, sitting, started, passes=False)

    def enrolment_of(self, seat: Seat, completed_before: datetime) -> Enrolment:
        """The member's completed enrolment; a member takes the course once."""
        last = self.rows.enrolments[-1] if self.rows.enrolments else None
        if last is not None and last.member is seat.member:
            return last
        completed = completed_before - timedelta(days=self.rng.randint(1, 12), minutes=self.rng.randint(0, 300))
        enrolled = completed - timedelta(days=self.rng.randint(5, 28))
        return self.enrol(seat, enrolled, completed, passed=len(self.stage.lessons))

    def assign(self, seat: Seat) -> None:
        """A task that was never opened: who came long ago is late with it."""
        entered = seat.member.entered_on
        longest = (self.today - entered).days if entered is not None else 0
        day = self.today - timedelta(days=min(longest, 2 + seat.member.pk % 40))
        when = datetime.combine(day, time(8), tzinfo=self.zone)
        due_days = self.stage.course.due_days
        self.rows.enrolments.append(
            Enrolment(
                member=seat.member,
                course=self.stage.course,
                reason=Enrolment.Reason.POST,
                assigned_at=when,
                due_on=timezone.localdate(when) + timedelta(days=due_days) if due_days else None,
            )
        )

    def enrol(self, seat: Seat, enrolled: datetime, completed: datetime | None, *, passed: int) -> Enrolment:
        due_days = self.stage.course.due_days
        enrolment = Enrolment(
            member=seat.member,
            course=self.stage.course,
            due_on=enrolled.date() + timedelta(days=due_days) if due_days else None,
            reason=Enrolment.Reason.POST,
            assigned_at=enrolled - timedelta(minutes=40),
            started_at=enrolled,
            completed_at=completed,
        )
        self.rows.enrolments.append(enrolment)
        until = completed or min(timezone.now() - timedelta(hours=2), enrolled + timedelta(days=20))
        step = (until - enrolled) / max(1, passed)
        for place, lesson in enumerate(self.stage.lessons[: passed + 1]):
            is_passed = place < passed
            if not is_passed and self.rng.random() < 0.3:
                continue  # not yet opened
            self.rows.progress.append(
                LessonProgress(
                    enrolment=enrolment,
                    lesson=lesson,
                    position=len(lesson.body) if is_passed else 3,
                    checks=self.stage.checks[lesson.pk] if is_passed else [],
                    passed_at=enrolled + step * (place + 1) if is_passed else None,
                    revision_id=lesson.live_revision_id if is_passed else None,
                )
            )
        return enrolment

    def sit(self, seat: Seat, sitting: Sitting, started: datetime, *, passes: bool, at_least: int = 0) -> Result:
        """One attempt of the member, marked as the platform marks; a score of `at_least` hundredths of a mark."""
        key = (seat.member.pk, sitting.pk)
        self.ordinals[key] += 1
        forms = list(sitting.forms.order_by("handed_out__order"))
        form = forms[(seat.member.pk + self.ordinals[key]) % len(forms)]
        deadline = started + timedelta(minutes=sitting.duration_minutes)
        until_the_end = self.rng.random() < 0.03
        submitted = deadline if until_the_end else started + timedelta(minutes=self.rng.randint(17, 57))
        attempt = Attempt(
            sitting=sitting,
            member=seat.member,
            form=form,
            ordinal=self.ordinals[key],
            state=Attempt.State.MARKED,
            closed_by=Attempt.ClosedBy.DEADLINE if until_the_end else Attempt.ClosedBy.MEMBER,
            started_at=started,
            deadline=deadline,
            submitted_at=submitted,
        )
        document, keys = self.stage.forms[form.pk]
        ability = self.rng.gauss(0.92, 0.03) if passes else self.rng.gauss(0.66, 0.08)
        while True:
            sheet = answer_sheet(document, keys, ability=ability, rng=self.rng)
            marked = sheet_mark(keys, sheet)
            if (marked.score >= sitting.pass_mark) == passes and marked.score >= at_least:
                break
            ability += 0.02 if passes else -0.04
        result = Result(
            attempt=attempt,
            score=marked.score,
            max_score=marked.max_score,
            passed=passes,
            marked_at=submitted,
        )
        self.rows.attempts.append(attempt)
        self.rows.results.append(result)
        totals = totals_of(keys, {mark.number: mark.score for mark in marked.marks})
        self.rows.clauses += [
            ResultClause(result=result, clause_id=one.clause_id, score=one.score, max_score=one.max_score)
            for one in totals.clauses
        ]
        if seat.town < TOWNS_WITH_ANSWERS or sitting.state == Sitting.State.OPEN:  # what trainers look at first
            self.rows.marks += [
                Mark(
                    attempt=attempt,
                    number=mark.number,
                    question_id=mark.question_id,
                    score=mark.score,
                    max_score=mark.max_score,
                    marked_at=submitted,
                )
                for mark in marked.marks
            ]
            pace = (submitted - started) / (len(document["questions"]) + 1)
            self.rows.responses += [
                Response(
                    attempt=attempt,
                    number=number,
                    value=json.dumps(value, ensure_ascii=False),
                    epoch=1,
                    sequence=number,
                    saved_at=started + pace * number,
                )
                for number, value in sheet.items()
            ]
        return result

    def award(
        self, seat: Seat, scheme: Scheme, result: Result, enrolment: Enrolment, state: str, held: Award | None = None
    ) -> Award:
        day = timezone.localdate(result.marked_at)
        evaluation = self.evaluation(seat, scheme, {"exam": result, "course": enrolment, "certificate": held})
        award = Award(
            scheme=scheme,
            member=seat.member,
            year=day.year,
            serial=0,
            state=state,
            issued_on=day,
            valid_until=scheme.valid_until(day),
            printed=printed_at_issue(scheme, seat.member, evaluation),
            render_state=Award.RenderState.DEFERRED,
        )
        award.issued_at = result.marked_at
        self.rows.awards.append(award)
        self.rows.bases += award_bases(award, evaluation)
        return award

    def evaluation(self, seat: Seat, scheme: Scheme, grounds: dict[str, Any]) -> Evaluation:
        """As the platform would have found it: each requirement of the scheme fulfilled by its ground."""
        if scheme.pk not in self.trees:
            tree = tree_of(scheme)
            assert tree is not None  # noqa: S101 - the demonstration's schemes ask for something
            self.trees[scheme.pk] = list(tree.leaves())
        lines = tuple(
            Line(0, leaf.text(), is_fulfilled=True, requirement=leaf, ground=grounds[leaf.kind])
            for leaf in self.trees[scheme.pk]
        )
        return Evaluation(scheme=scheme, lines=lines, assignment=seat.assignment, reasons=())

    def moment(self, days_ago: int) -> datetime:
        """A minute of a working day's morning to evening."""
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time(8 + self.rng.randint(0, 11), self.rng.randint(0, 59)), tzinfo=self.zone)

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, progress: Callable[[int, int], None]) -> None:
        rows = self.rows
        self.give_numbers()
        parts: list[tuple[Any, Callable[[], list[Any]]]] = [
            (Enrolment, lambda: rows.enrolments),
            (LessonProgress, lambda: rows.progress),
            (Attempt, lambda: rows.attempts),
            (Result, lambda: rows.results),
            (ResultClause, lambda: rows.clauses),
            (Mark, lambda: rows.marks),
            (Response, lambda: rows.responses),
            (Award, lambda: rows.awards),
            *((kind, lambda kind=kind: [basis for basis in rows.bases if isinstance(basis, kind)]) for kind in BASES),
        ]
        total = sum(len(made) for made in (rows.progress, rows.attempts, rows.results, rows.marks, rows.responses))
        total += len(rows.clauses)
        total += 2 * len(rows.enrolments) + 2 * len(rows.awards) + len(rows.bases)
        done = 0
        for model, made in parts:
            objects = made()
            for start in range(0, len(objects), 5 * BATCH):
                chunk = objects[start : start + 5 * BATCH]
                model.objects.bulk_create(chunk, batch_size=BATCH)
                done += len(chunk)
                progress(min(done, total), total)
        self.date_back()
        self.keep_evidence()
        progress(total, total)

    def give_numbers(self) -> None:
        """Serials without gaps in the order of issue, as the ledger would have given them."""
        self.rows.awards.sort(key=lambda award: award.issued_at)
        last: dict[tuple[str, str, int], int] = defaultdict(int)
        for ledger in NumberLedger.objects.select_for_update():
            last[ledger.letters, ledger.region_code, ledger.year] = ledger.last
        for award in self.rows.awards:
            scheme = award.scheme
            key = (scheme.letters, scheme.region_code, award.year)
            last[key] += 1
            award.serial = last[key]
            award.number = number_for(
                letters=scheme.letters, region_code=scheme.region_code, year=award.year, serial=award.serial
            )
        NumberLedger.objects.bulk_create(
            [
                NumberLedger(letters=letters, region_code=region, year=year, last=serial)
                for (letters, region, year), serial in last.items()
            ],
            update_conflicts=True,
            unique_fields=["letters", "region_code", "year"],
            update_fields=["last"],
        )

    def keep_evidence(self) -> None:
        """The rows that the events would have left."""
        for code, rows in (("exam", self.rows.results), ("course", self.rows.enrolments), ("award", self.rows.awards)):
            kind = kind_of(code)
            assert kind is not None  # noqa: S101 - the platform's own
            for part in _parts([row.pk for row in rows]):
                evidence_record(kind=kind, subjects=part)

    def date_back(self) -> None:
        """Columns that Django fills with the time of writing get the time of the event, a day's rows at once."""
        issued: dict[date, list[int]] = defaultdict(list)
        for award in self.rows.awards:
            issued[award.issued_on].append(award.pk)
        for day, ids in issued.items():
            when = datetime.combine(day, time(22), tzinfo=self.zone)
            for part in _parts(ids):
                Award.objects.filter(pk__in=part).update(issued_at=min(when, timezone.now()))
        LessonProgress.objects.filter(enrolment__course=self.stage.course, passed_at__isnull=False).update(
            started_at=F("passed_at") - timedelta(minutes=7)
        )


def _parts(ids: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
