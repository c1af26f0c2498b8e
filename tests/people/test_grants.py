"""Nobody can grant a role or a subtree that they do not hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acts import Refused
from audit.models import Entry
from people.access import Role, may_grant, scope_of
from people.models import Organisation, RoleGrant, User
from people.services import role_grant, role_revoke, staff_create
from tests.cast import make_user, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member


@pytest.fixture
def east_office(organisation: SimpleNamespace) -> User:
    return make_user("east-office", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)


def held(user: User) -> set[tuple[str, str]]:
    rows = RoleGrant.objects.filter(user=user, revoked_at__isnull=True)
    return {(row.role, row.organisation.name) for row in rows.select_related("organisation")}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_over_all_pairs_nobody_grants_what_they_do_not_hold(organisation: SimpleNamespace, data: st.DataObject) -> None:
    """Any set of grants, any role and unit to grant: refused unless an administrator's subtree holds the unit."""
    units = list(Organisation.objects.order_by("path"))
    roles = list(Role.values)
    mine = data.draw(st.sets(st.tuples(st.sampled_from(roles), st.sampled_from(range(len(units)))), max_size=3))
    role, unit = data.draw(st.sampled_from(roles)), data.draw(st.sampled_from(units))
    User.objects.filter(username__startswith="pair-").delete() if not RoleGrant.objects.exists() else None
    n = User.objects.count()
    actor, target = make_user(f"pair-a{n}", "甲"), make_user(f"pair-b{n}", "乙")
    for mine_role, index in mine:
        RoleGrant.objects.create(user=actor, role=mine_role, organisation=units[index])
    RoleGrant.objects.create(user=target, role=Role.MARKER, organisation=unit)  # so that the actor may name the account
    allowed = any(r == Role.ADMINISTRATOR and unit.path.startswith(units[i].path) for r, i in mine)
    assert may_grant(actor, role, unit) is allowed
    before = held(target)
    if allowed:
        role_grant(actor=actor, account=target, role=role, organisation=unit)
        assert held(target) == before | {(role, unit.name)}
        # What the target holds now never reaches beyond what the actor holds.
        assert all(scope_of(actor, role).covers(prefix) for prefix in scope_of(target, role).prefixes)
    else:
        with pytest.raises(Refused):
            role_grant(actor=actor, account=target, role=role, organisation=unit)
        with pytest.raises(Refused):
            staff_create(actor=actor, username=f"pair-c{n}", name="丙", role=role, organisation=unit)
        with pytest.raises(Refused):
            role_revoke(actor=actor, grant=RoleGrant.objects.get(user=target))
        assert held(target) == before


def test_every_pair_of_the_tree_in_full(organisation: SimpleNamespace) -> None:
    units = list(Organisation.objects.order_by("path"))
    actors = {unit.pk: make_user(f"office-{unit.pk}", "演示", Role.ADMINISTRATOR, unit) for unit in units}
    for mine in units:
        for theirs in units:
            for role in Role.values:
                assert may_grant(actors[mine.pk], role, theirs) is theirs.path.startswith(mine.path)
    assert not may_grant(actors[units[0].pk], "superuser", units[0])


@pytest.mark.parametrize("role", [Role.TRAINER, Role.MARKER, Role.SUPERVISOR])
def test_other_roles_grant_nothing_not_even_themselves(
    organisation: SimpleNamespace, learner: Member, role: str
) -> None:
    actor = make_user("actor", "演示", role, organisation.city)
    with pytest.raises(Refused):
        role_grant(actor=actor, account=learner.user, role=role, organisation=organisation.east_grid)
    with pytest.raises(Refused):
        role_grant(actor=actor, account=actor, role=Role.ADMINISTRATOR, organisation=organisation.city)
    assert held(learner.user) == set()


def test_granting_twice_is_granting_once_and_is_recorded(
    administrator: User, learner: Member, organisation: SimpleNamespace
) -> None:
    for _time in range(2):
        role_grant(actor=administrator, account=learner.user, role=Role.SUPERVISOR, organisation=organisation.east_town)
    assert held(learner.user) == {("supervisor", "演示东镇")}
    entry = Entry.objects.get(action="role.grant")
    assert entry.target == f"member:{learner.code}"
    assert entry.detail == {"role": "supervisor", "organisation": organisation.east_town.code}


