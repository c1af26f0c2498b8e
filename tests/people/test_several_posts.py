"""Several posts at once: which doors they open, who sees the person, what is shown as the one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessment.models import Standing
from assessment.standing.services import standings_refresh
from people.access import Role, members_visible_to
from people.assignments import main_assignment, posts_of
from people.models import Assignment
from people.queries import MemberSearch, members_found, profile_of
from people.services import member_leave
from tests.cast import sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, Organisation, User

pytestmark = pytest.mark.django_db


def also(member: Member, post: Any, organisation: Organisation, **fields: Any) -> Assignment:
    fields = {"starts_on": date(2026, 2, 1), "is_main": False, **fields}
    return Assignment.objects.create(member=member, post=post, organisation=organisation, **fields)


@pytest.fixture
def second(learner: Member, posts: Any, organisation: Any) -> Assignment:
    """The learner of the east liaises in the west too."""
    return also(learner, posts.liaison, organisation.west_micro)


def test_the_database_keeps_one_main_post_and_no_post_twice(learner: Member, posts: Any, organisation: Any) -> None:
    for fields in ({"is_main": True}, {"post": posts.full_time, "organisation": organisation.east_grid}):
        values = {"post": posts.liaison, "organisation": organisation.west_micro, **fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            also(learner, **values)
    ended = also(learner, posts.full_time, organisation.east_grid, ends_on=date(2026, 3, 1), is_main=True)
    assert ended.pk and [each.post for each in posts_of(learner)] == [posts.full_time]


def test_supervisors_of_both_towns_see_the_person_and_after_the_end_only_the_last_one(
    learner: Member, second: Assignment, supervisor: User, other_supervisor: User
) -> None:
    assert learner in members_visible_to(supervisor)
    assert learner in members_visible_to(other_supervisor)
    second.ends_on = timezone.localdate()
    second.save()
    assert learner in members_visible_to(supervisor)
    assert learner not in members_visible_to(other_supervisor)
    learner.assignments.filter(is_main=True).update(ends_on=timezone.localdate() - timedelta(days=3))
    assert learner not in members_visible_to(supervisor)
    assert learner in members_visible_to(other_supervisor)


def test_the_administrators_list_finds_the_person_in_both_units_and_shows_the_main_post(
    learner: Member, second: Assignment, administrator: User, organisation: Any, posts: Any
) -> None:
    for unit in (organisation.east_town, organisation.west_town):
        [row] = members_found(administrator, MemberSearch(unit=unit))
        assert (row.pk, row.post_name, row.unit_path) == (learner.pk, posts.full_time.name, organisation.east_grid.path)


def test_the_persons_own_page_shows_all_posts(
    client: Client, learner: Member, second: Assignment, administrator: User
) -> None:
    profile = profile_of(learner.user)
    assert profile.post == "网格长（专职网格员）"
    assert profile.others == (
        ("微网格联络员", "演示市 › 演示西镇 › 演示西镇一村 › 演示西镇一村第一网格 › 演示西镇一村第一网格1号微网格"),
    )
    body = sign_in(client, learner.user).get("/me/").content.decode()
    assert "兼任" in body and "微网格联络员" in body
    page = sign_in(client, administrator).get(f"/people/members/{learner.code}/").content.decode()
    assert "微网格联络员（兼任）" in page


def test_the_person_is_counted_once_in_the_unit_of_the_main_post(learner: Member, second: Assignment) -> None:
    standings_refresh([learner.pk])
    standing = Standing.objects.get(is_whole=True)
    main = main_assignment(learner)
    assert main is not None and standing.organisation_id == main.organisation_id


def test_leaving_ends_every_post(learner: Member, second: Assignment, administrator: User) -> None:
    member_leave(actor=administrator, member=learner, on=timezone.localdate())
    assert set(learner.assignments.values_list("ends_on", flat=True)) == {timezone.localdate()}
    assert (posts_of(learner), main_assignment(learner)) == ([], None)
    assert learner in members_visible_to(administrator, Role.ADMINISTRATOR)
