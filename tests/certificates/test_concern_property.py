"""Whom a scheme concerns is one rule in three forms: the query for all members, the answer for one, and the comparison of a batch
that is read already. They say the same as a plain reading of it, whoever holds what where."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.standing.concern import all_terms
from assessment.standing.models import Standing
from assessment.standing.services import standings_refresh
from certificates.concern import assignment_for, members_concerned, schemes_of
from certificates.models import Scheme
from people.assignments import posts_of
from people.models import Assignment, Member, Organisation, Post
from tests.cast import make_member
from tests.certificates import scenes

MEMBERS = 3
POSTS = ("chief_grid_head", "full_time_grid_member", "micro_grid_liaison")
units = st.integers(0, 6)
held = st.lists(
    st.tuples(st.sampled_from(POSTS), units, st.booleans()),  # (post, unit, whether it has ended)
    max_size=3,
    unique_by=lambda one: one[:2],
)
schemes = st.tuples(
    st.none() | units, st.sets(st.sampled_from(POSTS), max_size=2), st.sampled_from([True, True, False])
)
seen: Counter[bool] = Counter()


def is_at_or_below(unit: Organisation, above: Organisation) -> bool:
    """By the tree's parents, not by paths."""
    here: Any = unit
    while here is not None:
        if here.pk == above.pk:
            return True
        here = here.get_parent()
    return False


def first_that_fits(scheme: Scheme, assignments: list[Assignment]) -> Assignment | None:
    posts = {post.code for post in scheme.posts.all()}
    fitting = [
        each
        for each in assignments
        if each.ends_on is None
        and (not posts or each.post.code in posts)
        and (scheme.owner is None or is_at_or_below(each.organisation, scheme.owner))
    ]
    return min(fitting, key=lambda each: (not each.is_main, each.starts_on, each.pk), default=None)


@pytest.fixture
def ground(organisation: Any, posts: Any) -> dict[str, Any]:
    members = [make_member(f"B{n}", f"演示{n}", posts.liaison, organisation.east_micro) for n in range(MEMBERS)]
    return {
        "members": members,
        "units": list(Organisation.objects.order_by("path"))[:7],
        "posts": {post.code: post for post in Post.objects.all()},
        "sitting": scenes.make_sitting(organisation.city, scenes.make_edition()),
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(wanted=schemes, holdings=st.lists(held, min_size=MEMBERS, max_size=MEMBERS))
def agree(ground: dict[str, Any], wanted: Any, holdings: Any) -> None:
    with transaction.atomic():
        owner, posts, is_active = wanted
        scheme = scenes.make_scheme(
            ground["sitting"], owner=ground["units"][owner] if owner is not None else None, is_active=is_active
        )
        scheme.posts.set(ground["posts"][code] for code in posts)
        Assignment.objects.all().delete()
        expected = {}
        for member, holding in zip(ground["members"], holdings, strict=True):
            current = [one for one in holding if not one[2]]
            mine = [
                Assignment.objects.create(
                    member=member,
                    post=ground["posts"][post],
                    organisation=ground["units"][unit],
                    starts_on=date(2026, 3, 1 + place),
                    ends_on=date(2026, 4, 1) if ended else None,
                    is_main=bool(current) and (post, unit, ended) == current[-1],  # the main one is not the oldest
                )
                for place, (post, unit, ended) in enumerate(holding)
            ]
            expected[member] = first_that_fits(scheme, mine)
        concerned = {member for member, assignment in expected.items() if assignment is not None}
        assert set(members_concerned(scheme)) == concerned
        (terms,) = all_terms()
        standings_refresh([member.pk for member in expected])
        for member, assignment in expected.items():
            seen[assignment is not None] += 1
            assert (schemes_of(member) == [scheme]) == (is_active and assignment is not None)
            assert assignment_for(scheme, member) == assignment
            assert terms.concerning(posts_of(member)) == assignment
            row = Standing.objects.filter(member=member, is_whole=False).first()
            lies = (assignment.organisation_id, assignment.post_id) if is_active and assignment is not None else None
            assert ((row.organisation_id, row.post_id) if row is not None else None) == lies
        transaction.set_rollback(True)


def test_the_forms_of_the_rule_agree(ground: dict[str, Any]) -> None:
    seen.clear()
    agree(ground)
    assert min(seen[True], seen[False]) >= 20, "both answers occurred"


def test_a_member_who_left_is_concerned_by_nothing(ground: dict[str, Any]) -> None:
    member = ground["members"][0]
    scheme = scenes.make_scheme(ground["sitting"])
    Member.objects.filter(pk=member.pk).update(left_on=date(2026, 4, 1))
    member.refresh_from_db()
    assert member not in members_concerned(scheme)
    assert schemes_of(member) == [] and assignment_for(scheme, member) is None
