"""Question bank and blueprints in the CMS: bad input is explained and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.models import Clause, Edition
from exams.models import Exam, Question, QuestionClause, Sitting
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client


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


def test_the_author_pins_options_and_takes_a_pin_away(desk: Client, sitting: Sitting) -> None:
    written = question_data(option_3="以上都不对", pinned_1="on")
    desk.post(reverse("exams_cms:question_add", args=["single_choice"]), written)
    made: Any = Question.objects.order_by("pk").last()
    pins = {option["text"]: option["pinned"] for option in made.options}
    assert pins == {"当场劝导": False, "置之不理": True, "以上都不对": True}
    page = words(desk.get(reverse("exams_cms:question", args=[made.pk])))
    assert "选项“以上都不对”说的是别的选项，已固定在原处" in page
    # The options close up: what stood in the fourth row stands in the third now.
    del written["pinned_1"]
    desk.post(reverse("exams_cms:question", args=[made.pk]), {**written, "option_2": "以上都不对", "option_3": ""})
    made.refresh_from_db()
    assert [option["pinned"] for option in made.options] == [False, False, False]


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
        ("never_used=yes", 0),
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


def test_the_bank_is_filtered_by_edition_and_its_chapters(desk: Client, sitting: Sitting) -> None:
    page = words(desk.get(reverse("exams_cms:questions")))
    assert "第 4 章 人员" in page and "（2025年版） · 第 4 章" not in page
    other = Edition.objects.create(
        standard=sitting.blueprint.edition.standard,
        code="other",
        title="另一份标准",
        label="2026年版",
        state="upcoming",
        numbering="gbt",
    )
    chapter = Clause.add_root(edition=other, number="9", kind="chapter", title="附则")
    clause = chapter.add_child(edition=other, number="9.1", kind="clause", text="网格员应甲。")
    question = scenes.make_question(sitting.blueprint.edition, "single_choice", "4", 90)
    QuestionClause.objects.filter(question=question).update(clause=clause)
    address = reverse("exams_cms:questions")
    assert "另一份标准（2026年版） · 第 9 章 附则" in words(desk.get(address))
    for query in (f"edition={other.pk}", f"chapter={chapter.path}", f"edition={other.pk}&chapter={chapter.path}"):
        reply = desk.get(f"{address}?{query}")
        assert reply.context["items_count"] == 1, query
    assert "第 4 章 人员" not in words(desk.get(f"{address}?edition={other.pk}"))
    assert desk.get(f"{address}?edition=999999").status_code == 200


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
    made = Exam.objects.get(title="演示蓝图二")
    assert list(made.newest.rows.values_list("kind", "chapter", "count", "marks_each")) == [
        ("single_choice", "4", 7, 200),
        ("true_false", "", 3, 150),
    ]
    sample = desk.get(reverse("exams_cms:blueprint_sample", args=[made.code]), follow=True)
    assert "题库只有 6 道" in words(sample)


def test_spare_rows_are_left_out_as_a_browser_sends_them(desk: Client, sitting: Sitting) -> None:
    rows = [("single_choice", "4", "3", "2"), ("single_choice", "", "", ""), ("single_choice", "", "", "")]
    reply = desk.post(reverse("exams_cms:blueprint_add"), blueprint_data(sitting.blueprint.edition_id, rows))
    assert reply.status_code == 302
    assert Exam.objects.get(title="演示蓝图二").newest.rows.get().count == 3


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
        ([("single_choice", "4", "1", "2")], {"title": " "}, "请填写考试名称。"),
    ],
)
def test_a_bad_blueprint_is_explained(
    desk: Client, sitting: Sitting, rows: list[tuple[str, str, str, str]], changes: dict[str, Any], sentence: str
) -> None:
    data = blueprint_data(sitting.blueprint.edition_id, rows, **changes)
    reply = desk.post(reverse("exams_cms:blueprint_add"), data)
    assert reply.status_code == 422
    assert sentence in words(reply)
    assert Exam.objects.count() == 1


def test_the_sample_shows_a_paper_with_its_key_and_uses_up_nothing(desk: Client, sitting: Sitting) -> None:
    used = Question.objects.non_polymorphic().filter(used_at__isnull=False).count()
    reply = desk.get(reverse("exams_cms:blueprint_sample", args=[sitting.exam.code]))
    assert "答案：" in words(reply)
    assert "多选、少选、错选均不得分" in words(reply)
    assert Question.objects.non_polymorphic().filter(used_at__isnull=False).count() == used


def test_a_blueprint_is_deleted_unless_something_rests_on_it(desk: Client, sitting: Sitting) -> None:
    spare = scenes.make_exam(sitting.blueprint.edition, "写错的蓝图")
    reply = desk.post(reverse("exams_cms:blueprint_delete", args=[spare.code]), follow=True)
    assert "已删除组卷蓝图“写错的蓝图”。" in words(reply)
    reply = desk.post(reverse("exams_cms:blueprint_delete", args=[sitting.exam.code]), follow=True)
    assert "在用这场考试，不能删除" in words(reply)
    assert Exam.objects.get() == sitting.exam
    assert desk.post(reverse("exams_cms:blueprint_delete", args=["no-such-exam"])).status_code == 404


def _page_data(exam: Exam, rows: list[tuple[str, str, str, str]], **changes: Any) -> dict[str, Any]:
    return blueprint_data(exam.newest.edition_id, rows, title=exam.title, seen=exam.revision, **changes)


def test_an_edit_after_a_form_was_compiled_makes_the_next_version(desk: Client, sitting: Sitting) -> None:
    exam = sitting.exam
    address = reverse("exams_cms:blueprint", args=[exam.code])
    assert "已按这一版组过卷" in words(desk.get(address))
    assert desk.post(address, _page_data(exam, [("single_choice", "4", "3", "2")])).status_code == 302
    exam.refresh_from_db()
    assert exam.newest.number == 2
    assert sitting.blueprint.rows.count() == len(scenes.ROWS)
    # The next edit changes the new version itself: nothing was compiled from it yet.
    assert desk.post(address, _page_data(exam, [("single_choice", "4", "2", "2")])).status_code == 302
    assert [(v.number, v.rows.count()) for v in exam.versions.order_by("number")] == [(1, len(scenes.ROWS)), (2, 1)]
    assert exam.newest.rows.get().count == 2


def test_the_second_of_two_trainers_is_told_and_keeps_what_he_typed(desk: Client, sitting: Sitting) -> None:
    exam = scenes.make_exam(sitting.blueprint.edition, "两人同改")
    address = reverse("exams_cms:blueprint", args=[exam.code])
    first = _page_data(exam, [("single_choice", "4", "3", "2")])
    second = _page_data(exam, [("single_choice", "4", "5", "4.5")])
    assert desk.post(address, first).status_code == 302
    reply = desk.post(address, second)
    assert reply.status_code == 422
    assert "别人改过这场考试的蓝图" in words(reply)
    assert 'value="4.5"' in reply.content.decode()
    assert exam.newest.rows.get().count == 3
    # Now he knows: the page that told him carries what is there now.
    exam.refresh_from_db()
    assert f'name="seen" value="{exam.revision}"' in reply.content.decode()
    assert desk.post(address, {**second, "seen": exam.revision}).status_code == 302
    assert exam.newest.rows.get().count == 5


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "4.5"])
def test_what_is_no_number_is_no_fault_of_the_system(desk: Client, sitting: Sitting, number: str) -> None:
    for name in ("question_add", "questions", "blueprint_add"):
        address = reverse(f"exams_cms:{name}", args=["single_choice"] if name == "question_add" else [])
        assert desk.get(address, {"edition": number, "chapter": number}).status_code == 200
    data = blueprint_data(sitting.blueprint.edition_id, [("single_choice", "4", number, "2")])
    assert desk.post(reverse("exams_cms:blueprint_add"), data).status_code == 422
    question = question_data(edition=number)
    assert desk.post(reverse("exams_cms:question_add", args=["single_choice"]), question).status_code == 422
