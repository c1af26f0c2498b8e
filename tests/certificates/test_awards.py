from __future__ import annotations

import threading
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from acts import Refused
from certificates.evaluation import members_considered, scheme_evaluate
from certificates.models import Award, NumberLedger
from certificates.numbers import check_digits_fit, next_serial, normalise
from certificates.services import award_issue, award_revoke, awards_consider
from exams.models import Sitting
from outbox.services import outbox_put, outbox_tell
from people.models import Assignment, Member
from tests.cast import make_member
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: SimpleNamespace) -> Any:
    edition = scenes.make_edition()
    return scenes.make_scheme(scenes.make_sitting(organisation.city, edition), scenes.make_course(edition))


def earn(member: Member, scheme: Any) -> None:
    scenes.complete_course(member, scenes.course_of(scheme))
    scenes.pass_exam(member, scenes.sitting_of(scheme))


def test_nothing_is_issued_before_course_and_exam_and_the_reasons_say_what_is_missing(
    learner: Member, scheme: Any
) -> None:
    with pytest.raises(Refused, match="考试还没有合格") as refused:
        award_issue(actor=None, scheme=scheme, member=learner)
    assert "还没有学完课程“岗前培训（演示）”" in str(refused.value)
    assert not Award.objects.exists()
    assert not NumberLedger.objects.filter(last__gt=0).exists()


def test_exam_alone_is_not_enough_where_the_scheme_asks_for_the_course(learner: Member, scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    assert [r for r in scheme_evaluate(scheme, learner).reasons if "考试" in r] == []
    assert awards_consider(member_ids=[learner.pk]) == []


def test_a_failed_exam_earns_nothing(learner: Member, scheme: Any) -> None:
    scenes.complete_course(learner, scenes.course_of(scheme))
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=7999)
    assert awards_consider(member_ids=[learner.pk]) == []


def test_the_award_freezes_what_is_printed(learner: Member, scheme: Any) -> None:
    earn(learner, scheme)
    award = award_issue(actor=None, scheme=scheme, member=learner)
    learner.name = "演示改名"
    learner.save()
    award.refresh_from_db()
    assert award.printed["name"] == "演示学员"
    assert "考试成绩92分（合格线80分）" in award.printed["body"]
    assert award.number == f"GY-990000-{award.year}-0000001-{award.number[-2:]}"
    assert check_digits_fit(award.number)
    assert award.valid_until > award.issued_on + timedelta(days=3 * 365 - 2)


def test_issuing_twice_gives_the_same_award(learner: Member, scheme: Any) -> None:
    earn(learner, scheme)
    first = award_issue(actor=None, scheme=scheme, member=learner)
    assert award_issue(actor=None, scheme=scheme, member=learner).pk == first.pk
    assert NumberLedger.objects.get().last == 1


def test_the_event_repeated_issues_once(learner: Member, scheme: Any, django_capture_on_commit_callbacks: Any) -> None:
    earn(learner, scheme)
    result = learner.attempts.get().result
    enrolment = learner.enrolments.get()
    with django_capture_on_commit_callbacks(execute=True):
        for _again in range(3):
            outbox_put(topic="exams.result", subject=result.pk)
            outbox_put(topic="courses.completed", subject=enrolment.pk)
            outbox_tell()
    assert Award.objects.count() == 1


def test_one_live_award_per_member_and_scheme_is_kept_by_the_database(learner: Member, scheme: Any) -> None:
    earn(learner, scheme)
    award = award_issue(actor=None, scheme=scheme, member=learner)
    award.pk, award.number, award.token, award.code, award.cycle = None, "X", "Y" * 16, "z", 2
    with pytest.raises(IntegrityError), transaction.atomic():
        award.save(force_insert=True)


def test_a_rolled_back_award_leaves_no_gap(learner: Member, neighbour: Member, scheme: Any) -> None:
    earn(learner, scheme)
    earn(neighbour, scheme)

    class Power(Exception):
        pass

    with pytest.raises(Power), transaction.atomic():
        award_issue(actor=None, scheme=scheme, member=learner)
        raise Power
    assert award_issue(actor=None, scheme=scheme, member=neighbour).serial == 1
    assert award_issue(actor=None, scheme=scheme, member=learner).serial == 2


def test_a_number_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        next_serial(letters="GY", region_code="990000", year=2026)


