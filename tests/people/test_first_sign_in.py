"""Three steps before anything else: check, password, text size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.models import Entry
from people.models import Assignment, User
from tests.cast import PASSWORD, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member

NEW = "今天天气真好适合走访"


@pytest.fixture
def newcomer(learner: Member) -> Member:
    learner.user.set_password(PASSWORD)
    learner.user.confirmed_at, learner.user.must_change_password = None, True
    learner.user.save()
    return learner


def test_the_three_steps_lead_to_where_the_newcomer_wanted_to_go(client: Client, newcomer: Member) -> None:
    answer = client.post(
        "/accounts/login/", {"login": "D0001", "password": PASSWORD, "next": "/certificates/"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/first-sign-in/?next=%2Fcertificates%2F"
    page = answer.content.decode()
    for text in (
        "第 1 步，共 3 步",
        "演示学员",
        "演示东镇一村第一网格",
        "网格长（专职网格员）",
        "100****0001",
        "有误？告诉管理员",
    ):
        assert text in page
    assert "10000000001" not in page
    page = client.post("/first-sign-in/", follow=True).content.decode()
    assert "第 2 步，共 3 步" in page
    assert page.index("密码至少 8 个字，可以用一句好记的话") < page.index('name="password1"'), (
        "the rule stands before the field"
    )
    page = client.post("/first-sign-in/password/", {"password1": NEW, "password2": NEW}, follow=True).content.decode()
    assert "第 3 步，共 3 步" in page
    assert "信息无误，开始学习" in page
    end = client.post("/first-sign-in/display/", {"text_size": "xlarge"})
    assert end.headers["Location"] == "/certificates/"
    account = User.objects.get(pk=newcomer.user_id)
    assert account.text_size == "xlarge"
    assert account.confirmed_at is not None
    assert not account.must_change_password
    assert account.check_password(NEW)
    assert 'data-size="xlarge"' in client.get("/certificates/").content.decode()
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["account.password_change", "account.confirm"]


def test_the_privacy_notice_is_short_and_its_full_text_is_behind_it(client: Client, newcomer: Member) -> None:
    import re

    newcomer.user.must_change_password = False
    newcomer.user.save()
    sign_in(client, newcomer.user)
    client.post("/first-sign-in/")
    page = client.get("/first-sign-in/display/").content.decode()
    found = re.search(r'<p class="hint">(.*?)<a', page)
    assert found is not None
    assert 40 < len(found[1]) <= 120
    assert "/privacy/" in page
    assert "您的权利" in client.get("/privacy/").content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/me/", "/courses/", "/certificates/", "/notices/", "/accounts/password/change/"]
)
def test_nothing_else_works_before_it_is_done(client: Client, newcomer: Member, path: str) -> None:
    sign_in(client, newcomer.user)
    assert client.get(path).headers["Location"].startswith("/first-sign-in/?next=")
    assert client.post(path).headers["Location"] == "/first-sign-in/"


@pytest.mark.parametrize("path", ["/help/", "/feedback/", "/verify/", "/health/", "/privacy/", "/accounts/logout/"])
def test_help_and_complaints_stay_open(client: Client, newcomer: Member, path: str) -> None:
    sign_in(client, newcomer.user)
    assert client.get(path).status_code == 200


def test_language_and_text_size_can_be_chosen_meanwhile(client: Client, newcomer: Member) -> None:
    sign_in(client, newcomer.user)
    client.post("/me/text-size/", {"text_size": "next", "next": "/first-sign-in/"})
    assert client.post("/language/", {"language": "en"}).headers["Location"] == "/"
    newcomer.user.refresh_from_db()
    assert newcomer.user.text_size == "large"


def test_a_step_cannot_be_skipped(client: Client, newcomer: Member) -> None:
    sign_in(client, newcomer.user)
    assert client.get("/first-sign-in/password/").headers["Location"] == "/first-sign-in/"
    client.post("/first-sign-in/")
    answer = client.post("/first-sign-in/display/", {"text_size": "large"})
    assert answer.headers["Location"] == "/first-sign-in/password/"
    newcomer.user.refresh_from_db()
    assert newcomer.user.confirmed_at is None


def test_a_password_like_the_account_is_told_in_our_words_with_all_other_reasons(
    client: Client, newcomer: Member
) -> None:
    User.objects.filter(pk=newcomer.user_id).update(username="9283746")
    newcomer.user.refresh_from_db()
    sign_in(client, newcomer.user)
    client.post("/first-sign-in/")
    answer = client.post("/first-sign-in/password/", {"password1": "9283746", "password2": "9283746"})
    page = answer.content.decode()
    assert "密码和您的工号、账号或姓名太像，容易被猜到。请换一句和它们无关的话。" in page
    assert "密码太短，至少要 8 个字。请写长一些。" in page
    assert "密码不能全是数字。请加上文字或字母。" in page
    assert "用户名" not in page


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        ("", "", "请填写新密码。"),
        ("kurz", "kurz", "密码太短，至少要 8 个字。请写长一些。"),
        ("92837465019", "92837465019", "密码不能全是数字。请加上文字或字母。"),
        ("iloveyou", "iloveyou", "用这个密码的人很多，容易被猜到。请换一句自己好记的话。"),
        (" " * 10, " " * 10, "密码不能全是空格。请写一句好记的话。"),
        (PASSWORD, PASSWORD, "新密码不能和初始密码一样"),
        (NEW, NEW + "x", "两次填写的密码不一样，请再填一次。"),
    ],
)
def test_a_poor_password_is_explained_and_changes_nothing(
    client: Client, newcomer: Member, first: str, second: str, complaint: str
) -> None:
    sign_in(client, newcomer.user)
    client.post("/first-sign-in/")
    answer = client.post("/first-sign-in/password/", {"password1": first, "password2": second})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert complaint in page
    assert "<title>有错误：" in page
    assert not first.strip() or first not in page
    newcomer.user.refresh_from_db()
    assert newcomer.user.must_change_password
    assert newcomer.user.check_password(PASSWORD)


def test_an_unknown_text_size_is_explained(client: Client, newcomer: Member) -> None:
    newcomer.user.must_change_password = False
    newcomer.user.save()
    sign_in(client, newcomer.user)
    client.post("/first-sign-in/")
    for given in ({}, {"text_size": "huge"}):
        answer = client.post("/first-sign-in/display/", given)
        assert answer.status_code == 200
        assert "处需要修改" in answer.content.decode()
    newcomer.user.refresh_from_db()
    assert newcomer.user.confirmed_at is None


def test_after_a_reset_only_the_password_is_asked(client: Client, learner: Member) -> None:
    learner.user.set_password(PASSWORD)
    learner.user.must_change_password = True
    learner.user.save()
    sign_in(client, learner.user)
    page = client.get("/", follow=True).content.decode()
    assert "管理员重置了您的密码" in page
    assert "共 3 步" not in page
    assert client.post("/first-sign-in/password/", {"password1": NEW, "password2": NEW}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_other_sessions_end_with_the_new_password(client: Client, newcomer: Member) -> None:
    from django.test import Client as Another

    other = sign_in(Another(), newcomer.user)
    sign_in(client, newcomer.user)
    client.post("/first-sign-in/")
    client.post("/first-sign-in/password/", {"password1": NEW, "password2": NEW})
    assert client.get("/first-sign-in/display/").status_code == 200
    assert other.get("/first-sign-in/").headers["Location"].startswith("/accounts/login/")


def test_who_has_no_grid_yet_can_go_on(client: Client, newcomer: Member) -> None:
    Assignment.objects.filter(member=newcomer).delete()
    sign_in(client, newcomer.user)
    assert "您还没有分到网格，请联系镇管理员。" in client.get("/first-sign-in/").content.decode()
    assert client.post("/first-sign-in/").status_code == 302


def test_the_steps_are_nobodys_who_has_done_them_and_need_sign_in(client: Client, learner: Member) -> None:
    for path in ("/first-sign-in/", "/first-sign-in/password/", "/first-sign-in/display/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    sign_in(client, learner.user)
    for path in ("/first-sign-in/", "/first-sign-in/password/", "/first-sign-in/display/"):
        assert client.get(path).headers["Location"] == "/"
        assert client.put(path).status_code == 405


def test_next_of_the_first_sign_in_stays_on_the_host(client: Client, newcomer: Member) -> None:
    newcomer.user.must_change_password = False
    newcomer.user.save()
    sign_in(client, newcomer.user)
    client.get("/first-sign-in/?next=//evil.example/")
    client.post("/first-sign-in/")
    assert client.post("/first-sign-in/display/", {"text_size": "standard"}).headers["Location"] == "/"


def test_a_view_that_rests_on_a_token_reads_no_session(
    client: Client, newcomer: Member, django_assert_num_queries: Any
) -> None:
    sign_in(client, newcomer.user)
    with django_assert_num_queries(0):
        answer = client.post("/exams/attempts/unknown/save/", data=b"{}", content_type="application/json")
    assert answer.status_code == 401
