"""The cast: the people of every test. Two towns of one city, each with a village, a grid and a micro-grid.

Tests read as sentences with them: `learner` and `neighbour` stand in the same grid of the east town, `supervisor` supervises
that town, `other_supervisor` the west one, `trainer`, `marker` and `administrator` hold their roles over the whole city, and
`stranger` has an account but neither a post nor a role.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from home.presets.grid import levels_make
from people.models import Assignment, Member, Organisation, Post, PostName, RoleGrant, User

if TYPE_CHECKING:
    from django.test import Client

PASSWORD = "shi-yan-mi-ma-2026"


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="people.backends.MemberNumberOrPhone")
    return client


def make_member(number: str, name: str, post: Post, organisation: Organisation, **fields: object) -> Member:
    from django.utils import timezone

    user = User(username=number, confirmed_at=timezone.now())
    user.set_unusable_password()
    user.save()
    member = Member.objects.create(user=user, number=number, name=name, entered_on=date(2026, 1, 5), **fields)
    Assignment.objects.create(member=member, post=post, organisation=organisation, starts_on=date(2026, 1, 5))
    return member


def make_user(username: str, name: str, role: str | None = None, organisation: Organisation | None = None) -> User:
    from django.utils import timezone

    user = User(username=username, first_name=name, confirmed_at=timezone.now())
    user.set_unusable_password()
    user.save()
    if role is not None and organisation is not None:
        RoleGrant.objects.create(user=user, role=role, organisation=organisation)
    return user


@pytest.fixture
def organisation(db: None) -> SimpleNamespace:
    levels_make()
    city = Organisation.add_root(name="演示市", level_id="city")
    tree = SimpleNamespace(city=city)
    for key, name in (("east", "演示东镇"), ("west", "演示西镇")):
        city.refresh_from_db()
        town = city.add_child(name=name, level_id="town")
        village = town.add_child(name=f"{name}一村", level_id="village")
        grid = village.add_child(name=f"{name}一村第一网格", level_id="grid", grid_kind="integrated_grid")
        micro = grid.add_child(name=f"{name}一村第一网格1号微网格", level_id="micro_grid")
        for node, part in ((town, "town"), (village, "village"), (grid, "grid"), (micro, "micro")):
            node.refresh_from_db()
            setattr(tree, f"{key}_{part}", node)
    city.refresh_from_db()
    return tree


@pytest.fixture
def posts(db: None) -> SimpleNamespace:
    full_time = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）", order=3)
    for word in ("网格长", "专职网格员"):
        PostName.objects.create(post=full_time, name=word)
    return SimpleNamespace(
        head=Post.objects.create(code="chief_grid_head", name="总网格长", order=1),
        administrator=Post.objects.create(code="grid_administrator", name="专职网格管理员", order=2),
        full_time=full_time,
        liaison=Post.objects.create(code="micro_grid_liaison", name="微网格联络员", order=4),
    )


@pytest.fixture
def learner(organisation: SimpleNamespace, posts: SimpleNamespace) -> Member:
    return make_member("D0001", "演示学员", posts.full_time, organisation.east_grid, phone="10000000001")


@pytest.fixture
def neighbour(organisation: SimpleNamespace, posts: SimpleNamespace) -> Member:
    return make_member("D0002", "演示邻居", posts.full_time, organisation.east_grid, phone="10000000002")


@pytest.fixture
def far_member(organisation: SimpleNamespace, posts: SimpleNamespace) -> Member:
    return make_member("D0003", "演示远邻", posts.liaison, organisation.west_micro, phone="10000000003")


@pytest.fixture
def trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer", "演示讲师", RoleGrant.Role.TRAINER, organisation.city)


@pytest.fixture
def marker(organisation: SimpleNamespace) -> User:
    return make_user("marker", "演示阅卷员", RoleGrant.Role.MARKER, organisation.city)


@pytest.fixture
def supervisor(organisation: SimpleNamespace) -> User:
    return make_user("supervisor", "演示主管", RoleGrant.Role.SUPERVISOR, organisation.east_town)


@pytest.fixture
def other_supervisor(organisation: SimpleNamespace) -> User:
    return make_user("supervisor-west", "演示西镇主管", RoleGrant.Role.SUPERVISOR, organisation.west_town)


@pytest.fixture
def administrator(organisation: SimpleNamespace) -> User:
    return make_user("administrator", "演示管理员", RoleGrant.Role.ADMINISTRATOR, organisation.city)


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("stranger", "演示路人")


@pytest.fixture
def desk(client: Client, trainer: User) -> Client:
    """The trainer, signed in."""
    return sign_in(client, trainer)
