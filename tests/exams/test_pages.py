"""The candidate's pages: who gets in, what they say in each state, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from content.teaching import Lesson
from exams import services
from exams.models import Attempt, Sitting
from people.audience import Audience
from tests.cast import sign_in
from tests.certificates.scenes import make_course
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User


def own_pages(attempt: Attempt) -> list[str]:
    return [f"/exams/attempts/{attempt.code}/{name}" for name in ("", "result/", "review/")]


def test_pages_need_sign_in(client: Client, attempt: Attempt, sitting: Sitting) -> None:
    for address in ["/exams/", f"/exams/sittings/{sitting.code}/", *own_pages(attempt)]:
        reply = client.get(address)
        assert reply.status_code == 302
        assert "login" in reply["Location"]
    for address in (f"/exams/sittings/{sitting.code}/start/", f"/exams/attempts/{attempt.code}/take-over/"):
        assert client.post(address).status_code == 302
    assert Attempt.objects.get().epoch == 1


def test_another_persons_attempt_does_not_exist_for_anybody_else(
    client: Client, attempt: Attempt, neighbour: Member, supervisor: User, trainer: User, stranger: User
) -> None:
    for user in (neighbour.user, supervisor, trainer, stranger):
        sign_in(client, user)
        for address in own_pages(attempt):
            assert client.get(address).status_code == 404, (address, user)
        assert client.post(f"/exams/attempts/{attempt.code}/take-over/").status_code == 404
    assert Attempt.objects.get().epoch == 1


def test_a_sitting_for_others_does_not_exist(
    client: Client, far_member: Member, stranger: User, trainer: User, organisation: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.east_town)
    for user in (far_member.user, stranger):
        sign_in(client, user)
        assert client.get(f"/exams/sittings/{sitting.code}/").status_code == 404
        assert client.post(f"/exams/sittings/{sitting.code}/start/").status_code == 404
    assert not Attempt.objects.exists()


def test_starting_asks_for_post_and_a_csrf_token(client: Client, learner: Member, sitting: Sitting) -> None:
    sign_in(client, learner.user)
    assert client.get(f"/exams/sittings/{sitting.code}/start/").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/exams/sittings/{sitting.code}/start/").status_code == 403
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (timedelta(hours=1), timedelta(hours=2), "开始，到点本页自动变为可进入。"),
        (timedelta(hours=-2), timedelta(hours=-1), "结束。"),
    ],
)
def test_the_notice_says_why_it_cannot_be_started_and_the_start_says_it_too(
    client: Client, learner: Member, sitting: Sitting, opens: timedelta, closes: timedelta, expected: str
) -> None:
    now = timezone.now()
    Sitting.objects.update(opens_at=now + opens, closes_at=now + closes)
    sign_in(client, learner.user)
    page = words(client.get(f"/exams/sittings/{sitting.code}/"))
    assert expected in page
    assert "开始答题" not in page
    reply = client.post(f"/exams/sittings/{sitting.code}/start/", follow=True)
    assert expected in words(reply)
    assert not Attempt.objects.exists()


def test_the_notice_tells_the_facts_before_the_clock_starts(
    client: Client, learner: Member, trainer: User, sitting: Sitting
) -> None:
    services.extra_time_grant(actor=trainer, member=learner, percent=50, reason="视力")
    sign_in(client, learner.user)
    page = words(client.get(f"/exams/sittings/{sitting.code}/"))
    for fact in (
        "演**员（尾号 0001）",
        "13 题，满分 26 分",
        "16 分",
        "60 分钟 + 便利延长 30 分钟",
        "您的考试时间是 90 分钟",
        "还有 1 次，共 1 次",
    ):
        assert fact in page, fact


def test_a_late_starter_is_told_how_long_it_really_is(client: Client, learner: Member, sitting: Sitting) -> None:
    Sitting.objects.update(closes_at=timezone.now() + timedelta(minutes=27, seconds=30))
    sign_in(client, learner.user)
    assert "现在开始只有 27 分钟" in words(client.get(f"/exams/sittings/{sitting.code}/"))


def test_a_running_exam_is_continued_from_the_notice_and_from_the_list(client: Client, attempt: Attempt) -> None:
    sign_in(client, attempt.member.user)
    room = f"/exams/attempts/{attempt.code}/"
    for address in ("/exams/", f"/exams/sittings/{attempt.sitting.code}/"):
        assert f'href="{room}"' in words(client.get(address))
    assert client.post(f"/exams/sittings/{attempt.sitting.code}/start/")["Location"] == room


def test_the_result_of_a_running_exam_leads_back_into_the_room(client: Client, attempt: Attempt) -> None:
    sign_in(client, attempt.member.user)
    for name in ("result", "review"):
        reply = client.get(f"/exams/attempts/{attempt.code}/{name}/")
        assert reply["Location"] == f"/exams/attempts/{attempt.code}/"


@pytest.mark.parametrize("name", ["", "result/", "review/"])
def test_every_page_closes_what_is_overdue(client: Client, attempt: Attempt, name: str) -> None:
    now = timezone.now()
    Attempt.objects.update(started_at=now - timedelta(hours=2), deadline=now - timedelta(minutes=1))
    sign_in(client, attempt.member.user)
    reply = client.get(f"/exams/attempts/{attempt.code}/{name}")
    assert reply.status_code == 200
    assert Attempt.objects.get().closed_by == "deadline"
    if name == "result/":
        assert "时间到，系统已于" in words(reply)
    if name == "":
        assert '"state": "submitted"' in words(reply)
        assert "做法" not in words(reply)  # the questions are gone from the room


def test_a_failed_result_shows_weak_chapters_clauses_and_the_next_chance(
    client: Client, learner: Member, trainer: User, organisation: SimpleNamespace
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.city, max_attempts=2)
    attempt = scenes.start(learner, sitting)
    sheet = {**scenes.wrong_sheet(attempt), **{n: v for n, v in scenes.right_sheet(attempt).items() if n in (1, 2)}}
    scenes.save_sheet(client, attempt, sheet)
    scenes.hand_in(client, attempt)
    sign_in(client, learner.user)
    page = words(client.get(f"/exams/attempts/{attempt.code}/result/"))
    assert "4 分，没有合格（合格线 16 分）" in page
    assert "查看薄弱条款" in page
    assert "还有 1 次机会" in page
    assert f"/exams/sittings/{sitting.code}/" in page
    assert "服务内容之" in page
    mine = words(client.get("/exams/"))
    assert "可以参加" in mine and "看上次的成绩和薄弱条款" in mine
    assert f"/exams/attempts/{attempt.code}/result/" in mine


def test_weak_clauses_lead_to_the_lessons_that_teach_them(
    client: Client, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def source(ids: Any) -> dict[int, list[Lesson]]:
        everybody = Audience.of(None, ())
        ways = [
            Lesson("走访怎么做", "/courses/lesson-7/", 1, everybody),
            Lesson("别的单位的课", "/courses/lesson-8/", 2, everybody),
        ]
        return dict.fromkeys(ids, ways)

    monkeypatch.setattr("content.teaching._sources", [(source, lambda actor, courses: courses.keys() - {2})])
    scenes.hand_in(client, attempt)
    sign_in(client, attempt.member.user)
    for name in ("result", "review"):
        page = words(client.get(f"/exams/attempts/{attempt.code}/{name}/"))
        assert "去学：走访怎么做" in page
        assert "/courses/lesson-7/" in page
        assert "/courses/lesson-8/" not in page and "别的单位的课" not in page, "it would answer 404"


def test_the_review_shows_wrong_ones_by_clause_and_all_on_request(client: Client, attempt: Attempt) -> None:
    right, wrong = scenes.right_sheet(attempt), scenes.wrong_sheet(attempt)
    sheet = {**right, 1: wrong[1], 7: wrong[7], 12: [right[12][0], "错"]}
    del sheet[9]
    scenes.save_sheet(client, attempt, sheet)
    scenes.hand_in(client, attempt)
    sign_in(client, attempt.member.user)
    some = words(client.get(f"/exams/attempts/{attempt.code}/review/"))
    assert some.count("<article") == 4
    assert "错题 4" in some
    assert "部分答对 1/2 分" in some
    assert "您没有作答。" in some
    assert "依据：第" in some
    assert words(client.get(f"/exams/attempts/{attempt.code}/review/?all=1")).count("<article") == 13


def test_what_a_candidate_writes_is_shown_as_text(client: Client, attempt: Attempt) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    scenes.save_sheet(client, attempt, {12: [evil, evil]})
    sign_in(client, attempt.member.user)
    client.cookies["exam_device"] = "phone"
    room = client.get(f"/exams/attempts/{attempt.code}/").content.decode()
    assert "<img src=x" not in room
    assert "\\u003C/script\\u003E\\u003Cimg" in room
    scenes.hand_in(client, attempt)
    assert b"<img src=x" not in client.get(f"/exams/attempts/{attempt.code}/review/").content


def test_pages_of_an_exam_are_kept_by_no_cache(client: Client, attempt: Attempt) -> None:
    sign_in(client, attempt.member.user)
    for address in own_pages(attempt):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_the_list_names_each_state(
    client: Client, learner: Member, trainer: User, sitting: Sitting, organisation: SimpleNamespace
) -> None:
    def another(**fields: Any) -> Sitting:
        made = scenes.make_sitting(sitting.exam, organisation.city, **fields)
        return scenes.open_planned(trainer, made)

    now = timezone.now()
    passed = another(title="已过的")
    attempt = scenes.start(learner, passed)
    scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
    scenes.hand_in(client, attempt)
    failed = scenes.start(learner, another(title="没过的", max_attempts=1))
    scenes.hand_in(client, failed)
    waiting = scenes.start(learner, another(title="待公布的", release="after_close"))
    scenes.hand_in(client, waiting)
    scenes.start(learner, another(title="在考的"))
    another(title="将来的", opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))
    another(title="要学的", course=make_course(sitting.blueprint.edition))
    from exams.queries import sittings_for_member

    assert {line.title: line.state for line in sittings_for_member(learner)} == {
        "在考的": "continue",
        sitting.title: "ready",
        "将来的": "upcoming",
        "要学的": "blocked",
        "待公布的": "waiting",
        "没过的": "failed",
        "已过的": "passed",
    }
    sign_in(client, learner.user)
    page = words(client.get("/exams/"))
    for state in ("作答中", "可以参加", "未开始", "暂不能参加", "待公布", "未合格", "合格"):
        assert state in page


def test_who_has_passed_without_knowing_it_and_sits_again_is_listed_as_passed(
    client: Client, learner: Member, sitting: Sitting
) -> None:
    from exams.queries import sittings_for_member

    Sitting.objects.update(max_attempts=2, release="after_close")
    first = scenes.start(learner, sitting)
    scenes.save_sheet(client, first, scenes.right_sheet(first))
    scenes.hand_in(client, first)
    again = scenes.start(learner, sitting)
    assert [line.state for line in sittings_for_member(learner)] == ["continue"]
    scenes.hand_in(client, again)
    Sitting.objects.update(state="closed")
    assert [line.state for line in sittings_for_member(learner)] == ["passed"]


def test_who_has_passed_need_not_sit_again(client: Client, learner: Member, sitting: Sitting) -> None:
    Sitting.objects.update(max_attempts=3)
    attempt = scenes.start(learner, sitting)
    scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
    scenes.hand_in(client, attempt)
    sign_in(client, learner.user)
    page = words(client.get(f"/exams/sittings/{sitting.code}/"))
    assert "您已合格，不用再考。" in page and "开始答题" not in page
    client.post(f"/exams/sittings/{sitting.code}/start/")
    assert Attempt.objects.count() == 1
