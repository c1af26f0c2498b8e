"""Sittings in the CMS: planned, opened, looked at live, prolonged, closed."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from exams import services
from exams.cms.watching import attempts_of
from exams.models import Attempt, ExtraTime, LateAnswer, Sitting
from exams.opening import opening_of
from people.models import Member
from tests.cast import sign_in
from tests.exams import scenes
from tests.exams.scenes import send, stamp
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User


def sitting_data(sitting: Sitting, **changes: Any) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "title": "复审考试",
        "exam": sitting.exam_id,
        "organisation": sitting.organisation_id,
        "opens_at": (now + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M"),
        "closes_at": (now + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M"),
        "duration_minutes": 45,
        "pass_mark": "15.6",
        "max_attempts": "",
        "form_count": 1,
        "release": "result_only",
        "course": "",
        **changes,
    }


def test_a_sitting_is_planned_changed_opened_prolonged_and_closed(
    desk: Client, sitting: Sitting, learner: Member
) -> None:
    reply = desk.post(reverse("exams_cms:sitting_add"), sitting_data(sitting), follow=True)
    planned = Sitting.objects.get(title="复审考试")
    assert "核对后请开放考试" in words(reply)
    assert (planned.state, planned.pass_mark, planned.max_attempts) == ("draft", 1560, None)
    desk.post(reverse("exams_cms:sitting_edit", args=[planned.code]), sitting_data(sitting, duration_minutes=50))
    asked = desk.get(reverse("exams_cms:sitting_open", args=[planned.code]))
    facts = " ".join(words(asked).split())
    for sentence in ("<dd>15.6 分</dd>", "<dd>26 分</dd>", "13 题，", "人可以参加", "50 分钟"):
        assert sentence in facts
    seen = {"seen": asked.context["opening"].stamp}
    reply = desk.post(reverse("exams_cms:sitting_open", args=[planned.code]), seen, follow=True)
    assert "已开放。试卷已生成" in words(reply)
    planned.refresh_from_db()
    assert (planned.state, planned.duration_minutes, planned.total_marks) == ("open", 50, 2600)
    refused = desk.post(reverse("exams_cms:sitting_edit", args=[planned.code]), sitting_data(sitting), follow=True)
    assert "场次开放后不能再修改" in words(refused)
    Sitting.objects.filter(pk=planned.pk).update(opens_at=timezone.now() - timedelta(minutes=1))
    attempt = scenes.start(learner, planned)
    end = attempt.deadline
    longer = desk.post(
        reverse("exams_cms:sitting_extend", args=[planned.code]), {"minutes": 10, "reason": "停电"}, follow=True
    )
    assert "全场延长 10 分钟，正在作答的 1 人一并延长" in words(longer)
    attempt.refresh_from_db()
    assert attempt.deadline - end == timedelta(minutes=10)
    no_reason = desk.post(reverse("exams_cms:sitting_close", args=[planned.code]), {"reason": ""}, follow=True)
    assert "请填写原因。" in words(no_reason)
    closed = desk.post(reverse("exams_cms:sitting_close", args=[planned.code]), {"reason": "演示"}, follow=True)
    assert "1 份正在作答的答卷已交卷" in words(closed)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写场次名称。"),
        ({"exam": ""}, "请选择考试。"),
        ({"opens_at": ""}, "请填写开始时间。"),
        ({"closes_at": ""}, "请填写结束时间。"),
        ({"duration_minutes": ""}, "请填写考试时长。"),
        ({"pass_mark": ""}, "请填写合格线。"),
        ({"form_count": ""}, "请填写试卷套数。"),
        ({"release": ""}, "请选择怎样公布成绩。"),
        ({"organisation": ""}, "请选择参加单位。"),
        ({"closes_at": "2026-01-01 08:00"}, "结束时间要晚于开始时间。"),
        ({"opens_at": "2020-01-01 08:00", "closes_at": "2020-01-01 09:00"}, "结束时间已过。请选一个将来的时间。"),
        ({"duration_minutes": "240"}, "从开始到结束的时间比考试时长还短。"),
        ({"pass_mark": "30"}, "合格线 30 分高于满分 26 分。请先修改合格线。"),
        ({"duration_minutes": "0"}, "考试时长（分钟）"),
        ({"opens_at": "昨天"}, "时间的写法不对，请写成 2026-11-23 08:30 这样。"),
        ({"max_attempts": "0"}, "每人次数"),
    ],
)
def test_a_bad_plan_is_explained(desk: Client, sitting: Sitting, changes: dict[str, str], sentence: str) -> None:
    reply = desk.post(reverse("exams_cms:sitting_add"), sitting_data(sitting, **changes))
    assert reply.status_code == 422
    assert sentence in words(reply)
    assert Sitting.objects.count() == 1


def test_a_trainer_plans_only_for_units_of_the_own_subtree(
    client: Client, west_trainer: User, sitting: Sitting, organisation: SimpleNamespace
) -> None:
    sign_in(client, west_trainer)
    reply = client.post(reverse("exams_cms:sitting_add"), sitting_data(sitting, organisation=organisation.east_town.pk))
    assert reply.status_code == 422
    client.post(reverse("exams_cms:sitting_add"), sitting_data(sitting, organisation=organisation.west_town.pk))
    assert Sitting.objects.get(title="复审考试").organisation_id == organisation.west_town.pk


def test_a_pass_mark_above_the_total_opens_nothing(desk: Client, sitting: Sitting) -> None:
    planned = scenes.make_sitting(sitting.exam, sitting.organisation, title="太难", pass_mark=9000)
    reply = desk.post(
        reverse("exams_cms:sitting_open", args=[planned.code]), {"seen": opening_of(planned).stamp}, follow=True
    )
    assert "合格线 90 分高于满分 26 分。请先修改合格线。" in words(reply)
    planned.refresh_from_db()
    assert planned.state == "draft"
    assert not planned.forms.exists()


def test_the_live_view_shows_who_writes_and_who_is_silent(
    desk: Client, sitting: Sitting, attempt: Attempt, neighbour: Member
) -> None:
    other = scenes.start(neighbour, sitting)
    send(desk, attempt, [[1, 1, "A", False, stamp()], [2, 2, None, True, stamp()]])
    Attempt.objects.filter(pk=other.pk).update(started_at=timezone.now() - timedelta(minutes=3))
    page = words(desk.get(reverse("exams_cms:sitting", args=[sitting.code])))
    assert "超过 2 分钟没有保存" in page
    live = json.loads(
        desk.get(
            reverse("exams_cms:sitting_live", args=[sitting.code]), {"codes": f"{attempt.code},{other.code},x"}
        ).content
    )
    assert live["counts"] == {"entered": 2, "writing": 2, "silent": 1, "submitted": 0, "marking": 0}
    rows = {row[0]: row for row in live["rows"]}
    assert rows[attempt.code][1] == "作答中"
    assert rows[attempt.code][4] == 1
    assert rows[other.code][1] == "超过 2 分钟没有保存"
    filtered = words(desk.get(reverse("exams_cms:sitting", args=[sitting.code]), {"state": "silent"}))
    assert neighbour.name in filtered
    assert attempt.member.name not in filtered


def test_the_live_view_finds_people_as_they_are_typed(sitting: Sitting, attempt: Attempt, neighbour: Member) -> None:
    scenes.start(neighbour, sitting)
    Member.objects.filter(pk=attempt.member_id).update(number="D-0001")
    name = attempt.member.name
    for typed in ("D-0001", "Ｄ－０００１", " d—0001 ", "－0001", name, f"　{name}　０００１ "):
        assert list(attempts_of(sitting, words=typed)) == [attempt], typed
    assert not attempts_of(sitting, words=f"{name} {neighbour.number}")


def test_one_person_is_prolonged_and_handed_in_with_a_reason(desk: Client, sitting: Sitting, attempt: Attempt) -> None:
    extend = reverse("exams_cms:attempt_extend", args=[sitting.code, attempt.code])
    assert "请填写原因。" in words(desk.post(extend, {"minutes": 5, "reason": ""}, follow=True))
    before = attempt.deadline
    assert "已延长，新的结束时间" in words(desk.post(extend, {"minutes": 5, "reason": "换手机"}, follow=True))
    attempt.refresh_from_db()
    assert attempt.deadline - before == timedelta(minutes=5)
    hand_in = reverse("exams_cms:attempt_submit", args=[sitting.code, attempt.code])
    assert "请填写原因。" in words(desk.post(hand_in, {}, follow=True))
    assert "已交卷。已保存的答案都已计分。" in words(desk.post(hand_in, {"reason": "代考"}, follow=True))
    assert "已经交卷" in words(desk.post(hand_in, {"reason": "代考"}, follow=True))


def test_late_answers_are_listed_in_words(desk: Client, sitting: Sitting, attempt: Attempt) -> None:
    services.attempt_submit(member_id=attempt.member_id, attempt_id=attempt.pk, epoch=1)
    send(desk, attempt, [[12, 1, ["五", "24"], False, stamp()]])
    assert LateAnswer.objects.count() == 1
    page = words(desk.get(reverse("exams_cms:late", args=[sitting.code])))
    assert "五；24" in page
    assert attempt.member.name in page


def test_extra_time_is_granted_and_withdrawn(desk: Client, learner: Member, attempt: Attempt) -> None:
    address = reverse("exams_cms:extra_time")
    granted = desk.post(address, {"number": learner.number, "percent": 50, "reason": "视力"}, follow=True)
    assert "正在进行的考试立即生效" in words(granted)
    assert ExtraTime.objects.get().percent == 50
    assert "没有找到工号为“没有”的人。" in words(
        desk.post(address, {"number": "没有", "percent": 50, "reason": "视力"})
    )
    desk.post(reverse("exams_cms:extra_time_withdraw", args=[learner.code]))
    assert not ExtraTime.objects.exists()


def test_extra_time_of_a_stranger_to_the_subtree_is_out_of_reach(
    client: Client, west_trainer: User, learner: Member
) -> None:
    sign_in(client, west_trainer)
    address = reverse("exams_cms:extra_time")
    assert client.post(address, {"number": learner.number, "percent": 50, "reason": "视力"}).status_code == 422
    assert client.post(reverse("exams_cms:extra_time_withdraw", args=[learner.code])).status_code == 404
    assert not ExtraTime.objects.exists()


def test_sheets_that_an_ending_cut_short_left_open_can_be_taken_in_again(
    desk: Client, sitting: Sitting, attempt: Attempt
) -> None:
    Sitting.objects.update(state="closed")
    page = words(desk.get(reverse("exams_cms:sitting", args=[sitting.code])))
    assert "收回没有交的答卷" in page and "全场延长" not in page
    reply = desk.post(reverse("exams_cms:sitting_close", args=[sitting.code]), {"reason": "演示"}, follow=True)
    assert "收回没有交的答卷" not in words(reply)
    assert Attempt.objects.get().state == "marked"


def test_a_sitting_that_was_never_opened_can_be_deleted(desk: Client, sitting: Sitting) -> None:
    draft = scenes.make_sitting(sitting.exam, sitting.organisation, title="写错的场次")
    assert "删除这个场次" in words(desk.get(reverse("exams_cms:sitting", args=[draft.code])))
    reply = desk.post(reverse("exams_cms:sitting_delete", args=[draft.code]), follow=True)
    assert "已删除场次“写错的场次”。" in words(reply)
    assert "删除这个场次" not in words(desk.get(reverse("exams_cms:sitting", args=[sitting.code])))
    reply = desk.post(reverse("exams_cms:sitting_delete", args=[sitting.code]), follow=True)
    assert "这个场次已经开放过，不能删除。" in words(reply)
    assert Sitting.objects.get() == sitting


def test_opening_from_a_page_that_is_out_of_date_is_refused_and_asked_again(desk: Client, sitting: Sitting) -> None:
    planned = scenes.make_sitting(sitting.exam, sitting.organisation, title="改过的")
    address = reverse("exams_cms:sitting_open", args=[planned.code])
    seen = desk.get(address).context["opening"].stamp
    Sitting.objects.filter(pk=planned.pk).update(pass_mark=2000)
    reply = desk.post(address, {"seen": seen}, follow=True)
    assert "没有开放：您打开本页之后，安排有了变化。合格线由 16 分改为 20 分。请核对后再开放。" in words(reply)
    assert "<dd>20 分</dd>" in words(reply)
    planned.refresh_from_db()
    assert planned.state == "draft"


def forged(total: str) -> str:
    numbers = f'"version": 1, "revision": 1, "question_count": 1, "total_marks": {total}, "pass_mark": 1'
    return f'{{{numbers}, "plan": ""}}'


@pytest.mark.parametrize(
    "stamp",
    [
        *["", "{}", "[]", "1", "null", '{"version": 1}', "x" * 5000, "[" * 3900],
        *[forged(total) for total in ('"x"', "null", "1e999", "-1", "true", "1" + "0" * 3000)],
    ],
)
def test_opening_without_what_was_seen_only_asks(desk: Client, sitting: Sitting, stamp: str) -> None:
    planned = scenes.make_sitting(sitting.exam, sitting.organisation, title="没看过的")
    reply = desk.post(reverse("exams_cms:sitting_open", args=[planned.code]), {"seen": stamp}, follow=True)
    assert "确认开放" in words(reply)
    planned.refresh_from_db()
    assert planned.state == "draft"