def test_a_role_works_at_once_and_ends_at_once(
    client: Client, administrator: User, learner: Member, organisation: SimpleNamespace
) -> None:
    assert sign_in(client, learner.user).get("/people/members/").status_code == 403
    grant = role_grant(
        actor=administrator, account=learner.user, role=Role.ADMINISTRATOR, organisation=organisation.east_town
    )
    assert client.get("/people/members/").status_code == 200
    role_revoke(actor=administrator, grant=grant)
    assert client.get("/people/members/").status_code == 403
    assert Entry.objects.filter(action="role.revoke").count() == 1
    role_revoke(actor=administrator, grant=grant)
    assert Entry.objects.filter(action="role.revoke").count() == 1, "taking back twice is taking back once"


def test_a_town_cannot_name_people_of_another_town(
    east_office: User, far_member: Member, organisation: SimpleNamespace
) -> None:
    with pytest.raises(Refused, match="没有找到这个账号"):
        role_grant(actor=east_office, account=far_member.user, role=Role.MARKER, organisation=organisation.east_town)


def test_nobody_locks_themselves_out(administrator: User) -> None:
    with pytest.raises(Refused, match="不能收回自己的管理员权限"):
        role_revoke(actor=administrator, grant=RoleGrant.objects.get(user=administrator))


# --- the pages -----------------------------------------------------------------------------------------------------------


def test_granting_by_the_pages(
    client: Client, administrator: User, learner: Member, organisation: SimpleNamespace
) -> None:
    sign_in(client, administrator)
    assert "对哪个单位授权？" in client.get("/people/grants/new/").content.decode()
    found = client.get("/people/grants/new/?find=东镇一村第一网格&account=D0001").content.decode()
    assert f"?unit={organisation.east_grid.code}&amp;account=D0001" in found
    assert "西镇" not in found
    path = f"/people/grants/new/?unit={organisation.east_town.code}"
    assert 'value="D0001"' in client.get(f"{path}&account=D0001").content.decode()
    page = client.post(path, {"account": "10000000001", "role": "supervisor"}, follow=True).content.decode()
    assert "已授权：演示学员，主管，演示东镇。" in page
    assert held(learner.user) == {("supervisor", "演示东镇")}
    grant = RoleGrant.objects.get(user=learner.user)
    assert "收回权限？" in client.get(f"/people/grants/{grant.pk}/revoke/").content.decode()
    assert held(learner.user)
    page = client.post(f"/people/grants/{grant.pk}/revoke/", follow=True).content.decode()
    assert "已收回演示学员的权限。" in page
    assert held(learner.user) == set()


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "请填写授权给谁。"),
        ({"account": "D0001"}, "请选择角色。"),
        ({"account": "D0001", "role": "superuser"}, "没有这个角色，请重新选择。"),
        ({"account": "X9999", "role": "marker"}, "没有找到这个账号。"),
    ],
)
def test_a_bad_grant_is_explained(
    client: Client,
    administrator: User,
    learner: Member,
    organisation: SimpleNamespace,
    fields: dict[str, str],
    complaint: str,
) -> None:
    sign_in(client, administrator)
    page = client.post(f"/people/grants/new/?unit={organisation.east_town.code}", fields).content.decode()
    assert complaint in page
    assert "<title>有错误：" in page
    assert RoleGrant.objects.count() == 1


def test_an_account_outside_the_roster_begins_with_a_role_and_an_initial_password(
    client: Client, administrator: User, organisation: SimpleNamespace
) -> None:
    import re

    sign_in(client, administrator)
    path = f"/people/staff/new/?unit={organisation.east_town.code}"
    assert (
        "账号要 3–32 个字"
        in client.post(path, {"username": "讲师", "name": "演示外请讲师", "role": "trainer"}).content.decode()
    )
    phone = client.post(path, {"username": "13800000009", "name": "演示外请讲师", "role": "trainer"}).content.decode()
    assert "账号不能是手机号" in phone
    answer = client.post(
        path, {"username": "guest-1", "name": "演示外请讲师", "role": "trainer", "is_superuser": "1", "is_staff": "1"}
    )
    assert "no-store" in answer.headers["Cache-Control"]
    shown = re.search(r'one-time__password">(\w+)<', answer.content.decode())
    assert shown is not None
    made = User.objects.get(username="guest-1")
    assert made.check_password(shown[1])
    assert made.must_change_password
    assert not made.is_superuser
    assert not made.is_staff
    assert held(made) == {("trainer", "演示东镇")}
    again = client.post(path, {"username": "guest-1", "name": "演示另一人", "role": "trainer"}).content.decode()
    assert "这个账号名已有人用" in again
    reset = client.post("/people/staff/guest-1/password/").content.decode()
    assert shown[1] not in reset
    made.refresh_from_db()
    assert not made.check_password(shown[1])


