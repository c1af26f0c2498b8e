"""The trainers' pages: they work, they ask who comes, they explain bad input and change nothing then."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import Clause, Edition
from exams import services
from exams.models import Attempt, Blueprint, ExtraTime, LateAnswer, Question, Sitting
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.exams import scenes
from tests.exams.scenes import send, stamp

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User


def words(reply: Any) -> str:
    return str(reply.content.decode())


@pytest.fixture
def desk(client: Client, trainer: User) -> Client:
    return sign_in(client, trainer)


@pytest.fixture
def west_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-west", "演示西镇讲师", RoleGrant.Role.TRAINER, organisation.west_town)


def pages(sitting: Sitting, attempt: Attempt) -> list[str]:
    question = Question.objects.non_polymorphic().first()
    assert question is not None
    names: list[tuple[str, list[Any]]] = [
        ("questions", []),
        ("questions_results", []),
        *[("question_add", [kind]) for kind in ("single_choice", "multiple_choice", "true_false", "fill_blank")],
        *[("question", [pk]) for pk in Question.objects.non_polymorphic().values_list("pk", flat=True)[:30:4]],
        ("blueprints", []),
        ("blueprint_add", []),
        ("blueprint", [sitting.blueprint_id]),
        ("blueprint_sample", [sitting.blueprint_id]),
        ("sittings", []),
        ("sitting_add", []),
        ("sitting", [sitting.code]),
        ("sitting_live", [sitting.code]),
        ("late", [sitting.code]),
        ("attempt", [sitting.code, attempt.code]),
        ("extra_time", []),
    ]
    return [reverse(f"exams_cms:{name}", args=arguments) for name, arguments in names]


ACTS = ["sitting_open", "sitting_extend", "sitting_close"]


def test_every_page_opens_for_the_trainer(desk: Client, sitting: Sitting, attempt: Attempt) -> None:
    for address in pages(sitting, attempt):
        assert desk.get(address).status_code == 200, address


def test_nobody_else_gets_in(
    client: Client, sitting: Sitting, attempt: Attempt, learner: Member, supervisor: User, stranger: User
) -> None:
    for address in pages(sitting, attempt):
        client.logout()
        assert client.get(address).status_code == 302, address
        for user in (learner.user, supervisor, stranger):
            reply = sign_in(client, user).get(address)
            assert reply.status_code in (302, 403), (address, user)
    for name in ACTS:
        assert client.post(reverse(f"exams_cms:{name}", args=[sitting.code])).status_code in (302, 403)
    assert Sitting.objects.get(pk=sitting.pk).state == "open"


def test_a_sitting_of_another_subtree_does_not_exist(
    client: Client, sitting: Sitting, attempt: Attempt, west_trainer: User, organisation: SimpleNamespace
) -> None:
    Sitting.objects.update(organisation=organisation.east_town)
    sign_in(client, west_trainer)
    for name in ("sitting", "sitting_live", "late", "sitting_edit"):
        assert client.get(reverse(f"exams_cms:{name}", args=[sitting.code])).status_code == 404
    for name in ACTS:
        reply = client.post(reverse(f"exams_cms:{name}", args=[sitting.code]), {"minutes": 5, "reason": "演示"})
        assert reply.status_code == 404
    for name in ("attempt_extend", "attempt_submit"):
        reply = client.post(
            reverse(f"exams_cms:{name}", args=[sitting.code, attempt.code]), {"minutes": 5, "reason": "演示"}
        )
        assert reply.status_code == 404
    assert sitting.title not in words(client.get(reverse("exams_cms:sittings")))
    before = attempt.deadline
    attempt.refresh_from_db()
    assert (attempt.deadline, attempt.state) == (before, "open")


def test_an_attempt_of_another_sitting_is_not_found_under_this_one(
    desk: Client, sitting: Sitting, attempt: Attempt
) -> None:
    other = scenes.make_sitting(sitting.blueprint, sitting.organisation, title="另一场")
    assert desk.get(reverse("exams_cms:attempt", args=[other.code, attempt.code])).status_code == 404
    reply = desk.post(reverse("exams_cms:attempt_submit", args=[other.code, attempt.code]), {"reason": "演示"})
    assert reply.status_code == 404
    assert Attempt.objects.get().state == "open"


def test_what_changes_something_asks_for_post(desk: Client, sitting: Sitting, attempt: Attempt) -> None:
    for name in ACTS:
        assert desk.get(reverse(f"exams_cms:{name}", args=[sitting.code])).status_code == 405
    for name in ("attempt_extend", "attempt_submit"):
        assert desk.get(reverse(f"exams_cms:{name}", args=[sitting.code, attempt.code])).status_code == 405


# --- the bank ---------------------------------------------------------------------------------------------------------


def question_data(**changes: Any) -> dict[str, Any]:
    from content.models import Edition

    return {
        "stem": "发现消防通道被堵，首先应当（　　）。",
        "edition": Edition.objects.get().pk,
        "main_clause": "4.1",
        "other_clauses": "5.1、5.2",
        "explanation": "依据第4.1条。",
        "difficulty": "easy",
        "state": "ready",
        "option_0": "当场劝导",
        "option_1": "置之不理",
        "option_2": "",
        "option_3": "改天再说",
        "correct": "0",
        **changes,
    }


def test_a_single_choice_question_is_added(desk: Client, sitting: Sitting) -> None:
    reply = desk.post(reverse("exams_cms:question_add", args=["single_choice"]), question_data(), follow=True)
    assert "已新增试题" in words(reply)
    made: Any = Question.objects.order_by("pk").last()
    assert [o["text"] for o in made.options] == ["当场劝导", "置之不理", "改天再说"]
    assert [o["correct"] for o in made.options] == [True, False, False]
    links = made.clause_links.order_by("-is_main", "clause__number").values_list("clause__number", "is_main")
    assert list(links) == [("4.1", True), ("5.1", False), ("5.2", False)]


def test_the_only_standard_is_chosen_beforehand(desk: Client, sitting: Sitting) -> None:
    page = words(desk.get(reverse("exams_cms:question_add", args=["single_choice"])))
    assert f'<input type="hidden" name="edition" value="{sitting.blueprint.edition_id}"' in page


def test_the_other_types_are_added(desk: Client, sitting: Sitting) -> None:
    several = question_data(correct_0="on", correct_3="on")
    desk.post(reverse("exams_cms:question_add", args=["multiple_choice"]), several)
    desk.post(reverse("exams_cms:question_add", args=["true_false"]), question_data(is_true="false"))
    blanks = question_data(stem="每____个工作日，____小时。", blank_0="5 | 五", blank_1="24｜二十四")
    desk.post(reverse("exams_cms:question_add", args=["fill_blank"]), blanks)
    made: Any = Question.objects.order_by("pk")[Question.objects.count() - 3 :]
    multiple, true_false, fill = made
    assert [o["correct"] for o in multiple.options] == [True, False, True]
    assert true_false.is_true is False
    assert fill.blanks == [["5", "五"], ["24", "二十四"]]


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("multiple_choice", {"correct_0": "on"}, "多选题至少要有 2 个正确选项。现在只有 1 个。"),
        ("single_choice", {"correct": ""}, "单选题要有且只有 1 个正确选项。现在有 0 个。"),
        ("single_choice", {"stem": ""}, "请填写题干。"),
        ("single_choice", {"main_clause": ""}, "请填写主要依据条款。"),
        ("single_choice", {"main_clause": "9.9"}, "里没有第 9.9 条。"),
        ("single_choice", {"other_clauses": "4.1、8"}, "里没有第 8 条。"),
        ("single_choice", {"option_1": "当场劝导"}, "有两个选项相同：“当场劝导”。"),
        ("true_false", {}, "请选择题干的说法是正确还是错误。"),
        ("fill_blank", {"blank_0": "5"}, "填空题的题干里要用 ____"),
        ("fill_blank", {"stem": "每____日，____时。", "blank_0": "5"}, "题干里有 2 个空，答案却有 1 组。"),
    ],
)
def test_a_bad_question_is_explained_and_nothing_is_written(
    desk: Client, sitting: Sitting, kind: str, changes: dict[str, Any], sentence: str
) -> None:
    before = Question.objects.count()
    reply = desk.post(reverse("exams_cms:question_add", args=[kind]), question_data(**changes))
    assert reply.status_code == 422
    assert sentence in words(reply)
    assert Question.objects.count() == before


def test_revising_a_used_question_says_what_happens(desk: Client, sitting: Sitting) -> None:
    question = Question.objects.filter(kind="single_choice", used_at__isnull=False)[0]
    address = reverse("exams_cms:question", args=[question.pk])
    assert "此题已用于考试，保存后生成第 2 版，旧答卷仍按第 1 版显示。" in words(desk.get(address))
    reply = desk.post(address, question_data(), follow=True)
    assert "已生成第 2 版。旧答卷仍按旧版显示。" in words(reply)
    assert "这是第 1 版，只能查看。最新的是第 2 版。" in words(desk.get(address))
    assert "请在最新版本上修改" in words(desk.post(address, question_data()))


def test_forms_change_only_what_they_declare(desk: Client, sitting: Sitting) -> None:
    """SECURITY row 28: every column of the model posted, the undeclared ones without effect."""
    question = scenes.make_question(sitting.blueprint.edition, "single_choice", "4", 77)
    poison = {
        "version": 9,
        "is_current": "",
        "used_at": "2020-01-01",
        "lineage": "x",
        "code": "X",
        "kind": "true_false",
        "created_by": 1,
    }
    desk.post(reverse("exams_cms:question", args=[question.pk]), question_data(**poison))
    kept = Question.objects.get(pk=question.pk)
    assert (kept.version, kept.is_current, kept.used_at, kept.code, kept.kind, kept.created_by_id) == (
        1,
        True,
        None,
        question.code,
        "single_choice",
        None,
    )
    assert kept.stem == "发现消防通道被堵，首先应当（　　）。"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 26),
        ("kind=single_choice", 10),
        ("state=draft", 0),
        ("clause=4", 12),
        ("clause=5.1", 7),
        ("never_used=true", 0),
        ("q=工作日", 4),
        ("kind=nonsense", 26),
        ("ordering=password", 26),
        ("p=99999", 26),
    ],
)
def test_the_bank_is_filtered_and_searched(desk: Client, sitting: Sitting, query: str, found: int) -> None:
    reply = desk.get(f"{reverse('exams_cms:questions')}?{query}")
    assert reply.status_code == 200
    assert reply.context["items_count"] == found


def test_the_list_takes_few_statements_however_long_it_is(desk: Client, sitting: Sitting) -> None:
    for n in range(60):
        scenes.make_question(sitting.blueprint.edition, "single_choice", "4", 100 + n)
    desk.get(reverse("exams_cms:questions"))
    with CaptureQueriesContext(connection) as queries:
        reply = desk.get(reverse("exams_cms:questions"))
    assert len(reply.context["object_list"]) == 50
    assert len(queries) <= 25


# --- blueprints -------------------------------------------------------------------------------------------------------


def blueprint_data(edition: int, rows: list[tuple[str, str, str, str]], **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": "演示蓝图二",
        "edition": edition,
        "rows-TOTAL_FORMS": len(rows),
        "rows-INITIAL_FORMS": 0,
        **changes,
    }
    for n, (kind, chapter, count, marks) in enumerate(rows):
        data.update(
            {
                f"rows-{n}-kind": kind,
                f"rows-{n}-chapter": chapter,
                f"rows-{n}-count": count,
                f"rows-{n}-marks_each": marks,
            }
        )
    return data


def test_a_blueprint_is_made_with_have_and_need(desk: Client, sitting: Sitting) -> None:
    edition = sitting.blueprint.edition_id
    rows = [("single_choice", "4", "7", "2"), ("true_false", "", "3", "1.5")]
    reply = desk.post(reverse("exams_cms:blueprint_add"), blueprint_data(edition, rows), follow=True)
    assert "已保存组卷蓝图" in words(reply)
    assert "第 4 章需要 7 道单选题，题库只有 6 道。请减少到 6 道，或去补题。" in words(reply)
    assert "共 10 题，18.5 分" in words(reply)
    made = Blueprint.objects.get(title="演示蓝图二")
    assert list(made.rows.values_list("kind", "chapter", "count", "marks_each")) == [
        ("single_choice", "4", 7, 200),
        ("true_false", "", 3, 150),
    ]
    sample = desk.get(reverse("exams_cms:blueprint_sample", args=[made.pk]), follow=True)
    assert "题库只有 6 道" in words(sample)


def test_spare_rows_are_left_out_as_a_browser_sends_them(desk: Client, sitting: Sitting) -> None:
    rows = [("single_choice", "4", "3", "2"), ("single_choice", "", "", ""), ("single_choice", "", "", "")]
    reply = desk.post(reverse("exams_cms:blueprint_add"), blueprint_data(sitting.blueprint.edition_id, rows))
    assert reply.status_code == 302
    assert Blueprint.objects.get(title="演示蓝图二").rows.get().count == 3


def test_a_new_blueprint_offers_the_chapters_of_the_edition_that_is_asked_for(desk: Client, sitting: Sitting) -> None:
    other = Edition.objects.create(
        standard=sitting.blueprint.edition.standard, code="other", label="另一版", title="另一份", state="upcoming"
    )
    Clause.add_root(edition=other, number="9", kind=Clause.Kind.CHAPTER, title="九章")
    address = reverse("exams_cms:blueprint_add")
    assert "第 9 章 九章" in words(desk.get(address, {"edition": other.pk}))
    for given in ("", "x", "²", "99999", "9" * 30):
        assert "第 9 章" not in words(desk.get(address, {"edition": given}))


@pytest.mark.parametrize(
    ("rows", "changes", "sentence"),
    [
        ([], {}, "请至少填写一行题型和题数。"),
        ([("single_choice", "4", "", "2")], {}, "请填写题数。"),
        ([("single_choice", "4", "3", "")], {}, "请填写每题分值。"),
        ([("single_choice", "4", "0", "2")], {}, "第 1 行"),
        ([("single_choice", "77", "1", "2")], {}, "第 1 行"),
        ([("single_choice", "4", "1", "2")], {"title": " "}, "请填写蓝图名称。"),
    ],
)
def test_a_bad_blueprint_is_explained(
    desk: Client, sitting: Sitting, rows: list[tuple[str, str, str, str]], changes: dict[str, Any], sentence: str
) -> None:
    data = blueprint_data(sitting.blueprint.edition_id, rows, **changes)
    reply = desk.post(reverse("exams_cms:blueprint_add"), data)
    assert reply.status_code == 422
    assert sentence in words(reply)
    assert Blueprint.objects.count() == 1


def test_the_sample_shows_a_paper_with_its_key_and_uses_up_nothing(desk: Client, sitting: Sitting) -> None:
    used = Question.objects.non_polymorphic().filter(used_at__isnull=False).count()
    reply = desk.get(reverse("exams_cms:blueprint_sample", args=[sitting.blueprint_id]))
    assert "答案：" in words(reply)
    assert "多选、少选、错选均不得分" in words(reply)
    assert Question.objects.non_polymorphic().filter(used_at__isnull=False).count() == used


# --- sittings ---------------------------------------------------------------------------------------------------------


def sitting_data(sitting: Sitting, **changes: Any) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "title": "复审考试",
        "blueprint": sitting.blueprint_id,
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
    assert "已开放。试卷已生成" in words(desk.post(reverse("exams_cms:sitting_open", args=[planned.code]), follow=True))
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
        ({"blueprint": ""}, "请选择组卷蓝图。"),
        ({"organisation": ""}, "请选择参加单位。"),
        ({"closes_at": "2026-01-01 08:00"}, "结束时间要晚于开始时间。"),
        ({"opens_at": "2020-01-01 08:00", "closes_at": "2020-01-01 09:00"}, "结束时间已过。请选一个将来的时间。"),
        ({"duration_minutes": "0"}, "考试时长（分钟）"),
        ({"opens_at": "昨天"}, "开始时间"),
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
    planned = scenes.make_sitting(sitting.blueprint, sitting.organisation, title="太难", pass_mark=9000)
    reply = desk.post(reverse("exams_cms:sitting_open", args=[planned.code]), follow=True)
    assert "合格线 90 分高于满分 26 分。请先修改合格线。" in words(reply)
    planned.refresh_from_db()
    assert planned.state == "draft"
    assert not planned.papers.exists()


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
    assert live["counts"] == {"entered": 2, "writing": 2, "silent": 1, "submitted": 0}
    rows = {row[0]: row for row in live["rows"]}
    assert rows[attempt.code][1] == "作答中"
    assert rows[attempt.code][4] == 1
    assert rows[other.code][1] == "超过 2 分钟没有保存"
    filtered = words(desk.get(reverse("exams_cms:sitting", args=[sitting.code]), {"state": "silent"}))
    assert neighbour.name in filtered
    assert attempt.member.name not in filtered


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


def test_what_a_trainer_writes_is_shown_as_text(
    desk: Client, client: Client, sitting: Sitting, learner: Member
) -> None:
    """SECURITY row 7: markup in stems, options and explanations stays what it is."""
    evil = "<img src=x onerror=alert(1)>"
    question = scenes.make_question(sitting.blueprint.edition, "single_choice", "4", 88, stem=f"{evil}（　　）。")
    for address in (reverse("exams_cms:question", args=[question.pk]), reverse("exams_cms:questions")):
        assert "<img src=x" not in words(desk.get(address))
