"""An award is told to the upper layers until they have heard it, whatever dies in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from assessment.models import Evidence, Standing
from certificates import services
from certificates.models import Award
from certificates.requirements.certificate import CertificateHeld
from certificates.services import Asked, award_issue, award_revoke
from courses.models import Enrolment
from exams.models import Result
from outbox.models import Event
from outbox.registry import topic_named
from outbox.services import outbox_put, outbox_tell
from people.models import Member
from tests.certificates import scenes

TOPIC = "certificates.award"


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))


def test_an_award_becomes_evidence_and_standing_once(learner: Member, scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)  # committed; the process may die here
    assert not Evidence.objects.filter(kind="award").exists()
    assert outbox_tell(topic=TOPIC) == 1
    assert Evidence.objects.get(kind="award").facts["number"] == award.number
    assert Standing.objects.get(member=learner, is_whole=True).status == "certified"
    outbox_put(topic=TOPIC, subject=award.pk)
    assert outbox_tell(topic=TOPIC) == 1
    assert Evidence.objects.filter(kind="award").count() == 1


def test_an_award_that_is_rolled_back_is_told_to_nobody(learner: Member, scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    with transaction.atomic():
        award_issue(actor=None, scheme=scheme, member=learner)
        transaction.set_rollback(True)
    assert not Event.objects.filter(topic=TOPIC).exists()


def test_a_revocation_is_told(learner: Member, scheme: Any, administrator: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    outbox_tell(topic=TOPIC)
    award_revoke(actor=administrator, award=award, reason="演示：替考")
    assert outbox_tell(topic=TOPIC) == 1
    assert Standing.objects.get(member=learner, is_whole=True).status != "certified"


def test_a_receiver_that_fails_hears_it_again(learner: Member, scheme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []

    def listener(subjects: list[int]) -> None:
        heard.extend(subjects)
        if len(heard) == 1:
            raise RuntimeError("演示")

    monkeypatch.setitem(topic_named(TOPIC).receivers, "tests.listener", listener)
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    assert outbox_tell(topic=TOPIC) == 0
    assert not Evidence.objects.filter(kind="award").exists(), "told to all, or to none"
    Event.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert outbox_tell(topic=TOPIC) == 1
    assert heard == [award.pk, award.pk] and Evidence.objects.filter(kind="award").count() == 1


def test_results_and_completions_of_a_batch_bring_the_awards_of_those_whom_they_concern(
    learner: Member, neighbour: Member, far_member: Member, organisation: Any, django_assert_num_queries: Any
) -> None:
    edition = scenes.make_edition()
    sitting, course = scenes.make_sitting(organisation.city, edition), scenes.make_course(edition)
    scheme = scenes.make_scheme(sitting, course, owner=organisation.east_town)
    for member in (learner, neighbour, far_member):
        scenes.pass_exam(member, sitting)
    scenes.complete_course(learner, course)
    results = list(Result.objects.values_list("pk", flat=True))
    for subjects, topic in (
        (results, "exams.result"),
        (list(Enrolment.objects.values_list("pk", flat=True)), "courses.completed"),
    ):
        topic_named(topic).receivers["certificates.award"](subjects)
        topic_named(topic).receivers["certificates.award"](subjects)  # told twice is as told once
    assert [award.member for award in Award.objects.all()] == [learner]
    scenes.complete_course(neighbour, course)
    scenes.complete_course(far_member, course)
    topic_named("exams.result").receivers["certificates.award"](results)
    assert {award.member for award in scheme.awards.all()} == {learner, neighbour}
    with django_assert_num_queries(9):  # however many they are, when nobody of them is to get one
        topic_named("exams.result").receivers["certificates.award"](results)


def test_a_certificate_that_another_scheme_asks_for_brings_that_ones(learner: Member, scheme: Any) -> None:
    second = scenes.make_scheme(
        scenes.sitting_of(scheme), code="second", letters="DE", requires=Asked(CertificateHeld(asks_for=scheme))
    )
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award_issue(actor=None, scheme=scheme, member=learner)
    outbox_tell(topic=TOPIC)
    assert second.awards.get().member == learner


def test_awards_written_in_bulk_are_not_announced(learner: Member, scheme: Any) -> None:
    today = timezone.localdate()
    Award.objects.bulk_create(
        [
            Award(
                scheme=scheme,
                member=learner,
                number="GY-990000-2026-0000001-66",
                serial=1,
                year=2026,
                issued_on=today,
                valid_until=today,
                printed={},
            )
        ]
    )
    assert outbox_tell(topic=TOPIC) == 0


def test_the_task_runs_the_sweeps(learner: Member, scheme: Any) -> None:
    from certificates.tasks import render_waiting

    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    render_waiting()
    award.refresh_from_db()
    assert award.render_state == "ready"
    assert services.awards_render_waiting() == 0