def test_a_member_without_a_post_is_told_so(learner: Member, scheme: Any) -> None:
    earn(learner, scheme)
    Assignment.objects.filter(member=learner).update(ends_on=timezone.localdate())
    with pytest.raises(Refused, match="目前没有在岗任职"):
        award_issue(actor=None, scheme=scheme, member=learner)


def test_a_scheme_is_for_any_of_the_posts_that_somebody_holds(
    learner: Member, scheme: Any, posts: Any, organisation: Any
) -> None:
    scheme.posts.add(posts.liaison)
    earn(learner, scheme)
    with pytest.raises(Refused, match="“网格长（专职网格员）”岗位不在本方案的适用范围内"):
        award_issue(actor=None, scheme=scheme, member=learner)
    Assignment.objects.create(
        member=learner,
        post=posts.liaison,
        organisation=organisation.west_micro,
        starts_on=timezone.localdate(),
        is_main=False,
    )
    award = award_issue(actor=None, scheme=scheme, member=learner)
    assert award.printed["post"] == "微网格联络员"


def test_an_expired_award_is_superseded_only_by_a_newer_exam(learner: Member, scheme: Any) -> None:
    earn(learner, scheme)
    old = award_issue(actor=None, scheme=scheme, member=learner)
    Award.objects.filter(pk=old.pk).update(issued_on=date(2020, 1, 1), valid_until=date(2022, 12, 31))
    with pytest.raises(Refused, match="证书已过期，需要重新考试合格后换证"):
        award_issue(actor=None, scheme=scheme, member=learner)  # the exam is newer than the day, but carried it
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    renewed = award_issue(actor=None, scheme=scheme, member=learner)
    old.refresh_from_db()
    assert (old.state, renewed.cycle, renewed.serial) == ("superseded", 2, 2)


def test_revocation_needs_a_reason_and_happens_once(learner: Member, scheme: Any, administrator: Any) -> None:
    earn(learner, scheme)
    award = award_issue(actor=None, scheme=scheme, member=learner)
    with pytest.raises(Refused, match="请填写撤销原因"):
        award_revoke(actor=administrator, award=award, reason="  ")
    award_revoke(actor=administrator, award=award, reason="演示：成绩核查有误")
    with pytest.raises(Refused):
        award_revoke(actor=administrator, award=award, reason="再来一次")
    assert award.validity == "revoked"


def test_a_typed_number_is_understood_in_the_ways_people_type_it() -> None:
    number = "GY-990000-2026-0000001-14"
    for typed in (
        "gy-990000-2026-0000001-14",
        " GY 990000 2026 0000001 14 ",
        "ＧＹ－９９００００－２０２６－０００００01－１４",
        "GY–990000‐2026−0000001—14",
        "编号：GY-990000-2026-0000001-14",
        "证书编号: GY-990000-2026-0000001-14",
        "GY-990000-\u200b2026-0000001-14\ufeff",
    ):
        assert normalise(typed) == number
    assert normalise("GY-1") is None


@pytest.mark.django_db(transaction=True)
def test_concurrent_issue_gives_numbers_without_gap_or_repeat(organisation: Any, posts: Any) -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.fail("The test database must be a file, or threads share one connection.")
    edition = scenes.make_edition()
    sitting = scenes.make_sitting(organisation.city, edition)
    scheme = scenes.make_scheme(sitting)
    members = [make_member(f"C{i:03}", f"演示{i}", posts.liaison, organisation.east_micro) for i in range(8)]
    for member in members:
        scenes.pass_exam(member, sitting)
    errors: list[BaseException] = []
    barrier = threading.Barrier(16)

    def issue(member: Member) -> None:
        try:
            barrier.wait(timeout=20)
            award_issue(actor=None, scheme=scheme, member=member)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=(member,)) for member in members for _twice in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted(Award.objects.values_list("serial", flat=True)) == list(range(1, 9))


def test_no_certificate_comes_before_the_result_is_released(organisation: Any, learner: Member) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition(), release="after_close")
    scheme = scenes.make_scheme(sitting)
    scenes.pass_exam(learner, sitting)
    with pytest.raises(Refused, match="考试还没有合格"):
        award_issue(actor=None, scheme=scheme, member=learner)
    assert not members_considered(scheme).exists()
    # The window has passed: the page shows the result by now, whether or not a worker has closed the sitting.
    now = timezone.now()
    Sitting.objects.update(opens_at=now - timedelta(days=2), closes_at=now - timedelta(seconds=1))
    assert list(members_considered(scheme)) == [learner]
    assert award_issue(actor=None, scheme=scheme, member=learner).number
