"""Who resets a password can sign in as that person: that power ends where the person does not stand, or holds more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from acts import Refused
from people.access import Role, may_manage_account, members_manageable_by
from people.models import Assignment, Member, User
from people.services import (
    account_close,
    account_reopen,
    initial_passwords_issue,
    member_leave,
    password_reset,
    second_factor_reset,
)
from tests.cast import PASSWORD, make_member, make_user, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from django.test import Client

FOREIGN = "此人不在您管辖的单位任职"
POWERS: dict[str, Callable[[User, User], object]] = {
    "reset": lambda actor, account: password_reset(actor=actor, account=account),
    "second factor": lambda actor, account: second_factor_reset(actor=actor, account=account),
    "close": lambda actor, account: account_close(actor=actor, account=account),
    "reopen": lambda actor, account: account_reopen(actor=actor, account=account),
}


@pytest.fixture
def towns(organisation: SimpleNamespace) -> dict[str, User]:
    return {
        "east": make_user("town-east", "演示东镇管理员", Role.ADMINISTRATOR, organisation.east_town),
        "west": make_user("town-west", "演示西镇管理员", Role.ADMINISTRATOR, organisation.west_town),
    }


@pytest.fixture
def guest(far_member: Member, organisation: SimpleNamespace) -> Member:
    """Stands in the west; somebody gave her a role in the east."""
    far_member.user.set_password(PASSWORD)
    far_member.user.save()
    far_member.user.role_grants.create(role=Role.SUPERVISOR, organisation=organisation.east_village)
    TOTP.activate(far_member.user, "JBSWY3DPEHPK3PXP")
    return far_member


@pytest.mark.parametrize("power", POWERS)
def test_a_role_here_makes_nobody_of_another_town_ours(power: str, towns: dict[str, User], guest: Member) -> None:
    with pytest.raises(Refused, match=FOREIGN):
        POWERS[power](towns["east"], guest.user)
    account = User.objects.get(pk=guest.user_id)
    assert account.check_password(PASSWORD)
    assert account.is_active


@pytest.mark.parametrize("power", POWERS)
def test_a_role_elsewhere_is_more_than_the_own_town_holds(power: str, towns: dict[str, User], guest: Member) -> None:
    with pytest.raises(Refused, match="在您的范围之外还有管理权限"):
        POWERS[power](towns["west"], guest.user)
    assert User.objects.get(pk=guest.user_id).check_password(PASSWORD)


@pytest.mark.parametrize("power", POWERS)
def test_who_administers_both_may(power: str, administrator: User, guest: Member) -> None:
    POWERS[power](administrator, guest.user)


@pytest.mark.parametrize("power", POWERS)
def test_the_own_town_may(power: str, towns: dict[str, User], far_member: Member) -> None:
    TOTP.activate(far_member.user, "JBSWY3DPEHPK3PXP")
    POWERS[power](towns["west"], far_member.user)
    with pytest.raises(Refused, match=FOREIGN):
        POWERS[power](towns["east"], far_member.user)


def test_neither_town_lists_an_initial_password_for_the_guest(
    towns: dict[str, User], guest: Member, organisation: SimpleNamespace, administrator: User
) -> None:
    User.objects.filter(pk=guest.user_id).update(confirmed_at=None)
    guest.user.refresh_from_db()
    for actor, unit in ((towns["east"], organisation.east_town), (towns["west"], organisation.west_town)):
        assert initial_passwords_issue(actor=actor, unit=unit, members=[guest]) == []
        assert not members_manageable_by(actor).filter(pk=guest.pk).exists()
    assert len(initial_passwords_issue(actor=administrator, unit=organisation.city, members=[guest])) == 1


def test_neither_town_ends_the_guests_service(towns: dict[str, User], guest: Member) -> None:
    for town, reason in (("east", FOREIGN), ("west", "在您的范围之外还有管理权限")):
        with pytest.raises(Refused, match=reason):
            member_leave(actor=towns[town], member=guest, on=guest.assignments.get().starts_on)
    assert guest.assignments.filter(ends_on__isnull=True).exists()


def test_who_moved_is_the_new_towns(towns: dict[str, User], far_member: Member, organisation: SimpleNamespace) -> None:
    old = far_member.assignments.get()
    Assignment.objects.filter(pk=old.pk).update(ends_on=old.starts_on.replace(month=6))
    new = Assignment.objects.create(
        member=far_member, post=old.post, organisation=organisation.east_grid, starts_on=old.starts_on.replace(month=7)
    )
    assert may_manage_account(towns["east"], far_member.user)
    assert not may_manage_account(towns["west"], far_member.user)
    Assignment.objects.filter(pk=new.pk).update(ends_on=old.starts_on.replace(month=8))
    assert may_manage_account(towns["east"], far_member.user), "who left belongs to where she stood last"


def test_a_second_post_here_makes_nobody_ours(
    towns: dict[str, User], far_member: Member, organisation: SimpleNamespace, administrator: User
) -> None:
    main = far_member.assignments.get()
    Assignment.objects.create(
        member=far_member, post=main.post, organisation=organisation.east_grid, starts_on=main.starts_on, is_main=False
    )
    for town, allowed in ((towns["east"], False), (towns["west"], True), (administrator, True)):
        assert may_manage_account(town, far_member.user) is allowed
        assert members_manageable_by(town).filter(pk=far_member.pk).exists() is allowed


def test_an_account_outside_the_roster_belongs_to_where_it_holds_roles(
    towns: dict[str, User], supervisor: User, organisation: SimpleNamespace
) -> None:
    assert may_manage_account(towns["east"], supervisor)
    assert not may_manage_account(towns["west"], supervisor)
    supervisor.role_grants.create(role=Role.SUPERVISOR, organisation=organisation.west_town)
    assert not may_manage_account(towns["east"], supervisor)
    assert not may_manage_account(towns["west"], supervisor)


def test_the_pages_offer_it_to_neither_town(
    client: Client, towns: dict[str, User], guest: Member, posts: Any, organisation: SimpleNamespace
) -> None:
    for town in towns.values():
        sign_in(client, town)
        page = client.get(f"/people/members/{guest.code}/")
        assert page.status_code == 404 or "重置密码</button>" not in page.content.decode()
        client.post(f"/people/members/{guest.code}/password/")
        client.post(f"/people/staff/{guest.user.username}/password/")
    assert User.objects.get(pk=guest.user_id).check_password(PASSWORD)
    sign_in(client, towns["east"])
    ours = make_member("D0009", "演示同镇", posts.liaison, organisation.east_grid)
    assert client.post(f"/people/members/{ours.code}/password/").status_code == 200
