"""A kind of requirement that an app of its own brings, through its whole life; nothing of the product knows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from acts import Refused
from certificates.evaluation import members_due, members_fulfilling, scheme_evaluate
from certificates.models import Award
from certificates.requirements.exam import ExamPassed
from certificates.requirements.groups import AllOf
from certificates.services import Asked, award_issue, award_render, awards_consider, awards_issue_earned
from people.models import Member
from tests.cast import sign_in
from tests.certificates import scenes
from tests.certificates.plugin.certificate_requirements import DrillBasis, DrillTaken
from tests.certificates.plugin.models import Drill


@pytest.fixture
def sitting(organisation: Any) -> Any:
    return scenes.make_sitting(organisation.city, scenes.make_edition())


@pytest.fixture
def scheme(sitting: Any) -> Any:
    requires = Asked(AllOf(), Asked(ExamPassed(exam=sitting.exam)), Asked(DrillTaken(place="演示广场")))
    return scenes.make_scheme(sitting, requires=requires)


def test_it_is_asked_for_evaluated_found_awarded_shown_and_used_up(
    client: Client, learner: Member, neighbour: Member, scheme: Any, sitting: Any
) -> None:
    scenes.pass_exam(learner, sitting)
    scenes.pass_exam(neighbour, sitting)
    assert "还没有参加演示广场消防演练。" in scheme_evaluate(scheme, learner).reasons
    page = sign_in(client, learner.user).get("/certificates/").content.decode()
    assert "参加演示广场消防演练" in page and "未满足" in page

    drill = Drill.objects.create(member=learner, place="演示广场", ended_at=timezone.now())
    Drill.objects.create(member=neighbour, place="别处", ended_at=timezone.now())
    assert scheme_evaluate(scheme, learner).is_fulfilled
    assert list(members_fulfilling(scheme)) == list(members_due(scheme)) == [learner]

    (award,) = awards_consider(member_ids=[learner.pk, neighbour.pk], asked=DrillTaken.objects.filter(place="演示广场"))
    basis = DrillBasis.objects.get()
    assert (basis.award, basis.drill, basis.place) == (award, drill, "演示广场")
    assert "参加《演示广场消防演练》，考试成绩92分" in award.printed["body"]
    award_render(award_id=award.pk)
    assert "参加了演示广场消防演练" in client.get(f"/certificates/{award.code}/").content.decode()

    Award.objects.update(issued_on="2020-01-01", valid_until="2022-12-31")
    scenes.pass_exam(learner, sitting)
    with pytest.raises(Refused, match="证书已过期，需要重新参加演示广场消防演练后换证"):
        award_issue(actor=None, scheme=scheme, member=learner)
    assert awards_issue_earned() == 0
    Drill.objects.create(member=learner, place="演示广场", ended_at=timezone.now() + timedelta(seconds=1))
    assert awards_issue_earned() == 1
