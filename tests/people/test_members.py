"""The administrator's pages of members and their accounts."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from acts import Refused
from audit.models import Entry
from outbox.queries import untold
from people.models import Assignment, RoleGrant, User
from people.services import account_close, account_reopen, member_leave, password_reset
from tests.cast import PASSWORD, make_member, make_user, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member

BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
Role = RoleGrant.Role


@pytest.fixture
def east_office(organisation: SimpleNamespace) -> User:
    return make_user("east-office", "演示东镇管理员", Role.ADMINISTRATOR, organisation.east_town)


@pytest.fixture
def everybody(learner: Member, neighbour: Member, far_member: Member) -> None:
    """The three members of the cast."""


def names_on(page: str) -> set[str]:
    return {name for name in ("演示学员", "演示邻居", "演示远邻") if name in page}


# --- the list ------------------------------------------------------------------------------------------------------------


def test_an_administrator_sees_the_members_of_the_subtree(
    client: Client, everybody: None, east_office: User, administrator: User
) -> None:
    assert names_on(sign_in(client, east_office).get("/people/members/").content.decode()) == {"演示学员", "演示邻居"}
    page = sign_in(client, administrator).get("/people/members/").content.decode()
    assert names_on(page) == {"演示学员", "演示邻居", "演示远邻"}
    assert "10000000001" not in page
    assert "演示市 › 演示东镇" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=演示学", {"演示学员"}),
        ("q=d0002", {"演示邻居"}),
        ("q=10000000003", {"演示远邻"}),
        ("q=1000000000", set()),  # part of a phone would tell the digits that the list hides
        ("q=100-0000%200003", {"演示远邻"}),
        ("q=Ｄ０００２", {"演示邻居"}),
        ("q=演示%20邻居", {"演示邻居"}),
        ("q=演%E2%80%8B示邻居", {"演示邻居"}),
        ("q=没有此人", set()),
        ("q=%27%20OR%201=1", set()),
        ("state=active", {"演示学员", "演示邻居", "演示远邻"}),
        ("state=waiting", set()),
        ("state=nonsense&p=1000000000000", {"演示学员", "演示邻居", "演示远邻"}),
        ("sort=user__password", {"演示学员", "演示邻居", "演示远邻"}),
    ],
)
def test_the_list_is_searched(
    client: Client, everybody: None, administrator: User, query: str, found: set[str]
) -> None:
    page = sign_in(client, administrator).get(f"/people/members/?{query}").content.decode()
    assert names_on(page) == found
    assert bool(found) or "没有符合条件的人" in page


def test_the_list_is_narrowed_to_a_unit_found_by_name(
    client: Client, everybody: None, administrator: User, organisation: SimpleNamespace
) -> None:
    sign_in(client, administrator)
    assert f"?unit={organisation.west_town.code}" in client.get("/people/members/?find=西镇").content.decode()
    page = client.get(f"/people/members/?unit={organisation.west_town.code}").content.decode()
    assert names_on(page) == {"演示远邻"}


def test_who_moved_away_is_seen_from_the_new_unit_only(
    client: Client, learner: Member, east_office: User, organisation: SimpleNamespace, posts: SimpleNamespace
) -> None:
    west_office = make_user("west-office", "演示西镇管理员", Role.ADMINISTRATOR, organisation.west_town)
    Assignment.objects.filter(member=learner).update(ends_on=date(2026, 5, 31))
    Assignment.objects.create(
        member=learner, post=posts.liaison, organisation=organisation.west_micro, starts_on=date(2026, 6, 1)
    )
    sign_in(client, east_office)
    assert names_on(client.get("/people/members/").content.decode()) == set()
    assert client.get(f"/people/members/{learner.code}/").status_code == 404
    assert client.post(f"/people/members/{learner.code}/password/").status_code == 404
    sign_in(client, west_office)
    page = client.get(f"/people/members/{learner.code}/").content.decode()
    assert "演示市 › 演示东镇" in page, "the history stays whole"
    assert client.get("/people/members/").content.decode().count("演示学员") == 1


def test_who_left_is_still_seen_from_the_last_unit(client: Client, learner: Member, east_office: User) -> None:
    member_leave(actor=east_office, member=learner, on=timezone.localdate())
    page = sign_in(client, east_office).get("/people/members/?state=left").content.decode()
    assert names_on(page) == {"演示学员"}


@pytest.mark.parametrize("page", ["list", "member", "grants", "passwords", "feedback"])
def test_pages_take_as_many_statements_as_the_baseline_says(
    client: Client, administrator: User, organisation: SimpleNamespace, posts: SimpleNamespace, page: str
) -> None:
    for n in range(60):
        make_member(f"S{n:04}", f"演示成员{n}", posts.liaison, organisation.east_micro)
    someone = make_member("S9999", "演示成员", posts.liaison, organisation.west_micro)
    for n in range(5):
        make_user(f"m{n}", "演示阅卷员", Role.MARKER, organisation.east_grid)
    path = {
        "list": "/people/members/?q=演示",
        "member": f"/people/members/{someone.code}/",
        "grants": "/people/grants/",
        "passwords": f"/people/initial-passwords/?unit={organisation.city.code}",
        "feedback": "/people/feedback/",
    }[page]
    sign_in(client, administrator)
    client.get("/help/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    statements = [q["sql"] for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(statements) == BASELINE[page], "\n".join(statements)


# --- who may come in -----------------------------------------------------------------------------------------------------


VERBS = ("password/", "second-factor/", "close/", "reopen/", "leave/")


def test_the_pages_need_an_administrator_and_the_right_subtree(
    client: Client,
    everybody: None,
    far_member: Member,
    learner: Member,
    supervisor: User,
    trainer: User,
    east_office: User,
) -> None:
    paths = ["/people/members/", f"/people/members/{far_member.code}/"]
    actions = [f"/people/members/{far_member.code}/{verb}" for verb in VERBS]
    before = User.objects.get(pk=far_member.user_id)
    for path in (*paths, "/people/initial-passwords/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    for user in (learner.user, supervisor, trainer):
        sign_in(client, user)
        for path in (*paths, "/people/initial-passwords/"):
            assert client.get(path).status_code == 403
        for path in actions:
            assert client.post(path, {"on": "2026-06-01"}).status_code == 403
    sign_in(client, east_office)
    assert client.get(paths[1]).status_code == 404
    for path in actions:
        assert client.post(path, {"on": "2026-06-01"}).status_code == 404
        assert client.get(path).status_code == 405
    after = User.objects.get(pk=far_member.user_id)
    assert (after.password, after.is_active) == (before.password, before.is_active)
    far_member.refresh_from_db()
    assert far_member.left_on is None


def test_every_act_wants_the_forms_token(learner: Member, administrator: User) -> None:
    from django.test import Client as Strict

    client = sign_in(Strict(enforce_csrf_checks=True), administrator)
    for verb in VERBS:
        assert client.post(f"/people/members/{learner.code}/{verb}", {"on": "2026-06-01"}).status_code == 403
    for path in ("/people/grants/new/", "/people/staff/new/", "/people/initial-passwords/", "/me/theme/", "/feedback/"):
        assert client.post(path).status_code == 403
    learner.refresh_from_db()
    assert learner.left_on is None
    assert not Entry.objects.exists()


# --- what is done there --------------------------------------------------------------------------------------------------


def test_a_reset_password_is_shown_once_and_must_be_changed(
    client: Client, learner: Member, administrator: User
) -> None:
    sign_in(client, administrator)
    answer = client.post(f"/people/members/{learner.code}/password/")
    assert "no-store" in answer.headers["Cache-Control"]
    shown = re.search(r'one-time__password">([2-9a-z]{8})<', answer.content.decode())
    assert shown is not None
    assert "只显示这一次" in answer.content.decode()
    assert shown[1] not in client.get(f"/people/members/{learner.code}/").content.decode()
    account = User.objects.get(pk=learner.user_id)
    assert account.check_password(shown[1])
    assert account.must_change_password
    assert account.initial_password_until is not None
    assert shown[1] not in str(list(Entry.objects.values()))
    assert Entry.objects.get().action == "account.password_reset"


def test_the_owner_of_a_closed_account_is_out_and_comes_back_without_the_roles(
    client: Client, learner: Member, administrator: User, organisation: SimpleNamespace
) -> None:
    RoleGrant.objects.create(user=learner.user, role=Role.SUPERVISOR, organisation=organisation.east_grid)
    sign_in(client, administrator)
    page = client.post(f"/people/members/{learner.code}/close/", follow=True).content.decode()
    assert "账号已停用，所有设备都已退出登录。" in page
    account = User.objects.get(pk=learner.user_id)
    assert not account.is_active
    assert not RoleGrant.objects.filter(user=account, revoked_at__isnull=True).exists()
    assert "请先恢复账号" in client.post(f"/people/members/{learner.code}/password/", follow=True).content.decode()
    page = client.post(f"/people/members/{learner.code}/reopen/").content.decode()
    assert "one-time__password" in page
    account = User.objects.get(pk=learner.user_id)
    assert account.is_active
    assert account.must_change_password
    assert not RoleGrant.objects.filter(user=account, revoked_at__isnull=True).exists()


def test_leaving_ends_the_assignment_and_the_account_and_is_told(
    client: Client, learner: Member, administrator: User, django_capture_on_commit_callbacks: Any
) -> None:
    today = timezone.localdate()
    sign_in(client, administrator)
    page = client.post(
        f"/people/members/{learner.code}/leave/", {"on": today.isoformat()}, follow=True
    ).content.decode()
    assert "已登记离岗" in page
    assert untold(topic="people.members", subjects=[learner.pk]) == {learner.pk}
    learner.refresh_from_db()
    assert learner.left_on == today
    assert learner.assignments.get().ends_on == today
    assert not User.objects.get(pk=learner.user_id).is_active
    with pytest.raises(Refused, match="已离岗"):
        account_reopen(actor=administrator, account=learner.user)


@pytest.mark.parametrize(
    ("on", "complaint"),
    [
        ("", "请填写离岗日期。"),
        ("31.12.2026", "日期的写法不对"),
        ("2026-01-04", "离岗日期不能早于任职开始的 2026-01-05。"),
        ("tomorrow", "离岗日期不能晚于今天。"),
    ],
)
def test_a_wrong_day_is_explained_and_nothing_changes(
    client: Client, learner: Member, administrator: User, on: str, complaint: str
) -> None:
    given = (timezone.localdate() + timedelta(days=1)).isoformat() if on == "tomorrow" else on
    page = sign_in(client, administrator).post(f"/people/members/{learner.code}/leave/", {"on": given}).content.decode()
    assert complaint in page
    assert "<title>有错误：" in page
    learner.refresh_from_db()
    assert learner.left_on is None
    assert User.objects.get(pk=learner.user_id).is_active


def test_a_town_cannot_take_over_the_account_of_who_holds_more(
    learner: Member, east_office: User, organisation: SimpleNamespace
) -> None:
    """Who resets a password can sign in with it: a town's office must not become the city's that way."""
    RoleGrant.objects.create(user=learner.user, role=Role.ADMINISTRATOR, organisation=organisation.city)
    learner.user.set_password(PASSWORD)
    learner.user.save()
    with pytest.raises(Refused, match="上级管理员"):
        password_reset(actor=east_office, account=learner.user)
    with pytest.raises(Refused, match="上级管理员"):
        account_close(actor=east_office, account=learner.user)
    with pytest.raises(Refused, match="上级管理员"):
        member_leave(actor=east_office, member=learner, on=timezone.localdate())
    learner.user.refresh_from_db()
    assert learner.user.check_password(PASSWORD)
    assert learner.user.is_active


def test_nobody_but_a_superuser_touches_a_superuser(learner: Member, administrator: User) -> None:
    User.objects.filter(pk=learner.user_id).update(is_superuser=True)
    learner.user.refresh_from_db()
    with pytest.raises(Refused):
        password_reset(actor=administrator, account=learner.user)


def test_nobody_closes_the_own_account(administrator: User) -> None:
    with pytest.raises(Refused, match="自己的账号"):
        account_close(actor=administrator, account=administrator)
