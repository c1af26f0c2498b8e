from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from certificates.models import Award
from certificates.numbers import doubtful_groups, number_for
from certificates.services import award_issue, award_render, award_revoke
from exams.models import Sitting
from tests.cast import sign_in
from tests.certificates import scenes


@pytest.fixture
def award(organisation: Any, learner: Any) -> Award:
    cache.clear()
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    return award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)


def test_my_certificates_need_sign_in(client: Client, award: Award) -> None:
    for path in ("/certificates/", f"/certificates/{award.code}/", f"/certificates/{award.code}/pdf/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_i_see_my_certificate_and_download_it(client: Client, award: Award, settings: Any) -> None:
    sign_in(client, award.member.user)
    assert award.number in client.get("/certificates/").content.decode()
    waiting = client.get(f"/certificates/{award.code}/").content.decode()
    assert "证书正在生成" in waiting
    award_render(award_id=award.pk)
    page = client.get(f"/certificates/{award.code}/").content.decode()
    assert "下载 PDF" in page
    pdf = client.get(f"/certificates/{award.code}/pdf/")
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    assert client.get(f"/certificates/{award.code}/picture/").headers["Content-Type"] == "image/png"
    assert b"<svg" in client.get(f"/certificates/{award.code}/qr/").content


def test_who_has_just_passed_is_told_that_the_certificate_is_coming(
    client: Client, organisation: Any, learner: Any
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    sign_in(client, learner.user)
    scenes.pass_exam(learner, sitting)
    assert "还没有证书" in client.get("/certificates/").content.decode(), "no scheme awards anything for this exam"
    scenes.make_scheme(sitting)
    assert "证书正在生成" in client.get("/certificates/").content.decode()
    Sitting.objects.filter(pk=sitting.pk).update(release="after_close")
    assert "还没有证书" in client.get("/certificates/").content.decode(), "the result is not released yet"


def test_the_result_says_what_follows_for_the_certificate(
    client: Client, organisation: Any, learner: Any, administrator: Any, posts: Any
) -> None:
    edition = scenes.make_edition()
    sitting = scenes.make_sitting(organisation.city, edition)
    attempt = scenes.pass_exam(learner, sitting).attempt
    sign_in(client, learner.user)

    def page() -> str:
        return client.get(f"/exams/attempts/{attempt.code}/result/").content.decode()

    assert "查看证书" not in page(), "no scheme awards anything for this exam"
    course = scenes.make_course(edition)
    scheme = scenes.make_scheme(sitting, course)
    assert "还不能发证：还没有学完课程“岗前培训（演示）”。" in page()
    scenes.complete_course(learner, course)
    assert "证书正在生成" in page()
    award = award_issue(actor=None, scheme=scheme, member=learner)
    day = award.valid_until
    assert f"您的“岗前培训合格”证书有效期至{day.year}年{day.month}月{day.day}日。" in page()
    assert "查看证书" in page()
    award_revoke(actor=administrator, award=award, reason="演示：替考")
    assert "还不能发证：证书已撤销，需要重新考试合格后发证。" in page()
    scheme.posts.add(posts.liaison)
    assert "发证" not in page(), "the scheme is for another post"


def test_a_notice_tells_once_that_the_certificate_is_there(award: Award) -> None:
    award_render(award_id=award.pk)
    Award.objects.filter(pk=award.pk).update(render_state="waiting")
    award_render(award_id=award.pk)
    assert award.member.user.notices.count() == 1


def test_nobody_else_reaches_it_but_the_supervisor_of_the_subtree(
    client: Client, award: Award, neighbour: Any, supervisor: Any, other_supervisor: Any, stranger: Any, trainer: Any
) -> None:
    for user, status in (
        (neighbour.user, 404),
        (other_supervisor, 404),
        (stranger, 404),
        (trainer, 404),
        (supervisor, 200),
    ):
        sign_in(client, user)
        assert client.get(f"/certificates/{award.code}/").status_code == status, user


def test_verification_by_code_says_valid_with_a_masked_name(
    client: Client, award: Award, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        page = client.get(f"/V/{award.token}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "有效" in text
    assert "演**员" in text
    assert "演示学员" not in text
    assert award.number in text
    assert award.member.phone not in text


def test_verification_says_expired_revoked_and_unknown(client: Client, award: Award, administrator: Any) -> None:
    Award.objects.filter(pk=award.pk).update(issued_on=date(2020, 1, 1), valid_until=date(2023, 1, 1))
    assert "已过期" in client.get(f"/V/{award.token}").content.decode()
    award.refresh_from_db()
    award_revoke(actor=administrator, award=award, reason="演示")
    assert "已撤销" in client.get(f"/V/{award.token}").content.decode()
    unknown = client.get("/V/AAAAAAAAAAAAAAAA")
    assert unknown.status_code == 404
    assert "查无此证" in unknown.content.decode()


def test_verification_by_hand_tells_wrong_name_and_unknown_number_alike(client: Client, award: Award) -> None:
    right = client.post("/verify/", {"number": award.number.lower(), "name": "演示学员 "})
    assert "有效" in right.content.decode()
    wrong_name = client.post("/verify/", {"number": award.number, "name": "别人"})
    Award.objects.filter(pk=award.pk).update(number="GY-990000-2020-0000009-00")
    unknown = client.post("/verify/", {"number": award.number, "name": "演示学员"})
    strip = lambda page: page.content.decode().split("查验时间")[0]  # noqa: E731
    assert wrong_name.status_code == unknown.status_code == 404
    assert strip(wrong_name) == strip(unknown)


@pytest.mark.parametrize("dot", "·.．⋅●・•")
def test_a_name_is_found_with_whatever_dot_the_keyboard_has(client: Client, award: Award, dot: str) -> None:
    Award.objects.filter(pk=award.pk).update(printed={**award.printed, "name": "演示·阿依古丽"})
    page = client.post("/verify/", {"number": f"编号：{award.number}", "name": f"演示{dot}阿依古丽"})
    assert page.status_code == 200, page.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("GY-990000-2026-0000100-66", "编号可能输错了一位，请核对第 5 组。"),
        ("GX-990000-2026-0000001-66", "编号可能输错了一位，请核对第"),
        ("GY-99000-2026-0000001-66", "编号的样子不对"),
        ("", "请输入证书编号"),
    ],
)
def test_a_slip_in_the_number_is_named(client: Client, award: Award, typed: str, said: str) -> None:
    page = client.post("/verify/", {"number": typed, "name": "演示学员"})
    text = page.content.decode()
    assert page.status_code == 422
    assert said in text
    assert "有错误：" in text.split("</title>")[0]
    assert 'value="演示学员"' in text, "what was typed stays"


def test_every_single_slip_shows_up_among_the_doubtful_groups() -> None:
    number = number_for(letters="GY", region_code="990000", year=2026, serial=123)
    groups = number.split("-")
    for place in range(5):
        for at, old in enumerate(groups[place]):
            for new in "0123456789" if place else "ABCDEFGHJKLMNPQRSTUVWXYZ":
                slipped = [*groups[:place], groups[place][:at] + new + groups[place][at + 1 :], *groups[place + 1 :]]
                if new != old and place:
                    assert place + 1 in doubtful_groups("-".join(slipped)), slipped


def test_too_many_checks_from_one_address_are_slowed(client: Client, award: Award) -> None:
    statuses = [client.get("/V/AAAAAAAAAAAAAAAA").status_code for _n in range(31)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {404}
    cache.clear()
