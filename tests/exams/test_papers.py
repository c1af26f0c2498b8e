"""From blueprint to papers: enough questions or a clear reason, forms that differ, the same seed the same paper."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from acts import Refused
from content.models import Edition
from exams import services
from exams.models import BlueprintFrozen, BlueprintRow, Form, FormKey, Question, Sitting
from exams.opening import opening_of
from exams.papers import NUMERALS, Need, PaperRefused, compile_form, forms_compile, needs
from exams.types import type_for
from exams.types.single_choice.models import SingleChoiceQuestion
from tests.exams import scenes

if TYPE_CHECKING:
    from exams.models import Exam
    from people.models import User


@pytest.fixture
def exam(db: None) -> Exam:
    edition = scenes.make_edition()
    scenes.make_bank(edition)
    return scenes.make_exam(edition)


def test_a_shortage_names_chapter_type_need_and_have(exam: Exam) -> None:
    BlueprintRow.objects.filter(kind="multiple_choice").update(count=9)
    assert [need.reason for need in needs(exam.newest) if need.short] == [
        "第 4 章需要 9 道多选题，题库只有 6 道。请减少到 6 道，或去补题。"
    ]
    assert (
        Need("fill_blank", "A", 2, 200, 0).reason == "附录 A需要 2 道填空题，题库一道也没有。请去补题，或删除这一行。"
    )


def test_only_current_questions_in_use_count(exam: Exam) -> None:
    drafts = Question.objects.non_polymorphic().filter(kind="fill_blank")
    drafts.filter(pk__in=list(drafts.values_list("pk", flat=True)[:3])).update(state="draft")
    assert next(need for need in needs(exam.newest) if need.kind == "fill_blank").have == 1


def test_rows_that_share_a_stock_do_not_count_it_twice(exam: Exam) -> None:
    BlueprintRow.objects.create(version=exam.newest, order=9, kind="single_choice", chapter="", count=6, marks_each=100)
    last = needs(exam.newest)[-1]
    assert (last.have, last.short) == (5, 1)  # 10 in the bank, 5 taken by the chapters' rows


def test_an_empty_blueprint_and_a_short_bank_open_nothing(
    exam: Exam, trainer: User, organisation: SimpleNamespace
) -> None:
    sitting = scenes.make_sitting(exam, organisation.city)
    BlueprintRow.objects.filter(kind="true_false").update(count=99)
    with pytest.raises(PaperRefused) as refused:
        scenes.open_planned(trainer, sitting)
    assert "判断题" in refused.value.reasons[0]
    BlueprintRow.objects.all().delete()
    with pytest.raises(PaperRefused, match="组卷蓝图是空的"):
        scenes.open_planned(trainer, sitting)
    assert Sitting.objects.get().state == "draft"
    assert not Form.objects.exists()
    assert not Question.objects.non_polymorphic().filter(used_at__isnull=False).exists()


def test_two_forms_differ_wholly_when_the_bank_is_twice_as_large(sitting: Sitting) -> None:
    first, second = sitting.forms.order_by("handed_out__order")
    assert not set(first.question_ids) & set(second.question_ids)
    assert first.digest != second.digest


def test_sections_stand_in_the_order_of_the_field_with_their_marks(sitting: Sitting) -> None:
    document = sitting.forms.get(handed_out__order=1).document
    assert [(s["title"], s["first"], s["last"]) for s in document["sections"]] == [
        ("一、单项选择题", 1, 5),
        ("二、多项选择题", 6, 8),
        ("三、判断题", 9, 11),
        ("四、填空题", 12, 13),
    ]
    assert [s["note"] for s in document["sections"]] == [
        "每题2分，共10分",
        "每题2分，共6分；多选、少选、错选均不得分",
        "每题2分，共6分",
        "每题2分，共4分",
    ]
    assert document["total"] == 2600 == sitting.total_marks
    assert [q["n"] for q in document["questions"]] == list(range(1, 14)) == list(range(1, sitting.question_count + 1))


def test_the_same_seed_compiles_the_same_paper_again(sitting: Sitting) -> None:
    paper = sitting.forms.get(handed_out__order=1)
    document, key, ids = compile_form(sitting.blueprint, title=sitting.title, seed=f"{sitting.code}:1", used=Counter())
    assert (document, ids) == (paper.document, paper.question_ids)
    assert key == FormKey.objects.get(form=paper).document


def test_opening_freezes_the_drawn_questions_and_only_those(sitting: Sitting) -> None:
    drawn = {pk for paper in sitting.forms.all() for pk in paper.question_ids}
    used = set(Question.objects.non_polymorphic().filter(used_at__isnull=False).values_list("pk", flat=True))
    assert used == drawn


def test_options_stand_in_another_order_than_they_were_written_somewhere(sitting: Sitting) -> None:
    shown = [
        [option["t"][0] for option in question["options"]]
        for paper in sitting.forms.all()
        for question in paper.document["questions"]
        if question["type"].endswith("choice")
    ]
    assert any(order != ["甲", "乙", "丙", "丁"] for order in shown)


def shown(texts: list[str], *, right: str, pinned: tuple[str, ...] = (), seed: int) -> tuple[list[str], str]:
    options: list[dict[str, Any]] = [{"text": t, "correct": t == right} for t in texts]
    for option in options:
        if option["text"] in pinned:
            option["pinned"] = True
    entry, key = type_for("single_choice").entry(SingleChoiceQuestion(stem="题", options=options), random.Random(seed))
    return [o["t"] for o in entry["options"]], key


@pytest.mark.parametrize(
    "texts",
    [
        ["24小时", "12小时", "48小时", "7日"],
        ["一次", "二次", "三次", "四次"],
        ["优秀", "称职", "基本称职", "不称职"],
        ["1日", "2日", "5日", "10日"],
    ],
)
def test_numbers_and_grades_are_shuffled_so_that_the_key_moves(texts: list[str]) -> None:
    keys = Counter(shown(texts, right=texts[0], seed=seed)[1] for seed in range(400))
    assert set(keys) == set("ABCD")
    assert min(keys.values()) > 60  # 100 each on average


def test_what_the_author_pins_stays_and_the_others_move_round_it() -> None:
    texts = ["24小时", "12小时", "48小时", "7日"]
    orders = [shown(texts, right="24小时", pinned=("48小时",), seed=seed)[0] for seed in range(60)]
    assert {order[2] for order in orders} == {"48小时"}
    assert all({order[place] for order in orders} == {"24小时", "12小时", "7日"} for place in (0, 1, 3))


OF_THE_OTHERS = [
    "以上都是",
    "以上都不对",
    "上述说法均正确",
    "以上各项都对",
    "A和B都对",
    "选项A、C",
    "Ａ和Ｂ",
    "a、c",
    "ABD",
    "A、B、C。",
]
OF_THE_OTHERS += [
    "前两项都对",
    "前三项均正确",
    "后两种做法都可以",
    "其余各项均可",
    "其他选项都不对",
    "两者都不是",
    "都对",
    "全部正确",
    "没有正确选项",
]


@pytest.mark.parametrize("last", OF_THE_OTHERS)
def test_an_option_that_speaks_of_the_others_stays_by_itself(last: str) -> None:
    orders = [shown(["甲", "乙", "丙", last], right=last, seed=seed) for seed in range(40)]
    assert {(order[3], key) for order, key in orders} == {(last, "D")}
    assert len({tuple(order) for order, _key in orders}) > 3


OF_THEMSELVES = [
    "A角和B角轮换",
    "以上级通知为准",
    "A级和B级风险",
    "都不对外公布",
    "按以上程序办理",
    "前三天都要在场",
    "ABS系统",
]
OF_THEMSELVES += ["没有正确佩戴工作证", "其他人都要撤离", "全部可燃物清走", "网格员都可以办"]


@pytest.mark.parametrize("text", OF_THEMSELVES)
def test_an_option_that_only_looks_like_that_moves(text: str) -> None:
    assert len({shown(["甲", "乙", "丙", text], right=text, seed=seed)[1] for seed in range(60)}) == 4


def test_compiling_asks_a_fixed_number_of_statements(
    exam: Exam, organisation: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    sitting = scenes.make_sitting(exam, organisation.city, form_count=4)
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        forms_compile(sitting, exam.newest)


def rows_of(exam: Exam) -> list[services.Row]:
    return [services.Row(row.kind, row.chapter, row.count, row.marks_each) for row in exam.newest.rows.all()]


def test_a_new_edition_makes_the_next_version_of_the_same_exam(trainer: User, sitting: Sitting) -> None:
    """Certificates say by which edition the exam was: what was sat keeps its version, and with it its edition."""
    exam, before = sitting.exam, sitting.blueprint.edition
    other = Edition.objects.create(
        standard=before.standard, code="demo-2027", title="演示标准", label="2027年版", state="draft"
    )
    made = services.blueprint_save(
        actor=trainer, exam=exam, title="改名", edition=other, rows=rows_of(exam), seen=exam.revision
    )
    sitting.refresh_from_db()
    assert (made.exam, made.number, made.edition) == (exam, 2, other)
    assert (sitting.blueprint.number, sitting.blueprint.edition, sitting.exam.title) == (1, before, "改名")


def test_a_title_alone_makes_no_version(trainer: User, sitting: Sitting) -> None:
    exam = sitting.exam
    services.blueprint_save(
        actor=trainer,
        exam=exam,
        title="改名",
        edition=exam.newest.edition,
        rows=rows_of(exam),
        seen=exam.revision,
    )
    assert exam.versions.count() == 1


def test_a_version_that_a_form_was_compiled_from_never_changes(sitting: Sitting) -> None:
    version = sitting.blueprint
    with pytest.raises(BlueprintFrozen):
        version.save()
    row = version.rows.first()
    assert row is not None
    with pytest.raises(BlueprintFrozen):
        row.save()
    with pytest.raises(BlueprintFrozen):
        row.delete()


def _change_marks(exam: Exam, trainer: User) -> None:
    rows = [services.Row(row.kind, row.chapter, row.count, 300) for row in rows_of(exam)]
    services.blueprint_save(
        actor=trainer, exam=exam, title=exam.title, edition=exam.newest.edition, rows=rows, seen=exam.revision
    )


def test_opening_is_refused_when_the_blueprint_changed_since_it_was_seen(
    exam: Exam, trainer: User, organisation: SimpleNamespace
) -> None:
    sitting = scenes.make_sitting(exam, organisation.city)
    seen = opening_of(sitting)
    _change_marks(exam, trainer)
    with pytest.raises(Refused, match=r"满分由 26 分改为 39 分。请核对后再开放。"):
        services.sitting_open(actor=trainer, sitting=sitting, seen=seen)
    assert not Form.objects.exists()


def test_opening_is_refused_when_a_newer_version_exists(
    exam: Exam, trainer: User, organisation: SimpleNamespace
) -> None:
    scenes.open_planned(trainer, scenes.make_sitting(exam, organisation.city))
    planned = scenes.make_sitting(exam, organisation.city, title="第二场")
    seen = opening_of(planned)
    _change_marks(exam, trainer)
    with pytest.raises(Refused, match="组卷蓝图已有新的第 2 版，您看到的是第 1 版。"):
        services.sitting_open(actor=trainer, sitting=planned, seen=seen)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pass_mark": 2000}, "合格线由 16 分改为 20 分。"),
        ({"duration_minutes": 90}, "场次的时间、参加范围或其他安排改过。"),
        ({"form_count": 3}, "场次的时间、参加范围或其他安排改过。"),
    ],
)
def test_opening_is_refused_when_the_plan_changed_since_it_was_seen(
    exam: Exam, trainer: User, organisation: SimpleNamespace, changes: dict[str, int], sentence: str
) -> None:
    sitting = scenes.make_sitting(exam, organisation.city)
    seen = opening_of(sitting)
    Sitting.objects.filter(pk=sitting.pk).update(**changes)
    with pytest.raises(Refused, match=sentence):
        services.sitting_open(actor=trainer, sitting=sitting, seen=seen)


def test_an_opened_sitting_names_the_version_it_opened_and_its_forms_in_order(sitting: Sitting) -> None:
    sitting.refresh_from_db()
    assert sitting.version == sitting.exam.newest
    assert sitting.blueprint.used_at is not None
    assert list(sitting.handed_out.order_by("order").values_list("order", flat=True)) == [1, 2]
    assert {form.version_id for form in sitting.forms.all()} == {sitting.version_id}


def test_a_paper_may_have_a_section_for_each_type_of_the_glossary() -> None:
    assert (NUMERALS[9], NUMERALS[10], NUMERALS[14]) == ("十", "十一", "十五")
