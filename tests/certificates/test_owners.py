"""A scheme belongs to a unit: a town's trainer changes what the town owns, and builds on what is above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from acts import Refused
from audit.models import Entry
from certificates.models import Requirement, Scheme
from certificates.requirements.certificate import CertificateHeld
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed
from certificates.requirements.groups import AllOf
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


@pytest.fixture
def west_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-west", "演示西镇讲师", RoleGrant.Role.TRAINER, organisation.west_town)


def exam_of(owner: Any) -> Any:
    exam = scenes.make_exam(scenes.make_edition(), title="演示镇小测")
    exam.owner = owner
    exam.save(update_fields=["owner"])
    return exam


def course_of(owner: Any) -> Any:
    course = scenes.make_course(scenes.make_edition(), title="演示镇课程", slug="town")
    course.unit = owner
    course.save_revision().publish()
    return course


@pytest.mark.parametrize("kind", ["exam", "course", "certificate"])
def test_a_town_asks_for_nothing_that_belongs_to_another_town(
    east_trainer: User, west_trainer: User, organisation: SimpleNamespace, kind: str
) -> None:
    own = make(east_trainer, "east")
    foreign = {
        "exam": lambda: ExamPassed(exam=exam_of(organisation.west_town)),
        "course": lambda: CourseCompleted(course=course_of(organisation.west_town)),
        "certificate": lambda: CertificateHeld(asks_for=make(west_trainer, "west")),
    }[kind]()
    with pytest.raises(Refused) as refused:
        scheme_requirements_set(actor=east_trainer, scheme=own, requires=Asked(AllOf(), Asked(foreign)))
    assert foreign.text() in str(refused.value)
    assert organisation.west_town.name in str(refused.value)
    assert "请改用" in str(refused.value)
    assert not Requirement.objects.exists()


@pytest.mark.parametrize("owner", ["city", "east_town", None])
def test_a_town_asks_for_what_is_its_own_or_above(
    east_trainer: User, organisation: SimpleNamespace, owner: str | None
) -> None:
    exam = exam_of(getattr(organisation, owner) if owner else None)
    own = make(east_trainer, "east", requires=Asked(ExamPassed(exam=exam)))
    assert ExamPassed.objects.get(scheme=own).exam == exam


def test_the_city_asks_for_nothing_that_only_a_town_has(trainer: User, organisation: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="演示镇小测"):
        make(trainer, "city", requires=Asked(ExamPassed(exam=exam_of(organisation.east_town))))
    assert not Scheme.objects.exists()


def test_the_installations_own_asks_for_what_the_only_top_unit_has(organisation: SimpleNamespace) -> None:
    """With one unit at the top, the top and the installation are the same people; with two they are not."""
    scheme = make(None, "all", requires=Asked(ExamPassed(exam=exam_of(organisation.city))))  # type: ignore[arg-type]
    assert scheme.owner is None
    other = type(organisation.city).add_root(name="演示他市", level=organisation.city.level, code="other")
    with pytest.raises(Refused, match="请改用不属于任何单位的内容"):
        scheme_requirements_set(actor=None, scheme=scheme, requires=Asked(ExamPassed(exam=exam_of(other))))


def test_a_scheme_that_asks_for_nothing_yet_is_on_record(east_trainer: User) -> None:
    make(east_trainer, "east")
    entry = Entry.objects.get(action="scheme.create")
    assert (entry.actor_id, entry.target) == (east_trainer.pk, "scheme:east")
