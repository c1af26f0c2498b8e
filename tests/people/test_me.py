from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client

from people.devices import device_name
from tests.cast import PASSWORD, sign_in

if TYPE_CHECKING:
    from people.models import Member, User

PHONE = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36 MicroMessenger/8.0"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    cache.clear()


def test_me_shows_facts_and_settings_within_five_statements(
    client: Client, learner: Member, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, learner.user)
    client.get("/help/")  # the session is in the cache then, as it is all day
    with django_assert_max_num_queries(5):
        page = client.get("/me/").content.decode()
    for text in (
        "演示学员", "D0001", "100****0001", "演示东镇一村第一网格", "网格长（专职网格员）", "标准", "超大", "高对比", "修改密码",
        "两步验证", "登录的设备", "我的证书", "标准原文", "帮助", "退出登录", "English",
    ):  # fmt: skip
        assert text in page
    assert "10000000001" not in page
    assert "花名册导入" not in page


def test_an_administrator_finds_the_pages_of_the_office(client: Client, administrator: User) -> None:
    page = sign_in(client, administrator).get("/me/").content.decode()
    for path in (
        "/people/members/",
        "/people/roster/",
        "/people/initial-passwords/",
        "/people/grants/",
        "/people/feedback/",
    ):
        assert f'href="{path}"' in page


def test_me_needs_sign_in(client: Client, db: None) -> None:
    assert client.get("/me/").headers["Location"] == "/accounts/login/?next=/me/"
    for path in ("/me/text-size/", "/me/theme/"):
        assert client.post(path).headers["Location"].startswith("/accounts/login/")


def test_the_button_on_every_page_goes_through_the_sizes_and_comes_back(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    seen = []
    for _time in range(4):
        answer = client.post("/me/text-size/", {"text_size": "next", "next": "/certificates/?a=1"})
        assert answer.headers["Location"] == "/certificates/?a=1"
        learner.user.refresh_from_db()
        seen.append(learner.user.text_size)
    assert seen == ["large", "xlarge", "standard", "large"]


@pytest.mark.parametrize("theme", ["light", "dark", "contrast", "auto"])
def test_the_theme_is_kept(client: Client, learner: Member, theme: str) -> None:
    sign_in(client, learner.user)
    assert client.post("/me/theme/", {"theme": theme}).headers["Location"] == "/me/"
    assert f'data-theme="{theme}"' in client.get("/me/").content.decode()


@pytest.mark.parametrize("field", ["text-size", "theme"])
@pytest.mark.parametrize("value", ["", "huge", "x" * 500, "<script>"])
def test_an_unknown_choice_changes_nothing(client: Client, learner: Member, field: str, value: str) -> None:
    sign_in(client, learner.user)
    assert client.post(f"/me/{field}/", {field.replace("-", "_"): value}).status_code == 302
    learner.user.refresh_from_db()
    assert (learner.user.text_size, learner.user.theme) == ("standard", "auto")


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_coming_back_stays_on_the_host(client: Client, learner: Member, target: str) -> None:
    sign_in(client, learner.user)
    for path in ("/me/text-size/", "/me/theme/"):
        assert client.post(path, {"next": target}).headers["Location"] == "/me/"


def test_only_declared_fields_change(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    client.post(
        "/me/theme/",
        {"theme": "dark", "is_superuser": "1", "is_staff": "1", "username": "boss", "must_change_password": "1"},
    )
    learner.user.refresh_from_db()
    assert learner.user.theme == "dark"
    assert not learner.user.is_superuser
    assert not learner.user.is_staff
    assert learner.user.username == "D0001"


def test_get_changes_nothing(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    assert client.get("/me/text-size/?text_size=xlarge").status_code == 405
    assert client.get("/me/theme/?theme=dark").status_code == 405


def test_my_own_password_is_changed_with_the_old_one(client: Client, learner: Member) -> None:
    learner.user.set_password(PASSWORD)
    learner.user.save()
    sign_in(client, learner.user)
    new = "门口有一棵大槐树"
    fields = {"oldpassword": "falsch", "password1": new, "password2": new}
    page = client.post("/accounts/password/change/", fields).content.decode()
    assert "现在的密码不对" in page
    assert new not in page
    answer = client.post("/accounts/password/change/", {**fields, "oldpassword": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/me/"
    assert "密码已修改，其他设备已退出登录。" in answer.content.decode()
    learner.user.refresh_from_db()
    assert learner.user.check_password(new)


def test_other_devices_are_listed_and_signed_out(client: Client, learner: Member) -> None:
    learner.user.set_password(PASSWORD)
    learner.user.save()
    other = Client(HTTP_USER_AGENT=DESK)
    fields = {"login": "D0001", "password": PASSWORD}
    other.post("/accounts/login/", fields, REMOTE_ADDR="10.0.0.8")
    client.defaults["HTTP_USER_AGENT"] = PHONE
    client.post("/accounts/login/", fields)
    page = client.get("/accounts/sessions/").content.decode()
    assert "安卓手机 · 微信" in page
    assert "Windows 电脑 · Edge 浏览器" in page
    assert "10.0.0.8" in page
    assert other.get("/me/").status_code == 200
    assert "其他设备已退出登录。" in client.post("/accounts/sessions/", follow=True).content.decode()
    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_the_devices_of_others_are_not_mine(client: Client, learner: Member, neighbour: Member) -> None:
    for member, address in ((learner, "10.0.0.7"), (neighbour, "10.0.0.8")):
        member.user.set_password(PASSWORD)
        member.user.save()
        other = Client()
        other.post("/accounts/login/", {"login": member.number, "password": PASSWORD}, REMOTE_ADDR=address)
    sign_in(client, learner.user)
    page = client.get("/accounts/sessions/").content.decode()
    assert "10.0.0.7" in page
    assert "10.0.0.8" not in page
    client.post("/accounts/sessions/")
    assert other.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("says", "name"),
    [
        (PHONE, "安卓手机 · 微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "苹果手机 · 苹果浏览器"),
        ("curl/8.0", "其他设备"),
        ("", "其他设备"),
    ],
)
def test_devices_have_names_that_people_know(says: str, name: str) -> None:
    assert device_name(says) == name