def test_the_list_shows_the_subtree_only(
    client: Client, east_office: User, supervisor: User, other_supervisor: User, administrator: User
) -> None:
    page = sign_in(client, east_office).get("/people/grants/").content.decode()
    assert "演示主管" in page
    assert "演示西镇主管" not in page
    assert "共 2 项" in page
    page = sign_in(client, administrator).get("/people/grants/?q=西镇&role=supervisor").content.decode()
    assert "共 1 项" in page
    assert "共 4 项" in client.get("/people/grants/?role=nonsense&p=99").content.decode()


def test_a_holder_from_another_town_is_named_without_a_link(
    client: Client, east_office: User, learner: Member, far_member: Member, organisation: SimpleNamespace
) -> None:
    """Their page does not exist for the town's administrator."""
    for member in (learner, far_member):
        RoleGrant.objects.create(user=member.user, role=Role.MARKER, organisation=organisation.east_town)
    page = sign_in(client, east_office).get("/people/grants/").content.decode()
    assert client.get(f"/people/members/{learner.code}/").status_code == 200
    assert f'href="/people/members/{learner.code}/"' in page
    assert client.get(f"/people/members/{far_member.code}/").status_code == 404
    assert far_member.name in page
    assert f"/people/members/{far_member.code}/" not in page


def test_where_there_are_no_units_the_first_step_is_told(client: Client, db: None) -> None:
    account = User.objects.create_superuser("ops", password=None, confirmed_at=timezone.now())
    sign_in(client, account)
    for path in ("/people/grants/new/", "/people/staff/new/"):
        page = client.get(path).content.decode()
        assert "系统里还没有单位。请先导入花名册" in page
        assert "查找单位" not in page
    assert "没有找到这个单位" in client.get("/people/grants/new/?find=某村").content.decode()


def test_the_pages_need_an_administrator_and_the_right_subtree(
    client: Client,
    east_office: User,
    other_supervisor: User,
    supervisor: User,
    learner: Member,
    organisation: SimpleNamespace,
) -> None:
    foreign = RoleGrant.objects.get(user=other_supervisor)
    west = organisation.west_town.code
    pages = ("/people/grants/", "/people/grants/new/", "/people/staff/new/", f"/people/grants/{foreign.pk}/revoke/")
    for path in pages:
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    for user in (learner.user, supervisor):
        sign_in(client, user)
        for path in pages:
            assert client.get(path).status_code == 403
        assert client.post("/people/staff/supervisor-west/password/").status_code == 403
    sign_in(client, east_office)
    assert client.get(f"/people/grants/{foreign.pk}/revoke/").status_code == 404
    assert client.post(f"/people/grants/{foreign.pk}/revoke/").status_code == 404
    assert client.post("/people/staff/supervisor-west/password/").status_code == 404
    for path in (f"/people/grants/new/?unit={west}", f"/people/staff/new/?unit={west}"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"account": "D0001", "role": "marker"}).status_code == 404
    assert held(other_supervisor) == {("supervisor", "演示西镇")}
    assert client.post("/people/grants/").status_code == 405
    assert client.get("/people/staff/supervisor/password/").status_code == 405


def test_a_town_cannot_reset_the_password_of_who_holds_more(
    client: Client, east_office: User, organisation: SimpleNamespace, supervisor: User
) -> None:
    RoleGrant.objects.create(user=supervisor, role=Role.SUPERVISOR, organisation=organisation.city)
    sign_in(client, east_office)
    page = client.post("/people/staff/supervisor/password/", follow=True).content.decode()
    assert "请由上级管理员处理" in page
    assert "one-time__password" not in page
