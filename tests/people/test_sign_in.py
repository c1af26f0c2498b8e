"""The door: who gets in, what is said to who doesn't, and how often anybody may try."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.models import Member, User
from people.services import account_close, password_reset
from tests.cast import PASSWORD, sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

LOGIN = "/accounts/login/"
WRONG = "工号、手机号或密码不对，请检查后重试。还可以试 {} 次。"


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    cache.clear()


@pytest.fixture
def able(learner: Member) -> Member:
    learner.user.set_password(PASSWORD)
    learner.user.save()
    return learner


def attempt(
    client: Client, login: str, password: str = PASSWORD, address: str = "10.0.0.1", **more: str
) -> HttpResponse:
    answer: Any = client.post(LOGIN, {"login": login, "password": password, **more}, REMOTE_ADDR=address)
    return answer


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


WAYS = [
    "D0001", "d0001", " D0001 ", "Ｄ０００１", "ｄ ０００１", "\u202dD0001\u202c", "D\u200b0001",
    "10000000001", "100 0000 0001", "100-0000-0001", "100–0000–0001", "+86 100 0000 0001", "+8610000000001", "008610000000001",
    "（100）0000 0001", "\u202d10000000001\u202c", "１０００００００００１", "10000000001 ",
]  # fmt: skip


@pytest.mark.parametrize("login", WAYS)
def test_the_member_number_and_the_phone_open_the_door(client: Client, able: Member, login: str) -> None:
    assert attempt(client, login).headers["Location"] == "/"
    assert is_in(client)


def test_the_page_asks_nothing_of_the_database(client: Client, db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = client.get(LOGIN).content.decode()
    for text in ("手机号或工号", "显示密码", "忘记密码", "查验证书", "主办单位", 'autocomplete="username"'):
        assert text in page
    assert 'autocomplete="current-password"' in page


def test_a_wrong_password_says_how_often_one_may_still_try(client: Client, able: Member) -> None:
    for left in (4, 3, 2, 1):
        page = attempt(client, "D0001", "falsch").content.decode()
        assert WRONG.format(left) in page
        assert "<title>有错误：登录" in page
        assert 'value="D0001"' in page
        assert "falsch" not in page
    assert not is_in(client)


def test_the_fifth_wrong_password_locks_the_account_for_a_quarter_of_an_hour(client: Client, able: Member) -> None:
    for _time in range(4):
        attempt(client, "D0001", "falsch")
    locked = attempt(client, "D0001", "falsch")
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "输错次数较多，为保护账号已暂停登录。请 15 分钟后再试，或请镇管理员重置密码。" in locked.content.decode()
    assert attempt(client, "D0001").status_code == 429, "the right password does not help either"
    assert attempt(client, "10000000001").status_code == 429, "nor does the account's other name"
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert attempt(client, "D0001").status_code == 302


def test_number_and_phone_are_counted_together(client: Client, able: Member) -> None:
    for login in ("D0001", "10000000001", "D0001"):
        attempt(client, login, "falsch")
    assert WRONG.format(1) in attempt(client, "10000000001", "falsch").content.decode()


@pytest.mark.parametrize("ways", [WAYS[:7], WAYS[7:]], ids=["number", "phone"])
@pytest.mark.parametrize("known", [True, False])
def test_however_it_is_typed_the_failures_count_as_one(
    client: Client, able: Member, ways: list[str], known: bool
) -> None:
    if not known:
        Member.objects.filter(pk=able.pk).update(phone="")
        User.objects.filter(pk=able.user_id).update(username="X1")
    statuses = [attempt(client, login, "falsch").status_code for login in ways[:6]]
    assert statuses == [200] * 4 + [429] * 2
    assert AccessAttempt.objects.values("username").distinct().count() == 1


def test_an_account_name_is_one_in_any_case(able: Member) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="d0001")


def test_success_by_phone_forgets_the_failures(client: Client, able: Member) -> None:
    attempt(client, "10000000001", "falsch")
    attempt(client, "10000000001")
    client.post("/accounts/logout/")
    assert WRONG.format(4) in attempt(client, "D0001", "falsch").content.decode()


def test_an_unknown_account_is_answered_like_a_known_one(client: Client, able: Member) -> None:
    def answers(login: str) -> list[tuple[int, str]]:
        given = [attempt(client, login, "falsch") for _time in range(6)]
        return [(one.status_code, one.content.decode().replace(login, "-")) for one in given]

    def plain(pages: list[tuple[int, str]]) -> list[tuple[int, str]]:
        import re

        return [(status, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)) for status, page in pages]

    assert plain(answers("D0001")) == plain(answers("X9999"))


def test_another_address_may_still_sign_in(client: Client, able: Member) -> None:
    for _time in range(6):
        attempt(client, "D0001", "falsch")
    assert attempt(client, "D0001", address="10.0.0.2").status_code == 302


def test_one_address_alone_cannot_use_up_the_accounts_wider_limit(client: Client, able: Member) -> None:
    for _time in range(40):
        attempt(client, "D0001", "falsch")
    assert attempt(client, "D0001", address="10.0.0.2").status_code == 302


def test_many_addresses_together_cannot_guess_one_account(client: Client, able: Member) -> None:
    for n in range(20):
        attempt(client, "D0001", "falsch", address=f"10.0.1.{n}")
    page = attempt(client, "D0001", address="10.0.2.1").content.decode()
    assert "输错次数较多，请 15 分钟后再试。" in page
    assert not is_in(client)


def test_one_address_cannot_try_a_password_on_many_accounts(client: Client, able: Member, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "15/15m/key,10/15m/ip"}
    for n in range(11):
        attempt(client, f"X{n}", "falsch")
    assert "请 15 分钟后再试" in attempt(client, "D0001").content.decode()


def test_a_forwarded_address_is_believed_only_behind_a_proxy(client: Client, able: Member, settings: Any) -> None:
    def from_behind(address: str) -> int:
        answer = client.post(
            LOGIN, {"login": "D0001", "password": "falsch"}, REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=address
        )
        return answer.status_code

    assert [from_behind(f"10.9.9.{n}") for n in range(6)][-1] == 429
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert from_behind("10.9.9.200") == 200


@pytest.mark.parametrize("fields", [{}, {"login": "D0001"}, {"password": "x"}, {"login": "\x00", "password": "\x00"}])
def test_an_unfilled_form_is_explained(client: Client, db: None, fields: dict[str, str]) -> None:
    page = client.post(LOGIN, fields)
    assert page.status_code == 200
    assert "处需要修改" in page.content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/", "https://evil.example/", "\\\\evil.example", "/\\evil.example", "https:evil.example",
        "///evil.example", "http://testserver@evil.example/", "javascript:alert(1)", "//evil。example", " //evil.example",
        "/%09/evil.example", "http://localhost.evil.example/", "http://127.0.0.1/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("door", [LOGIN, "/accounts/logout/"])
def test_next_never_leads_to_another_host(client: Client, able: Member, target: str, door: str) -> None:
    answer: Any
    if door == LOGIN:
        answer = attempt(client, "D0001", next=target)
    else:
        sign_in(client, able.user)
        answer = client.post(door, {"next": target})
    from urllib.parse import urljoin, urlsplit

    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert urlsplit(urljoin("http://testserver/", location.replace("\\", "/"))).netloc == "testserver"


def test_next_leads_on_within_the_site(client: Client, able: Member) -> None:
    assert attempt(client, "D0001", next="/courses/").headers["Location"] == "/courses/"


def test_the_session_key_is_new_after_the_sign_in(client: Client, able: Member) -> None:
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    attempt(client, "D0001")
    assert client.cookies["sessionid"].value != before
    client.cookies["sessionid"] = str(before)
    assert not is_in(client), "the old key is dead"


def test_a_closed_account_is_out_at_once_and_stays_out(
    client: Client, able: Member, administrator: User, settings: Any
) -> None:
    attempt(client, "D0001")
    assert is_in(client)
    account_close(actor=administrator, account=able.user)
    assert not is_in(client)
    assert WRONG.format(4) in attempt(client, "D0001").content.decode()


def test_a_reset_ends_every_session_and_the_lock(client: Client, able: Member, administrator: User) -> None:
    attempt(client, "D0001")
    password = password_reset(actor=administrator, account=able.user)
    assert not is_in(client)
    for _time in range(5):
        attempt(client, "D0001", "falsch")
    password = password_reset(actor=administrator, account=able.user)
    assert attempt(client, "D0001", password).status_code == 302


def test_an_initial_password_that_nobody_used_in_time_opens_nothing(
    client: Client, able: Member, administrator: User
) -> None:
    password = password_reset(actor=administrator, account=able.user)
    User.objects.filter(pk=able.user_id).update(initial_password_until=timezone.now() - timedelta(minutes=1))
    assert WRONG.format(4) in attempt(client, "D0001", password).content.decode()


def test_signing_out_is_asked_for_and_only_done_by_post(client: Client, able: Member) -> None:
    attempt(client, "D0001")
    assert "退出登录？" in client.get("/accounts/logout/").content.decode()
    assert is_in(client)
    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    assert not is_in(client)


def test_forgotten_says_who_resets_it(client: Client, db: None) -> None:
    page = client.get("/accounts/password/reset/").content.decode()
    assert "请联系本镇（街道）的系统管理员重置密码" in page
    assert client.post("/accounts/password/reset/", {"email": "a@example.com"}).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "signup/", "email/", "confirm-email/", "confirm-email/x/", "login/code/", "login/code/confirm/",
        "password/reset/done/", "password/reset/key/1-x/", "password/reset/key/done/", "2fa/webauthn/", "3rdparty/",
    ],
)  # fmt: skip
def test_what_we_do_not_offer_does_not_exist(client: Client, able: Member, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    sign_in(client, able.user)
    assert client.get(f"/accounts/{path}").status_code == 404


def test_every_page_of_the_library_has_our_frame_and_no_english(client: Client, able: Member) -> None:
    import re

    from people.account_urls import urlpatterns

    sign_in(client, able.user)
    seen = 0
    for pattern in urlpatterns:
        answer = client.get(f"/accounts/{pattern.pattern}", follow=True)
        if answer.status_code == 404:  # no recovery codes yet
            continue
        page = answer.content.decode()
        assert "主办单位" in page, pattern
        text = re.sub(r"<(script|style).*?</\1>|<[^>]+>|&\w+;", " ", page, flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]{3,}", text)) - {"TOTP", "English"}
        assert not words, (pattern, words)
        seen += 1
    assert seen > 10


@pytest.mark.parametrize("login", ["D0001", "10000000001", "X9999", "D0002", "D0003"])
def test_each_attempt_costs_one_hash_whoever_it_names(
    client: Client, able: Member, neighbour: Member, far_member: Member, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    """Known, unknown, without a password, closed: the time tells nobody which."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    far_member.user.set_password(PASSWORD)
    far_member.user.is_active = False
    far_member.user.save()
    hashed: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: Any, *args: Any, _real: Any = real, _name: str = name) -> Any:
            hashed.append(_name)
            return _real(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    attempt(client, login, PASSWORD if login == "D0003" else "falsch")
    assert len(hashed) == 1
    assert not is_in(client)


def test_a_sign_in_takes_as_many_statements_as_the_baseline_says(client: Client, able: Member) -> None:
    import json
    from pathlib import Path

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    baseline = json.loads((Path(__file__).parent / "query_counts.json").read_text())
    with CaptureQueriesContext(connection) as queries:
        assert attempt(client, "D0001").status_code == 302
    statements = [q["sql"] for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(statements) == baseline["sign_in"], "\n".join(statements)
