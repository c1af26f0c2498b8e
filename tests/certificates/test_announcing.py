"""An award is told to the upper layers until they have heard it, whatever dies in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessment.models import Evidence, Standing
from certificates import services
from certificates.models import Award
from certificates.services import award_announce, award_issue, award_revoke, awards_announce
from certificates.signals import award_issued
from exams.models import Result
from exams.services import results_announce
from people.models import Member
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))


def long_ago() -> None:
    Award.objects.update(issued_at=timezone.now() - timedelta(minutes=5))


def test_a_worker_killed_after_the_commit_is_made_up_for(learner: Member, scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award_issue(actor=None, scheme=scheme, member=learner)  # committed; the process dies before anybody hears of it
    assert not Evidence.objects.filter(kind="award").exists()
    assert awards_announce() == 0, "one that is on its way just now is left alone"
    long_ago()
    assert awards_announce() == 1
    assert Evidence.objects.get(kind="award").facts["number"] == Award.objects.get().number
    assert Standing.objects.get(member=learner, is_whole=True).status == "certified"
    assert awards_announce() == 0


def test_a_worker_killed_while_announcing_tells_again_and_nothing_is_doubled(learner: Member, scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    award_announce(award_id=award.pk)
    Award.objects.update(to_announce=True)  # it died before it could note that it had told
    long_ago()
    assert awards_announce() == 1
    assert Evidence.objects.filter(kind="award").count() == 1


def test_a_revocation_whose_process_died_is_told_again(learner: Member, scheme: Any, administrator: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    award_announce(award_id=award.pk)
    award_revoke(actor=administrator, award=award, reason="演示：替考")  # committed; nobody has heard of it
    assert Standing.objects.get(member=learner, is_whole=True).status == "certified"
    long_ago()
    assert awards_announce() == 1
    assert Standing.objects.get(member=learner, is_whole=True).status != "certified"


def test_a_receiver_that_fails_hears_it_again(learner: Member, scheme: Any) -> None:
    heard = []

    def listener(award: Award, **kwargs: Any) -> None:
        heard.append(award.pk)
        if len(heard) == 1:
            raise RuntimeError("演示")

    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    award_issued.connect(listener, weak=False)
    try:
        award_announce(award_id=award.pk)
        long_ago()
        assert awards_announce() == 1
        assert awards_announce() == 0
    finally:
        award_issued.disconnect(listener)
    assert heard == [award.pk, award.pk]


def test_a_result_announced_again_after_a_crash_awards_and_proves_once(
    learner: Member, scheme: Any, django_capture_on_commit_callbacks: Any
) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    for _again in range(3):
        Result.objects.update(announced_at=None)  # the worker was killed before it noted that it had told
        with django_capture_on_commit_callbacks(execute=True):
            assert results_announce() == 1
    assert Award.objects.count() == 1
    assert sorted(Evidence.objects.values_list("kind", flat=True)) == ["award", "exam"]
    assert Evidence.objects.get(kind="exam").object_id == Result.objects.get().pk


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
    long_ago()
    assert awards_announce() == 0


def test_the_tasks_run_the_sweeps(learner: Member, scheme: Any) -> None:
    from certificates.tasks import announce_awards, render_waiting

    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    long_ago()
    announce_awards()
    render_waiting()
    award.refresh_from_db()
    assert (award.to_announce, award.render_state) == (False, "ready")
    assert services.awards_render_waiting() == 0
