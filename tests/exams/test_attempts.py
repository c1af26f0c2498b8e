"""Who may start, until when, and how an attempt ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from acts import Refused
from audit.models import Entry
from courses.models import Enrolment
from exams import queries, services, tasks
from exams.cms.watching import audience_of
from exams.eligibility import Barrier, Facts, eligibility
from exams.marking import chapters_from
from exams.models import Attempt, ExtraTime, Mark, Response, Result, Sitting
from exams.papers import form_key
from people.models import Assignment, Member
from tests.certificates.scenes import make_course
from tests.exams import scenes

if TYPE_CHECKING:
    from people.models import User

NINE = datetime(2026, 11, 23, 9, tzinfo=timezone.get_fixed_timezone(480))


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "state": "open",
        "opens_at": NINE,
        "closes_at": NINE + timedelta(hours=2),
        "duration_minutes": 60,
        "extra_percent": 0,
        "in_audience": True,
        "course_title": "",
        "attempts_used": 0,
        "max_attempts": 2,
        "has_passed": False,
        **changes,
    }
    return Facts(**values)


@pytest.mark.parametrize(
    ("changes", "minutes", "barrier", "words"),
    [
        ({}, 30, Barrier.NONE, ""),
        ({}, -1, Barrier.TOO_EARLY, "11 月 23 日 09:00 开始，到点本页自动变为可进入。"),
        ({}, 0, Barrier.NONE, ""),
        ({}, 120, Barrier.TOO_LATE, "这场考试已于 11 月 23 日 11:00 结束。"),
        ({"state": "draft"}, 30, Barrier.NOT_OPENED, "这场考试还没有开放。"),
        ({"state": "closed"}, 30, Barrier.TOO_LATE, "这场考试已结束。"),
        ({"in_audience": False}, 30, Barrier.AUDIENCE, "您不在这场考试的参加范围内。如有疑问，请联系本单位管理员。"),
        ({"attempts_used": 2}, 30, Barrier.ATTEMPTS, "您的 2 次机会已用完，请联系镇管理员。"),
        ({"attempts_used": 1, "has_passed": True}, 30, Barrier.PASSED, "您已合格，不用再考。"),
        ({"attempts_used": 99, "max_attempts": None}, 30, Barrier.NONE, ""),
        ({"course_title": "岗前培训"}, 30, Barrier.COURSE, "请先学完课程“岗前培训”，再参加考试。"),
    ],
)
def test_eligibility_is_yes_or_a_reason(changes: dict[str, Any], minutes: int, barrier: Barrier, words: str) -> None:
    outcome = eligibility(facts(**changes), NINE + timedelta(minutes=minutes))
    assert (outcome.barrier, outcome.reason) == (barrier, words)
    assert outcome.allowed == (barrier is Barrier.NONE)


@pytest.mark.parametrize(
    ("extra", "start", "end"),
    [
        (0, 0, 60),
        (0, 90, 120),  # the window's end cuts a late start
        (50, 0, 90),
        (50, 90, 150),  # and moves with the person's extra time
        (25, 110, 135),
    ],
)
def test_the_deadline_follows_the_person(extra: int, start: int, end: int) -> None:
    deadline = facts(extra_percent=extra).deadline(NINE + timedelta(minutes=start))
    assert deadline == NINE + timedelta(minutes=end)


# --- starting ---------------------------------------------------------------------------------------------------------


def refused(member: Member, sitting: Sitting) -> str:
    entry = queries.entry_of(member, sitting.code, timezone.now())
    assert entry is not None
    with pytest.raises(Refused) as refusal:
        services.attempt_start(actor=member, entry=entry, device="")
    return str(refusal.value)


def test_starting_twice_gives_the_same_attempt(learner: Member, sitting: Sitting) -> None:
    assert scenes.start(learner, sitting).pk == scenes.start(learner, sitting).pk


def test_neighbours_get_other_forms_and_a_second_attempt_another_one(
    learner: Member, neighbour: Member, trainer: User, organisation: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.city, max_attempts=2)
    first = scenes.start(learner, sitting)
    assert scenes.start(neighbour, sitting).form_id != first.form_id
    services.attempt_submit(member_id=learner.pk, attempt_id=first.pk, epoch=1)
    second = scenes.start(learner, sitting)
    assert (second.ordinal, second.form_id != first.form_id) == (2, True)
    services.attempt_submit(member_id=learner.pk, attempt_id=second.pk, epoch=1)
    assert "2 次机会已用完" in refused(learner, sitting)


def test_the_audience_is_the_subtree_of_the_current_assignment(
    learner: Member, far_member: Member, trainer: User, organisation: SimpleNamespace, posts: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.east_town)
    assert "不在这场考试的参加范围内" in refused(far_member, sitting)
    assert queries.sittings_for_member(far_member) == []
    Assignment.objects.filter(member=far_member).update(ends_on=timezone.localdate())
    Assignment.objects.create(
        member=far_member, post=posts.full_time, organisation=organisation.east_grid, starts_on=timezone.localdate()
    )
    assert scenes.start(far_member, sitting).state == "open"


def test_the_audience_may_be_certain_posts(
    learner: Member, far_member: Member, trainer: User, organisation: SimpleNamespace, posts: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.city)
    sitting.posts.add(posts.full_time, posts.head)
    assert scenes.start(learner, sitting).state == "open"
    assert "不在这场考试的参加范围内" in refused(far_member, sitting)


def test_any_of_several_posts_counts_but_only_with_its_own_unit(
    learner: Member, trainer: User, organisation: SimpleNamespace, posts: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.west_town)
    sitting.posts.add(posts.liaison)
    beside = Assignment.objects.create(
        member=learner,
        post=posts.liaison,
        organisation=organisation.east_micro,
        starts_on=timezone.localdate(),
        is_main=False,
    )
    assert "不在这场考试的参加范围内" in refused(learner, sitting)
    assert queries.sittings_for_member(learner) == []
    # In the sitting's unit as a grid member, and its post in another unit: still not for them.
    Assignment.objects.filter(member=learner, is_main=True).update(organisation=organisation.west_grid)
    assert "不在这场考试的参加范围内" in refused(learner, sitting)
    assert queries.sittings_for_member(learner) == []
    Assignment.objects.filter(pk=beside.pk).update(organisation=organisation.west_micro)
    assert [line.state for line in queries.sittings_for_member(learner)] == ["ready"]
    assert audience_of(sitting, [posts.liaison, posts.full_time]) == 1
    assert scenes.start(learner, sitting).state == "open"


def test_a_course_may_come_first(learner: Member, trainer: User, organisation: SimpleNamespace) -> None:
    edition = scenes.make_edition()
    scenes.make_bank(edition)
    course = make_course(edition)
    plan = scenes.make_sitting(scenes.make_exam(edition), organisation.city, course=course)
    sitting = scenes.open_planned(trainer, plan)
    course.slug = "another-address"
    course.save_revision().publish()
    assert "请先学完课程“岗前培训（演示）”" in refused(learner, sitting)
    now = timezone.now()
    Enrolment.objects.create(member=learner, course=course, reason="post", started_at=now, completed_at=now)
    assert scenes.start(learner, sitting).state == "open"


def test_a_draft_does_not_exist_for_members(learner: Member, trainer: User, organisation: SimpleNamespace) -> None:
    edition = scenes.make_edition()
    sitting = scenes.make_sitting(scenes.make_exam(edition), organisation.city)
    entry = queries.entry_of(learner, sitting.code, timezone.now())
    assert entry is not None
    assert entry.is_hidden
    assert queries.sittings_for_member(learner) == []


# --- more time --------------------------------------------------------------------------------------------------------


def test_extra_time_granted_before_and_during_gives_the_same_deadline(
    learner: Member, neighbour: Member, trainer: User, sitting: Sitting
) -> None:
    services.extra_time_grant(actor=trainer, member=learner, percent=50, reason="视力")
    before = scenes.start(learner, sitting)
    assert before.deadline - before.started_at == timedelta(minutes=90)
    during = scenes.start(neighbour, sitting)
    assert services.extra_time_grant(actor=trainer, member=neighbour, percent=50, reason="视力") == 1
    during.refresh_from_db()
    assert during.deadline - during.started_at == timedelta(minutes=90)
    assert services.extra_time_grant(actor=trainer, member=neighbour, percent=50, reason="视力") == 0
    assert ExtraTime.objects.count() == 2


def test_prolonging_the_sitting_moves_everybody_who_is_writing(
    learner: Member, trainer: User, sitting: Sitting
) -> None:
    attempt = scenes.start(learner, sitting)
    before, closes = attempt.deadline, sitting.closes_at
    assert services.sitting_extend(actor=trainer, sitting=sitting, minutes=10, reason="停电") == 1
    attempt.refresh_from_db()
    assert attempt.deadline - before == sitting.closes_at - closes == timedelta(minutes=10)
    entry = Entry.objects.get(action="sitting.extend")
    assert entry.actor_id == trainer.pk
    assert entry.detail == {"minutes": 10, "reason": "停电", "attempts": 1}


@pytest.mark.parametrize(("minutes", "reason"), [(0, "停电"), (-5, "停电"), (241, "停电"), (10, "  ")])
def test_prolonging_needs_sensible_minutes_and_a_reason(
    attempt: Attempt, trainer: User, minutes: int, reason: str
) -> None:
    before = attempt.deadline
    with pytest.raises(Refused):
        services.attempt_extend(actor=trainer, attempt=attempt, minutes=minutes, reason=reason)
    attempt.refresh_from_db()
    assert attempt.deadline == before
    assert not Entry.objects.filter(action="attempt.extend").exists()


def test_what_is_handed_in_cannot_be_prolonged(attempt: Attempt, trainer: User) -> None:
    services.attempt_submit(member_id=attempt.member_id, attempt_id=attempt.pk, epoch=1)
    with pytest.raises(Refused, match="已交卷，不能再延长"):
        services.attempt_extend(actor=trainer, attempt=attempt, minutes=5, reason="停电")


# --- the end ----------------------------------------------------------------------------------------------------------


def overdue(attempt: Attempt, seconds: int = 31) -> None:
    now = timezone.now()
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=now - timedelta(hours=1), deadline=now - timedelta(seconds=seconds)
    )


def test_the_sweep_closes_what_nobody_came_back_to_and_waits_for_the_grace(attempt: Attempt) -> None:
    overdue(attempt, seconds=20)
    assert tasks.close_overdue_attempts() == 0
    overdue(attempt)
    assert tasks.close_overdue_attempts() == 1
    assert tasks.close_overdue_attempts() == 0
    closed = Attempt.objects.get(pk=attempt.pk)
    assert (closed.state, closed.closed_by, closed.submitted_at) == ("marked", "deadline", closed.deadline)
    assert Result.objects.get().score == 0


def test_an_attempt_that_cannot_be_closed_does_not_hold_up_the_others(
    attempt: Attempt, neighbour: Member, sitting: Sitting
) -> None:
    other = scenes.start(neighbour, sitting)
    Response.objects.create(attempt=attempt, number=1, value="{broken", epoch=1, sequence=1, saved_at=timezone.now())
    overdue(attempt)
    overdue(other)
    assert services.attempts_close_overdue() == 1
    assert Attempt.objects.get(pk=other.pk).state == "marked"
    assert Attempt.objects.get(pk=attempt.pk).state == "open"
    assert not Mark.objects.filter(attempt=attempt).exists()


def test_forcing_a_hand_in_needs_a_reason_and_is_recorded(attempt: Attempt, trainer: User) -> None:
    with pytest.raises(Refused, match="请填写强制交卷的原因"):
        services.attempt_force_submit(actor=trainer, attempt=attempt, reason=" ")
    services.attempt_force_submit(actor=trainer, attempt=attempt, reason="代考")
    assert Attempt.objects.get().closed_by == "staff"
    assert Result.objects.exists()
    assert Entry.objects.get(action="attempt.force_submit").detail == {"reason": "代考"}
    with pytest.raises(Refused, match="已经交卷"):
        services.attempt_force_submit(actor=trainer, attempt=attempt, reason="代考")


def test_closing_a_sitting_hands_in_everybody_and_bars_new_starts(
    learner: Member, neighbour: Member, trainer: User, sitting: Sitting
) -> None:
    scenes.start(learner, sitting)
    assert services.sitting_close(actor=trainer, sitting=sitting, reason="试卷有误") == 1
    assert "已结束" in refused(neighbour, sitting)
    with pytest.raises(Refused):
        services.sitting_close(actor=trainer, sitting=sitting, reason="再来一次")


def test_while_a_sitting_is_being_ended_its_answers_stay_closed(
    client: Any, learner: Member, neighbour: Member, trainer: User, sitting: Sitting
) -> None:
    done = scenes.start(learner, sitting)
    scenes.hand_in(client, done)
    scenes.start(neighbour, sitting)
    Sitting.objects.update(
        state="closed", release="result_only"
    )  # the process that was ending it died before it came to the neighbour
    now = timezone.now()
    assert not queries.review_released(Sitting.objects.get(), now)
    assert services.sitting_close(actor=trainer, sitting=sitting, reason="再来一次") == 1
    assert queries.review_released(Sitting.objects.get(), now)


def test_whoever_hands_in_while_a_sitting_is_being_ended_does_not_stop_it(
    monkeypatch: Any, learner: Member, neighbour: Member, trainer: User, sitting: Sitting
) -> None:
    by_hand = scenes.start(learner, sitting)
    scenes.start(neighbour, sitting)
    real = services.attempt_force_submit

    def a_moment_later(**how: Any) -> None:
        services.attempt_submit(member_id=by_hand.member_id, attempt_id=by_hand.pk, epoch=1)
        real(**how)

    monkeypatch.setattr("exams.services.sittings.attempt_force_submit", a_moment_later)
    assert services.sitting_close(actor=trainer, sitting=sitting, reason="试卷有误") == 1
    assert set(Attempt.objects.values_list("state", "closed_by")) == {("marked", "member"), ("marked", "staff")}


def test_who_holds_no_post_any_more_keeps_the_attempts_and_the_extra_time_but_may_not_start(
    client: Any, learner: Member, trainer: User, sitting: Sitting
) -> None:
    services.extra_time_grant(actor=trainer, member=learner, percent=50, reason="视力")
    scenes.hand_in(client, scenes.start(learner, sitting))
    for change in (
        lambda: Member.objects.filter(pk=learner.pk).update(left_on=timezone.localdate()),
        lambda: Assignment.objects.filter(member=learner).update(ends_on=timezone.localdate()),
    ):
        change()
        entry = queries.entry_of(learner, sitting.code, timezone.now())
        assert entry is not None and not entry.is_hidden
        assert entry.eligibility.barrier is Barrier.AUDIENCE
        assert (entry.facts.attempts_used, entry.facts.extra_percent) == (1, 50)


def test_a_sitting_closes_by_itself_when_its_window_has_passed_and_nobody_writes(
    attempt: Attempt, sitting: Sitting
) -> None:
    now = timezone.now()
    Sitting.objects.update(opens_at=now - timedelta(hours=2), closes_at=now - timedelta(minutes=1))
    assert services.sittings_close_finished() == 0
    services.attempt_submit(member_id=attempt.member_id, attempt_id=attempt.pk, epoch=1)
    assert services.sittings_close_finished() == 1
    assert Sitting.objects.get().state == "closed"


def test_an_opened_sitting_cannot_be_opened_or_replanned(trainer: User, sitting: Sitting) -> None:
    with pytest.raises(Refused, match="已经开放过"):
        scenes.open_planned(trainer, sitting)


def test_marks_and_result_agree_with_the_sheet(client: Any, attempt: Attempt) -> None:
    right, wrong = scenes.right_sheet(attempt), scenes.wrong_sheet(attempt)
    sheet = {**wrong, 1: right[1], 6: right[6], 12: [right[12][0], "错"]}
    scenes.save_sheet(client, attempt, sheet)
    scenes.hand_in(client, attempt)
    scores = dict(Mark.objects.values_list("number", "score"))
    assert {n: s for n, s in scores.items() if s} == {1: 200, 6: 200, 12: 100}
    result = Result.objects.get()
    assert (result.score, result.max_score, result.passed) == (500, 2600, False)
    clauses = queries.clauses_of(result)
    chapters = chapters_from(form_key(attempt.form_id), clauses)
    assert [(c.number, c.title) for c in chapters] == [("4", "人员"), ("5", "服务内容")]
    assert sum(c.score for c in chapters) == sum(c.score for c in clauses) == 500
    assert sum(c.max_score for c in chapters) == sum(c.max_score for c in clauses) == 2600
    assert Attempt.objects.get().state == "marked"


def test_the_pass_mark_itself_passes(
    client: Any, learner: Member, trainer: User, organisation: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.city, pass_mark=2600)
    attempt = scenes.start(learner, sitting)
    scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
    scenes.hand_in(client, attempt)
    assert Result.objects.get().passed
