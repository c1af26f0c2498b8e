"""Offered to everybody; asked of everyone with power over others once it is switched on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from people.services import second_factor_reset
from tests.cast import PASSWORD, sign_in

if TYPE_CHECKING:
    from people.models import Member, User

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    cache.clear()


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def boss(supervisor: User, settings: Any) -> User:
    settings.REQUIRE_SECOND_FACTOR = True
    supervisor.set_password(PASSWORD)
    supervisor.save()
    return supervisor


@pytest.fixture
def guarded(boss: User) -> User:
    TOTP.activate(boss, SECRET)
    RecoveryCodes.activate(boss)
    return boss


def give_password(client: Client, user: User) -> Any:
    return client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})


def activate(client: Client, secret: str) -> str:
    return client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}, follow=True).content.decode()


# What follows the activation happens after the commit, so these two need real ones.
@pytest.mark.django_db(transaction=True)
def test_a_learner_sets_it_up_and_needs_it_at_the_next_sign_in(client: Client, learner: Member) -> None:
    learner.user.set_password(PASSWORD)
    learner.user.save()
    give_password(client, learner.user)
    assert "未开启" in client.get("/accounts/2fa/").content.decode()
    again = client.get("/accounts/2fa/totp/activate/")
    assert again.headers["Location"].startswith("/accounts/reauthenticate/")
    page = client.post(again.headers["Location"], {"password": PASSWORD}, follow=True).content.decode()
    assert "data:image/svg+xml" in page
    secret = re.search(r'<strong class="mono">(\w+)</strong>', page)
    assert secret is not None
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert "验证码不对或已过期" in wrong
    assert secret[1] in wrong, "the secret stays the same after a mistake"
    done = activate(client, secret[1])
    assert "两步验证已开启。" in done
    assert len(re.findall(r"<li>(\d{8})</li>", done)) == 10
    file = client.get("/accounts/2fa/recovery-codes/download/")
    assert file.headers["Content-Disposition"].startswith("attachment")
    client.post("/accounts/logout/")
    assert give_password(client, learner.user).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/me/").status_code == 302, "the password alone is not enough"
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "验证码不对或已过期" in page
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret[1])}).headers["Location"] == "/"
    assert client.get("/me/").status_code == 200


def test_a_recovery_code_opens_the_door_once(client: Client, guarded: User) -> None:
    recovery = Authenticator.objects.get(user=guarded, type=Authenticator.Type.RECOVERY_CODES).wrap()
    code = recovery.get_unused_codes()[0]
    give_password(client, guarded)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/standing/").status_code == 200
    client.post("/accounts/logout/")
    give_password(client, guarded)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_codes_cannot_be_guessed_without_end(client: Client, guarded: User) -> None:
    give_password(client, guarded)
    for n in range(16):
        page = client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}).content.decode()
    assert "输错次数较多，请 15 分钟后再试。" in page
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/standing/", "/me/", "/people/feedback/", "/jobs/"])
def test_power_must_set_it_up_before_anything_else(client: Client, boss: User, path: str) -> None:
    sign_in(client, boss)
    assert client.get(path).headers["Location"] == "/accounts/2fa/"
    assert client.post(path).headers["Location"] == "/accounts/2fa/"
    assert "您的账号有管理权限，开启两步验证后才能继续使用。" in client.get("/accounts/2fa/").content.decode()


@pytest.mark.parametrize(
    "path", ["", "pages/", "images/", "documents/", "exams/questions/", "exams/sittings/", "account/"]
)
def test_no_screen_of_the_cms_opens_before(client: Client, trainer: User, settings: Any, path: str) -> None:
    sign_in(client, trainer)
    assert client.get("/cms/").status_code == 200
    settings.REQUIRE_SECOND_FACTOR = True
    for answer in (client.get(f"/cms/{path}"), client.post(f"/cms/{path}")):
        assert answer.headers["Location"] == "/accounts/2fa/"
    TOTP.activate(trainer, SECRET)
    assert client.get(f"/cms/{path}").headers["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fcms%2F")


@pytest.mark.parametrize("path", ["/help/", "/feedback/", "/verify/", "/accounts/logout/", "/health/", "/privacy/"])
def test_what_is_open_to_everybody_stays_open(client: Client, boss: User, path: str) -> None:
    sign_in(client, boss)
    assert client.get(path).status_code == 200


def test_a_session_that_never_showed_it_must_show_it(client: Client, guarded: User) -> None:
    sign_in(client, guarded)
    for path in ("/standing/", "/me/"):
        answer = client.get(path)
        assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
    answer = client.get("/standing/")
    back = client.post(answer.headers["Location"], {"code": code_for(SECRET), "next": "/standing/"})
    assert back.headers["Location"] == "/standing/"
    assert client.get("/standing/").status_code == 200


def test_the_code_at_sign_in_counts_for_the_session(client: Client, guarded: User) -> None:
    give_password(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)})
    assert client.get("/standing/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_counts_for_this_session_and_for_no_other(client: Client, boss: User) -> None:
    other = sign_in(Client(), boss)
    give_password(client, boss)
    again = client.get("/accounts/2fa/totp/activate/").headers["Location"]
    page = client.post(again, {"password": PASSWORD}, follow=True).content.decode()
    secret = re.search(r'<strong class="mono">(\w+)</strong>', page)
    assert secret is not None
    activate(client, secret[1])
    assert client.get("/standing/").status_code == 200
    assert other.get("/standing/").headers["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_learners_are_not_asked(client: Client, learner: Member, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    assert sign_in(client, learner.user).get("/me/").status_code == 200


def test_nobody_is_asked_while_it_is_off(client: Client, supervisor: User) -> None:
    assert sign_in(client, supervisor).get("/standing/").status_code == 200


def test_power_cannot_switch_it_off(client: Client, guarded: User, settings: Any) -> None:
    give_password(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)})
    again = client.get("/accounts/2fa/totp/deactivate/").headers["Location"]
    page = client.post(again, {"password": PASSWORD}, follow=True).content.decode()
    assert "您的账号有管理权限，必须使用两步验证，不能关闭。" in page
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=guarded, type=Authenticator.Type.TOTP).exists()
    settings.REQUIRE_SECOND_FACTOR = False
    done = client.post("/accounts/2fa/totp/deactivate/", follow=True).content.decode()
    assert "两步验证已关闭。" in done
    assert not Authenticator.objects.filter(user=guarded).exists()


def test_an_administrator_cancels_it_for_a_lost_phone(client: Client, guarded: User, administrator: User) -> None:
    give_password(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)})
    second_factor_reset(actor=administrator, account=guarded)
    assert client.get("/standing/").headers["Location"].startswith("/accounts/login/")
    assert give_password(client, guarded).headers["Location"] == "/"
    assert client.get("/standing/").headers["Location"] == "/accounts/2fa/"


def test_new_recovery_codes_replace_the_old_ones(client: Client, guarded: User) -> None:
    old = Authenticator.objects.get(user=guarded, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    give_password(client, guarded)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)})
    again = client.get("/accounts/2fa/recovery-codes/generate/").headers["Location"]
    page = client.post(again, {"password": PASSWORD}, follow=True).content.decode()
    assert "现有的 10 个备用码会全部失效。" in page
    page = client.post("/accounts/2fa/recovery-codes/generate/", follow=True).content.decode()
    assert not set(old) & set(re.findall(r"\d{8}", page))


def test_the_second_factors_pages_need_sign_in(client: Client, db: None) -> None:
    for path in (
        "",
        "reauthenticate/",
        "totp/activate/",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/download/",
    ):
        assert client.get(f"/accounts/2fa/{path}").headers["Location"].startswith("/accounts/login/"), path
