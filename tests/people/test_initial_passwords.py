"""No default passwords: the roster's accounts are closed until a unit's list of one-time passwords is made."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.cache import cache
from django.utils import timezone
from openpyxl import load_workbook

from acts import Refused
from audit.models import Entry
from people.models import Assignment, Member, RoleGrant, User
from people.services import accounts_create, initial_password, initial_passwords_issue
from tests.cast import make_user, sign_in

if TYPE_CHECKING:
    from django.test import Client

PAGE = "/people/initial-passwords/"


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    cache.clear()


@pytest.fixture
def newcomers(organisation: SimpleNamespace, posts: SimpleNamespace) -> list[Member]:
    """As the roster makes them: two in the east, one in the west."""
    made = []
    units = (organisation.east_grid, organisation.east_micro, organisation.west_grid)
    for account, unit in zip(accounts_create(numbers=["N1", "N2", "N3"]), units, strict=True):
        member = Member.objects.create(user=account, number=account.username, name=f"=演示{account.username}")
        Assignment.objects.create(member=member, post=posts.liaison, organisation=unit, starts_on=timezone.localdate())
        made.append(member)
    return made


def test_an_account_of_the_roster_lets_nobody_in(client: Client, newcomers: list[Member]) -> None:
    for password in ("", "N1", "123456", "12345678", "!"):
        client.post("/accounts/login/", {"login": "N1", "password": password}, REMOTE_ADDR=f"10.0.0.{len(password)}")
        assert client.get("/me/").status_code == 302
    account = User.objects.get(username="N1")
    assert not account.has_usable_password()
    assert account.must_change_password
    assert account.confirmed_at is None


def test_a_list_opens_the_accounts_of_one_unit(
    client: Client, newcomers: list[Member], administrator: User, organisation: SimpleNamespace
) -> None:
    sign_in(client, administrator)
    assert "演示东镇" in client.get(f"{PAGE}?find=东镇").content.decode()
    page = client.get(f"{PAGE}?unit={organisation.east_town.code}").content.decode()
    assert "生成 2 人的密码单" in page
    answer = client.post(f"{PAGE}?unit={organisation.east_town.code}", {"as": "page"})
    assert "no-store" in answer.headers["Cache-Control"]
    shown = re.findall(r'<td[^>]*>(N\d)</td><td class="mono"[^>]*>([2-9a-z]{8})</td>', answer.content.decode())
    assert [number for number, _password in shown] == ["N1", "N2"]
    assert len({password for _number, password in shown}) == 2
    for number, password in shown:
        assert User.objects.get(username=number).check_password(password)
    assert not User.objects.get(username="N3").has_usable_password()
    for _number, password in shown:
        assert password not in str(list(Entry.objects.values()))
    entry = Entry.objects.get()
    assert (entry.action, entry.target) == ("account.initial_passwords", f"organisation:{organisation.east_town.code}")
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "N1", "password": shown[0][1]})
    assert client.get("/").headers["Location"].startswith("/first-sign-in/")


def test_the_hash_is_argon2id_at_owasps_parameters(
    newcomers: list[Member], administrator: User, organisation: SimpleNamespace
) -> None:
    made = initial_passwords_issue(actor=administrator, unit=organisation.city, members=newcomers)
    account = User.objects.get(username="N1")
    decoded = identify_hasher(account.password).decode(account.password)
    assert (decoded["variety"], decoded["memory_cost"], decoded["time_cost"], decoded["parallelism"]) == (
        "argon2id", 19 * 1024, 2, 1,
    )  # fmt: skip
    assert [initial.member.number for initial in made] == ["N1", "N2", "N3"]


def test_the_excel_holds_text_only(
    client: Client, newcomers: list[Member], administrator: User, organisation: SimpleNamespace
) -> None:
    answer = sign_in(client, administrator).post(f"{PAGE}?unit={organisation.east_town.code}", {"as": "excel"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.iter_rows())
    assert [cell.value for cell in rows[0]] == ["单位", "姓名", "工号", "初始密码"]
    assert rows[1][1].value == "=演示N1"
    assert all(cell.data_type == "s" for row in rows for cell in row)
    assert User.objects.get(username="N1").check_password(str(rows[1][3].value))


def test_a_new_list_replaces_the_old_one_but_not_what_people_chose(
    newcomers: list[Member], administrator: User, organisation: SimpleNamespace
) -> None:
    first = initial_passwords_issue(actor=administrator, unit=organisation.city, members=newcomers)
    User.objects.filter(username="N2").update(confirmed_at=timezone.now())
    again = [Member.objects.select_related("user").get(pk=member.pk) for member in newcomers]
    second = initial_passwords_issue(actor=administrator, unit=organisation.city, members=again)
    assert [initial.member.number for initial in second] == ["N1", "N3"]
    assert User.objects.get(username="N2").check_password(first[1].password)
    assert not User.objects.get(username="N1").check_password(first[0].password)


def test_whoever_chooses_a_password_while_the_list_is_made_keeps_it(
    newcomers: list[Member], administrator: User, organisation: SimpleNamespace
) -> None:
    stale = [Member.objects.select_related("user").get(pk=member.pk) for member in newcomers]
    chosen = User.objects.get(username="N1")
    chosen.set_password("自己选的一句话")
    chosen.save()
    made = initial_passwords_issue(actor=administrator, unit=organisation.city, members=stale)
    assert [initial.member.number for initial in made] == ["N2", "N3"]
    chosen.refresh_from_db()
    assert chosen.check_password("自己选的一句话")


def test_a_list_never_gives_away_an_account_with_more_power(
    newcomers: list[Member], organisation: SimpleNamespace
) -> None:
    office = make_user("east-office", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)
    RoleGrant.objects.create(user=newcomers[0].user, role=RoleGrant.Role.ADMINISTRATOR, organisation=organisation.city)
    made = initial_passwords_issue(actor=office, unit=organisation.east_town, members=newcomers)
    assert [initial.member.number for initial in made] == ["N2"]


def test_a_unit_without_anybody_waiting_and_a_foreign_unit(
    client: Client, newcomers: list[Member], organisation: SimpleNamespace
) -> None:
    office = make_user("east-office", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)
    User.objects.filter(username__startswith="N").update(confirmed_at=timezone.now())
    sign_in(client, office)
    page = client.post(f"{PAGE}?unit={organisation.east_town.code}", follow=True).content.decode()
    assert "这个单位没有等待初始密码的人。" in page
    assert client.get(f"{PAGE}?unit={organisation.west_town.code}").status_code == 404
    assert client.post(f"{PAGE}?unit={organisation.west_town.code}").status_code == 404
    assert client.post(PAGE).status_code == 404


def test_too_many_at_once_are_sent_to_the_lower_units(
    newcomers: list[Member], administrator: User, organisation: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("people.services.accounts.LIST_MOST", 2)
    with pytest.raises(Refused, match="3 人等待初始密码，一次最多生成 2 人"):
        initial_passwords_issue(actor=administrator, unit=organisation.city, members=newcomers)
    assert not User.objects.get(username="N1").has_usable_password()


def test_initial_passwords_are_readable_and_differ() -> None:
    made = {initial_password() for _time in range(2000)}
    assert len(made) == 2000
    assert not set("01loi") & set("".join(made))
