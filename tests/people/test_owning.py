"""What a unit owns is seen below it, and changed only by whom holds the role there. A roster import stands in for any owned row:
its `organisation` is a foreign key that may be empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from people.access import Role, scope_of
from people.models import Assignment
from people.owning import changeable_by, owner_for_new, seen_by
from people.roster.models import RosterImport
from tests.cast import make_user
from uploads.models import Upload

if TYPE_CHECKING:
    from types import SimpleNamespace

    from people.models import Member, User

TRAINER = Role.TRAINER


@pytest.fixture
def owned(organisation: SimpleNamespace) -> dict[str, int]:
    units = {"all": None, "city": organisation.city, "east": organisation.east_town, "west": organisation.west_town}
    units |= {"east village": organisation.east_village, "west grid": organisation.west_grid}
    made = {}
    for name, unit in units.items():
        upload = Upload.objects.create(kind="roster", file_name=name, digest="", forget_at=timezone.now())
        made[name] = RosterImport.objects.create(upload=upload, organisation=unit).pk
    return made


@pytest.fixture
def town_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-east", "演示东镇讲师", TRAINER, organisation.east_town)


def seen(actor: User | AnonymousUser) -> set[str]:
    return set(RosterImport.objects.filter(seen_by(actor, "organisation")).values_list("upload__file_name", flat=True))


def changeable(actor: User | AnonymousUser, *roles: str) -> set[str]:
    rows = RosterImport.objects.filter(changeable_by(actor, *(roles or (TRAINER,)), field="organisation"))
    return set(rows.values_list("upload__file_name", flat=True))


def test_a_towns_trainer_sees_what_is_above_and_below_and_changes_what_is_below(
    owned: dict[str, int], town_trainer: User, organisation: SimpleNamespace
) -> None:
    assert seen(town_trainer) == {"all", "city", "east", "east village"}
    assert changeable(town_trainer) == {"east", "east village"}
    assert owner_for_new(town_trainer, TRAINER) == organisation.east_town


def test_the_other_town_is_another_world(owned: dict[str, int], organisation: SimpleNamespace) -> None:
    other = make_user("trainer-west", "演示西镇讲师", TRAINER, organisation.west_town)
    assert seen(other) == {"all", "city", "west", "west grid"}
    assert changeable(other) == {"west", "west grid"}


def test_who_holds_the_whole_tree_changes_what_the_installation_owns(
    owned: dict[str, int], trainer: User, organisation: SimpleNamespace
) -> None:
    assert seen(trainer) == changeable(trainer) == set(owned)
    assert owner_for_new(trainer, TRAINER) == organisation.city


def test_a_learner_sees_what_is_owned_where_they_stand_and_above(owned: dict[str, int], learner: Member) -> None:
    assert seen(learner.user) == {"all", "city", "east", "east village"}
    assert changeable(learner.user) == set()
    with pytest.raises(PermissionDenied):
        owner_for_new(learner.user, TRAINER)


def test_who_moved_sees_with_the_new_town(
    owned: dict[str, int], learner: Member, organisation: SimpleNamespace
) -> None:
    Assignment.objects.filter(member=learner).update(organisation=organisation.west_village)
    assert seen(learner.user) == {"all", "city", "west"}


def test_another_role_changes_nothing(owned: dict[str, int], supervisor: User, administrator: User) -> None:
    assert changeable(supervisor) == set()
    assert seen(supervisor) == {"all", "city", "east", "east village"}
    assert changeable(administrator) == set(owned), "an administrator holds every role"


def test_roles_in_two_places_add_up(owned: dict[str, int], town_trainer: User, organisation: SimpleNamespace) -> None:
    town_trainer.role_grants.create(role=Role.SUPERVISOR, organisation=organisation.west_grid)
    assert seen(town_trainer) == set(owned)
    assert changeable(town_trainer) == {"east", "east village"}


def test_the_outermost_unit_owns_what_is_new(town_trainer: User, organisation: SimpleNamespace) -> None:
    town_trainer.role_grants.create(role=TRAINER, organisation=organisation.east_grid)
    deep = make_user("trainer-deep", "演示讲师", TRAINER, organisation.west_grid)
    deep.role_grants.create(role=TRAINER, organisation=organisation.east_village)
    assert owner_for_new(town_trainer, TRAINER) == organisation.east_town
    assert owner_for_new(deep, TRAINER) == organisation.east_village


def test_superuser_stranger_and_nobody(owned: dict[str, int], trainer: User, stranger: User) -> None:
    assert seen(stranger) == {"all"}
    assert changeable(stranger) == seen(AnonymousUser()) == changeable(AnonymousUser()) == set()
    trainer.is_superuser = True
    assert seen(trainer) == changeable(trainer) == set(owned)
    for rule in (seen_by(trainer), changeable_by(trainer, TRAINER), scope_of(trainer).q("organisation__path")):
        found = RosterImport.objects.filter(rule | Q(upload__file_name="none"))
        assert found.count() == len(owned), "it doesn't vanish beside another condition"
        assert not RosterImport.objects.exclude(rule).exists()
    assert owner_for_new(trainer, TRAINER) is None
    trainer.is_active = False
    assert seen(trainer) == changeable(trainer) == set()
