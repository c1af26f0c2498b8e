"""A scheme belongs to a unit: a town's trainer changes what the town owns, and builds on what is above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from certificates.models import Requirement, Scheme
from certificates.requirements.certificate import CertificateHeld
from certificates.requirements.exam import ExamPassed
from certificates.services import Asked, scheme_create, scheme_requirements_set
from people.models import RoleGrant
from tests.cast import make_user
from tests.certificates import scenes

if TYPE_CHECKING:
    from types import SimpleNamespace

    from people.models import User


@pytest.fixture
def east_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)


@pytest.fixture
def of_the_city(organisation: SimpleNamespace, trainer: User) -> Scheme:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    return make(trainer, "city", requires=Asked(ExamPassed(exam=sitting.exam)))


def make(actor: User, code: str, **fields: Any) -> Scheme:
    return scheme_create(
        actor=actor, code=code, title=f"演示方案{code}", letters="DE", region_code="990000", issuer="演示", **fields
    )


def test_a_new_scheme_belongs_to_the_outermost_unit_of_who_makes_it(
    of_the_city: Scheme, east_trainer: User, organisation: SimpleNamespace
) -> None:
    assert of_the_city.owner == organisation.city
    assert make(east_trainer, "east").owner == organisation.east_town


@pytest.mark.parametrize("owner", ["city", "west_town", None])
def test_nobody_makes_a_scheme_for_a_unit_outside_the_own_subtree(
    east_trainer: User, organisation: SimpleNamespace, owner: str | None
) -> None:
    with pytest.raises(PermissionDenied):
        make(east_trainer, "foreign", owner=getattr(organisation, owner) if owner else None)
    assert not Scheme.objects.exists()


def test_a_town_builds_on_the_scheme_above_and_does_not_change_it(
    of_the_city: Scheme, east_trainer: User, trainer: User
) -> None:
    before = list(Requirement.objects.non_polymorphic().values())
    own = make(east_trainer, "east", requires=Asked(CertificateHeld(asks_for=of_the_city)))
    with pytest.raises(PermissionDenied):
        scheme_requirements_set(actor=east_trainer, scheme=of_the_city, requires=Asked(CertificateHeld(asks_for=own)))
    assert list(Requirement.objects.non_polymorphic().filter(scheme=of_the_city).values()) == before
    exam = ExamPassed.objects.get(scheme=of_the_city).exam
    scheme_requirements_set(actor=trainer, scheme=own, requires=Asked(ExamPassed(exam=exam, least_score=9000)))
    assert ExamPassed.objects.get(scheme=own).least_score == 9000


def test_learners_and_supervisors_change_no_scheme(of_the_city: Scheme, supervisor: User, learner: Any) -> None:
    for actor in (supervisor, learner.user):
        with pytest.raises(PermissionDenied):
            scheme_requirements_set(
                actor=actor, scheme=of_the_city, requires=Asked(CertificateHeld(asks_for=of_the_city))
            )
