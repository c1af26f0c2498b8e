"""Whom a scheme concerns: the posts it names, in the subtree of the unit that owns it."""

from __future__ import annotations

from typing import Any

import pytest

from acts import Refused
from certificates.concern import assignment_for, members_concerned, schemes_of
from certificates.evaluation import members_due
from certificates.models import Scheme
from certificates.services import award_issue
from people.models import Assignment, Member
from tests.certificates import scenes


@pytest.fixture
def sitting(organisation: Any) -> Any:
    return scenes.make_sitting(organisation.city, scenes.make_edition())


def concerned(scheme: Scheme) -> set[Member]:
    found = set(members_concerned(scheme))
    assert found == {member for member in Member.objects.all() if scheme in schemes_of(member)}, "both ways of asking"
    return found


def test_a_scheme_without_posts_is_for_all_of_them_and_one_with_posts_for_these(
    learner: Member, far_member: Member, sitting: Any, posts: Any
) -> None:
    scheme = scenes.make_scheme(sitting)
    assert concerned(scheme) == {learner, far_member}
    scheme.posts.add(posts.head)
    assert concerned(Scheme.objects.get()) == set()
    scheme.posts.add(posts.full_time)
    assert learner in concerned(Scheme.objects.get())


def test_a_scheme_of_a_town_concerns_its_subtree_alone(
    learner: Member, far_member: Member, sitting: Any, organisation: Any
) -> None:
    scheme = scenes.make_scheme(sitting, owner=organisation.east_town)
    assert concerned(scheme) == {learner}
    for member in (learner, far_member):
        scenes.pass_exam(member, sitting)
    assert list(members_due(scheme)) == [learner]
    with pytest.raises(Refused, match="不在本方案的适用范围内"):
        award_issue(actor=None, scheme=scheme, member=far_member)


def test_who_is_out_of_use_or_out_of_office_concerns_nobody(learner: Member, sitting: Any) -> None:
    scheme = scenes.make_scheme(sitting)
    assert assignment_for(scheme, learner) == learner.assignments.get()
    Scheme.objects.update(is_active=False)
    assert schemes_of(learner) == []
    Scheme.objects.update(is_active=True)
    learner.assignments.update(ends_on="2026-02-01")
    assert concerned(scheme) == set()


def test_of_several_posts_any_counts_and_the_schemes_own_is_printed(
    learner: Member, sitting: Any, posts: Any, organisation: Any
) -> None:
    second = Assignment.objects.create(
        member=learner, post=posts.head, organisation=organisation.east_village, starts_on="2026-03-01", is_main=False
    )
    heads = scenes.make_scheme(sitting, code="heads", letters="ZG")
    heads.posts.add(posts.head)
    everybody = scenes.make_scheme(sitting)
    assert concerned(heads) == {learner}
    assert assignment_for(heads, learner) == second
    scenes.pass_exam(learner, sitting)
    assert award_issue(actor=None, scheme=heads, member=learner).printed["post"] == "总网格长"
    assert award_issue(actor=None, scheme=everybody, member=learner).printed["post"] == "网格长（专职网格员）"
