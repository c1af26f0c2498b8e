from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessment.models import Evidence, MemberStanding, OrganisationFigure, Status
from assessment.services import figures_refresh, standings_rebuild, standings_refresh, standings_sweep
from certificates.models import Award
from certificates.services import award_issue
from exams.signals import attempt_marked
from people.models import Assignment, Organisation
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))


def certify(member: Any, scheme: Any) -> Award:
    scenes.pass_exam(member, scenes.sitting_of(scheme))
    return award_issue(actor=None, scheme=scheme, member=member)


def status_of(member: Any) -> str:
    return MemberStanding.objects.get(member=member).status


def test_statuses_follow_training_exam_certificate_and_time(learner: Any, scheme: Any) -> None:
    standings_rebuild()
    assert status_of(learner) == Status.NOT_STARTED
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=100)
    standings_refresh([learner.pk])
    assert status_of(learner) == Status.IN_TRAINING
    award = certify(learner, scheme)
    standings_refresh([learner.pk])
    assert status_of(learner) == Status.CERTIFIED
    today = timezone.localdate()
    for days, status in ((90, Status.EXPIRING), (91, Status.CERTIFIED), (0, Status.EXPIRING), (-1, Status.EXPIRED)):
        Award.objects.filter(pk=award.pk).update(
            issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days)
        )
        standings_refresh([learner.pk])
        assert status_of(learner) == status, days


def test_the_result_becomes_evidence_once_however_often_the_event_comes(learner: Any, scheme: Any) -> None:
    result = scenes.pass_exam(learner, scenes.sitting_of(scheme))
    for _again in range(3):
        attempt_marked.send(sender=type(result.attempt), attempt=result.attempt)
    assert Evidence.objects.filter(kind="exam").count() == 1
    assert Evidence.objects.get(kind="exam").detail["score"] == 9200


def test_numbers_add_up_at_every_level(
    organisation: Any, learner: Any, neighbour: Any, far_member: Any, scheme: Any
) -> None:
    certify(learner, scheme)
    standings_rebuild()
    figures = {f.organisation.path: f for f in OrganisationFigure.objects.select_related("organisation")}
    assert len(figures) == Organisation.objects.count()
    for unit in Organisation.objects.all():
        own = MemberStanding.objects.filter(organisation=unit)
        children = [figures[child.path] for child in unit.get_children()]
        figure = figures[unit.path]
        assert figure.total == own.count() + sum(c.total for c in children)
        for status in Status.values:
            counted = own.filter(status=status).count() + sum(getattr(c, status) for c in children)
            assert getattr(figure, status) == counted
    assert figures[organisation.city.path].total == 3
    assert figures[organisation.east_town.path].certified == 1


def test_one_change_refreshes_the_unit_and_all_above_and_equals_a_rebuild(
    organisation: Any, learner: Any, neighbour: Any, far_member: Any, scheme: Any
) -> None:
    standings_rebuild()
    certify(learner, scheme)
    standings_refresh([learner.pk])
    assert figures_refresh() == 4  # grid, village, town, city
    after_events = list(OrganisationFigure.objects.order_by("pk").values("pk", "total", "by_post", "certified"))
    standings_rebuild()
    assert list(OrganisationFigure.objects.order_by("pk").values("pk", "total", "by_post", "certified")) == after_events


def test_a_move_takes_the_member_from_one_unit_to_the_other(organisation: Any, learner: Any, scheme: Any) -> None:
    standings_rebuild()
    current = learner.assignments.get()
    current.ends_on = timezone.localdate()
    current.save()
    Assignment.objects.create(
        member=learner, post=current.post, organisation=organisation.west_grid, starts_on=timezone.localdate()
    )
    standings_sweep()
    figures_refresh()
    totals = dict(OrganisationFigure.objects.values_list("organisation__path", "total"))
    assert totals[organisation.east_town.path] == 0
    assert totals[organisation.west_town.path] == 1
    assert totals[organisation.city.path] == 1


def test_who_leaves_disappears_from_the_figures(organisation: Any, learner: Any) -> None:
    standings_rebuild()
    learner.assignments.update(ends_on=timezone.localdate())
    standings_sweep()
    figures_refresh()
    assert not MemberStanding.objects.exists()
    assert OrganisationFigure.objects.get(organisation=organisation.city).total == 0


def test_the_sweep_turns_statuses_that_time_changes(learner: Any, scheme: Any) -> None:
    award = certify(learner, scheme)
    standings_refresh([learner.pk])
    today = timezone.localdate()
    Award.objects.filter(pk=award.pk).update(
        issued_on=today - timedelta(days=900), valid_until=today - timedelta(days=1)
    )
    MemberStanding.objects.update(changes_on=today)
    standings_sweep()
    assert status_of(learner) == Status.EXPIRED


def test_figures_that_do_not_add_up_are_refused_by_the_database(organisation: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFigure.objects.create(organisation=organisation.city, total=5, certified=4)
