"""Marking is a pure function, the same for every type: the key earns everything, nonsense nothing, and nothing more than all."""

from __future__ import annotations

import importlib
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exams.models import Question
from exams.types import Part, QuestionType, all_types, type_for
from exams.types.fill_blank.models import FillBlankQuestion
from exams.types.multiple_choice.models import MultipleChoiceQuestion
from exams.types.options import Options
from exams.types.single_choice.models import SingleChoiceQuestion

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)


def strategies_of(kind: QuestionType) -> st.SearchStrategy[Question]:
    """Each type brings its own, beside itself."""
    package = type(kind).__module__.rpartition(".")[0]
    found: st.SearchStrategy[Question] = importlib.import_module(f"{package}.strategies").questions()
    return found


# The first draw of a process builds Hypothesis's table of characters, which takes more than a second on a busy machine.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
ALL_TYPES = st.one_of(*(strategies_of(kind) for kind in all_types().values()))


def questions() -> st.SearchStrategy[Question]:
    return ALL_TYPES


@patient
@given(question=questions(), seed=st.integers(0, 1000))
def test_the_key_earns_everything_and_is_an_acceptable_answer(question: Question, seed: int) -> None:
    kind = type_for(question.type_code)
    assert kind.problems(question) == []
    parts = kind.parts(question, random.Random(seed))
    assert len(parts) == kind.numbers(question) >= 1
    for part in parts:
        value = kind.right_answer(part.key)
        assert kind.accepts(part.entry, value)
        assert kind.in_words(part.entry, value)
        if by_key(part, kind):
            earned, shares = kind.share(part.key, value)
            assert earned == shares >= 1


def by_key(part: Part, kind: QuestionType) -> bool:
    return (part.marked_by or kind.marked_by) == "key"


@patient
@given(question=questions(), value=anything)
def test_whatever_a_browser_sends_earns_between_nothing_and_everything(question: Question, value: Any) -> None:
    kind = type_for(question.type_code)
    for part in kind.parts(question, random.Random(1)):
        kind.accepts(part.entry, value)
        if by_key(part, kind):
            earned, shares = kind.share(part.key, value)
            assert 0 <= earned <= shares
            if value is None:
                assert earned == 0


@patient
@given(question=questions(), value=anything)
def test_what_is_not_accepted_earns_nothing(question: Question, value: Any) -> None:
    """So that a value in a wrong shape can't be worth more than a right one."""
    kind = type_for(question.type_code)
    for part in kind.parts(question, random.Random(2)):
        if not kind.accepts(part.entry, value) and question.type_code != "fill_blank" and by_key(part, kind):
            assert kind.share(part.key, value)[0] == 0


@patient
@given(question=questions(), seed=st.integers(0, 1000))
def test_the_same_seed_gives_the_same_paper_entry_and_no_key_in_it(question: Question, seed: int) -> None:
    kind = type_for(question.type_code)
    parts = kind.parts(question, random.Random(seed))
    assert parts == kind.parts(question, random.Random(seed))
    for part in parts:
        assert not {"key", "right", "correct"} & set(part.entry)
        assert all(set(option) == {"k", "t"} for option in part.entry.get("options", []))


WITH_OPTIONS = [kind for kind in all_types().values() if isinstance(kind, Options)]


@patient
@given(question=st.one_of(*(strategies_of(kind) for kind in WITH_OPTIONS)), seed=st.integers(0, 1000))
def test_the_key_names_what_the_author_marked_wherever_it_is_shown(question: Any, seed: int) -> None:
    kind: Any = type_for(question.type_code)
    entry, key = kind.entry(question, random.Random(seed))
    shown = {option["k"]: option["t"] for option in entry["options"]}
    assert {shown[label] for label in kind.chosen(key)} == {o["text"] for o in question.options if o["correct"]}
    assert sorted(shown.values()) == sorted(option["text"] for option in question.options)


def multiple(*right: int) -> tuple[Any, Any]:
    question = MultipleChoiceQuestion(
        stem="题", options=[{"text": f"甲{'甲乙丙丁'[i]}", "correct": i in right} for i in range(4)]
    )
    kind = type_for("multiple_choice")
    return kind, kind.entry(question, random.Random(3))[1]


def test_multiple_choice_gives_nothing_for_too_many_too_few_or_wrong() -> None:
    kind, key = multiple(0, 2)
    others = [label for label in "ABCD" if label not in key]
    assert kind.share(key, key) == (1, 1)
    assert kind.share(key, list(reversed(key))) == (1, 1)
    for value in (key[:1], [*key, others[0]], [key[0], others[0]], others, [], ["A", "B", "C", "D"]):
        assert kind.share(key, value) == (0, 1)


@pytest.mark.parametrize("given_text", ["24", "２４", " 24 ", "24。", "二十四"])
def test_a_blank_takes_full_width_digits_spaces_and_each_accepted_text(given_text: str) -> None:
    assert type_for("fill_blank").share([["24", "二十四"]], [given_text]) == (1, 1)


@pytest.mark.parametrize("given_text", ["", "240", "2 5", "二四", "24小时"])
def test_a_blank_takes_nothing_else(given_text: str) -> None:
    assert type_for("fill_blank").share([["24", "二十四"]], [given_text]) == (0, 1)


@pytest.mark.parametrize("given_text", ["", " ", "。"])
def test_an_empty_blank_earns_nothing_whatever_was_written_among_its_answers(given_text: str) -> None:
    assert type_for("fill_blank").share([["5", "。", ""]], [given_text]) == (0, 1)
    assert type_for("fill_blank").share([["5", "。", ""]], ["5。"]) == (1, 1)


def test_each_blank_earns_its_share() -> None:
    key = [["5", "五"], ["24"], ["网格员"]]
    assert type_for("fill_blank").share(key, ["五", "25", "网格员"]) == (2, 3)
    assert type_for("fill_blank").share(key, ["24", "5", ""]) == (0, 3)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            MultipleChoiceQuestion(stem="题", options=[{"text": "甲", "correct": True}, {"text": "乙"}]),
            "多选题至少要有 2 个正确选项。现在只有 1 个。",
        ),
        (
            SingleChoiceQuestion(stem="题", options=[{"text": "甲"}, {"text": "乙"}]),
            "单选题要有且只有 1 个正确选项。现在有 0 个。",
        ),
        (
            SingleChoiceQuestion(stem="题", options=[{"text": "甲", "correct": True}]),
            "至少要有 2 个选项。现在只有 1 个。",
        ),
        (
            SingleChoiceQuestion(stem="题", options=[{"text": "甲", "correct": True}, {"text": "甲"}]),
            "有两个选项相同：“甲”。",
        ),
        (FillBlankQuestion(stem="每日一次。", blanks=[["1"]]), "题干里有 0 个空，答案却有 1 组。请一空一组。"),
        (FillBlankQuestion(stem="每____次。", blanks=[["。"]]), "第 1 空没有答案。"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_in_words(question: Question, words: str) -> None:
    assert words in type_for(question.type_code).problems(question)


def test_every_type_has_its_place_on_the_paper_and_its_names() -> None:
    assert list(all_types())[:4] == ["single_choice", "multiple_choice", "true_false", "fill_blank"]
    for kind in all_types().values():
        assert kind.title.endswith("题")
        assert kind.heading.endswith("题")
