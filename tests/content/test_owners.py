"""A standard belongs to the unit that imported it: used below it, changed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from acts import Refused
from content.access import editions_visible_to, imports_visible_to
from content.models import Edition, Standard
from content.services.editions import EditionRefused, edition_announce, edition_publish
from content.services.imports import EditionPlan, import_confirm
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.content.wizard import waiting, work

if TYPE_CHECKING:
    from types import SimpleNamespace

    from django.test import Client

    from people.models import Member, Organisation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def east_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)


def edition_of(owner: Organisation | None, code: str, state: str = "in_force") -> Edition:
    standard = Standard.objects.create(code=code, title=f"演示标准 {code}", owner=owner)
    return Edition.objects.create(
        standard=standard, code=code, title=standard.title, label="2025年版", state=state, numbering="gbt"
    )


def plan(**changes: Any) -> EditionPlan:
    values = {
        "standard": None,
        "title": "演示标准",
        "label": "2025年版",
        "number": "DEMO/T 001—2025",
        "issued_on": None,
        "effective_on": None,
        "is_demonstration": True,
        "state": "draft",
    }
    return EditionPlan(**{**values, **changes})


def test_people_see_the_standards_of_the_units_above_them(
    organisation: SimpleNamespace, learner: Member, far_member: Member, east_trainer: User, trainer: User
) -> None:
    everywhere, city = edition_of(None, "all"), edition_of(organisation.city, "city")
    east, west = edition_of(organisation.east_town, "east"), edition_of(organisation.west_town, "west")
    draft = edition_of(organisation.city, "city-draft", "draft")
    own_draft = edition_of(organisation.east_town, "east-draft", "draft")
    assert set(editions_visible_to(learner.user)) == {everywhere, city, east}
    assert set(editions_visible_to(far_member.user)) == {everywhere, city, west}
    assert set(editions_visible_to(east_trainer)) == {everywhere, city, east, own_draft}
    assert set(editions_visible_to(trainer)) == {everywhere, city, east, west, draft, own_draft}


def test_a_towns_trainer_imports_for_the_town(organisation: SimpleNamespace, east_trainer: User) -> None:
    import_confirm(actor=east_trainer, upload=waiting(east_trainer), version=0, plan=plan())
    work()
    edition = Edition.objects.get()
    assert edition.standard.owner == organisation.east_town
    assert edition_publish(actor=east_trainer, edition=edition).state == "in_force"


@pytest.mark.parametrize("chosen", [True, False])
def test_a_standard_of_the_city_gets_no_edition_from_a_town(
    organisation: SimpleNamespace, east_trainer: User, chosen: bool
) -> None:
    city = Standard.objects.create(code="demo-t-001", title="全市标准", owner=organisation.city)
    found = waiting(east_trainer)
    with pytest.raises(Refused, match="《全市标准》属于演示市"):
        import_confirm(actor=east_trainer, upload=found, version=0, plan=plan(standard=city if chosen else None))
    found.refresh_from_db()
    assert found.state == "ready" and not Edition.objects.exists()


def test_another_units_edition_is_not_published_by_any_address(
    client: Client, organisation: SimpleNamespace, east_trainer: User
) -> None:
    upcoming = edition_of(organisation.city, "city", "upcoming")
    theirs = edition_of(organisation.west_town, "west", "upcoming")
    desk = sign_in(client, east_trainer)
    address = reverse("content_cms:edition_publish", args=[upcoming.pk])
    for reply in (desk.get(address), desk.post(address, {"state": "in_force"})):
        assert reply.status_code == 302
    assert desk.get(reverse("content_cms:edition", args=[upcoming.pk])).status_code == 200  # to use its clauses
    assert desk.post(reverse("content_cms:edition_publish", args=[theirs.pk]), {"state": "in_force"}).status_code == 404
    with pytest.raises(EditionRefused, match="演示市"):
        edition_publish(actor=east_trainer, edition=upcoming)
    draft = edition_of(organisation.city, "city-draft", "draft")
    with pytest.raises(EditionRefused, match="演示市"):
        edition_announce(actor=east_trainer, edition=draft)
    assert dict(Edition.objects.values_list("code", "state")) == {
        "city": "upcoming",
        "west": "upcoming",
        "city-draft": "draft",
    }


def test_the_confirmation_offers_only_what_the_trainer_may_change(
    client: Client, organisation: SimpleNamespace, east_trainer: User
) -> None:
    edition_of(organisation.city, "city"), edition_of(organisation.east_town, "east")
    page = sign_in(client, east_trainer).get(reverse("content_cms:confirm", args=[waiting(east_trainer).code]))
    assert "演示标准 east" in page.content.decode() and "演示标准 city" not in page.content.decode()


def test_an_administrator_sees_the_imports_of_the_own_subtree(
    organisation: SimpleNamespace, east_trainer: User, trainer: User, administrator: User
) -> None:
    east_administrator = make_user("admin-east", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)
    east, city = waiting(east_trainer), waiting(trainer)
    assert set(imports_visible_to(east_trainer)) == {east}
    assert set(imports_visible_to(east_administrator)) == {east}
    assert set(imports_visible_to(administrator)) == {east, city}


def test_the_same_file_is_pointed_out_only_to_whom_the_edition_is_shown(
    client: Client, organisation: SimpleNamespace, east_trainer: User, trainer: User
) -> None:
    theirs = edition_of(organisation.west_town, "west-draft", "draft")
    east, city = waiting(east_trainer), waiting(trainer)
    Edition.objects.filter(pk=theirs.pk).update(source_digest=east.digest)
    page = sign_in(client, east_trainer).get(reverse("content_cms:import", args=[east.code])).content.decode()
    assert "已经导入过" not in page and "west-draft" not in page
    page = sign_in(client, trainer).get(reverse("content_cms:import", args=[city.code])).content.decode()
    assert "已经导入过" in page and "west-draft" in page
