"""The demonstration question bank is sound: whoever edits a question sees at once what it breaks."""

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANK = ROOT / "exams" / "demo"
EDITION = ROOT / "content" / "demo" / "edition-2025.md"

CHOICES = {"single_choice", "multiple_choice"}
KEYS_BY_TYPE = {
    "single_choice": {"options"},
    "multiple_choice": {"options"},
    "true_false": {"key"},
    "fill_blank": {"key"},
}
COMMON_KEYS = {"code", "type", "stem", "explanation", "clauses", "difficulty"}
CODE_PREFIXES = {"3": "c3", "4": "c4", "5": "c5", "6": "c6", "7": "c7", "A": "ca", "B": "cb", "C": "cc"}

# A paper of 50 questions; what a row takes must be in the bank twice, so that two papers can differ completely.
BLUEPRINT = {
    "single_choice": {"4": 5, "5": 4, "6": 7, "7": 4},
    "multiple_choice": {"4": 3, "5": 2, "6": 3, "7": 2},
    "true_false": {"4": 3, "5": 3, "6": 4, "7": 2},
    "fill_blank": {"4": 2, "5": 1, "6": 3, "7": 2},
}


def load() -> list[dict[str, Any]]:
    questions = []
    for path in sorted(BANK.glob("questions-*.toml")):
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
            questions.append({**question, "file": path.name})
    return questions


QUESTIONS = load()
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["code"])


def of_type(kind: str) -> list[dict[str, Any]]:
    return [question for question in QUESTIONS if question["type"] == kind]


def chapter(question: dict[str, Any]) -> str:
    first: str = question["clauses"][0]
    return first.split(".")[0]


def right(question: dict[str, Any]) -> list[int]:
    return [place for place, option in enumerate(question["options"]) if option.get("correct", False)]


@pytest.fixture(scope="module")
def clause_numbers() -> set[str]:
    text = EDITION.read_text(encoding="utf-8")
    return set(re.findall(r"^(?:#+ *)?((?:\d|[A-Z])(?:\.\d+)+)\b", text, flags=re.MULTILINE))


def test_the_bank_holds_enough_questions_of_each_type() -> None:
    counts = Counter(question["type"] for question in QUESTIONS)
    assert len(QUESTIONS) >= 180
    assert counts["single_choice"] >= 80
    assert counts["multiple_choice"] >= 40
    assert counts["true_false"] >= 40
    assert counts["fill_blank"] >= 24


def test_codes_are_unique() -> None:
    codes = Counter(question["code"] for question in QUESTIONS)
    assert [code for code, times in codes.items() if times > 1] == []


def test_stems_are_unique_whatever_their_spaces_and_blanks() -> None:
    stems = Counter(re.sub(r"[\s_（）()]", "", question["stem"]) for question in QUESTIONS)
    assert [stem for stem, times in stems.items() if times > 1] == []


@each_question
def test_question_has_the_fields_of_its_type_and_no_others(question: dict[str, Any]) -> None:
    assert question["type"] in KEYS_BY_TYPE
    assert set(question) - {"file"} == COMMON_KEYS | KEYS_BY_TYPE[question["type"]]
    assert question["difficulty"] in {"easy", "medium", "hard"}
    assert question["stem"].strip() == question["stem"] != ""


@each_question
def test_question_carries_the_code_of_its_chapter(question: dict[str, Any]) -> None:
    assert re.fullmatch(rf"{CODE_PREFIXES[chapter(question)]}-\d{{3}}", question["code"])


@each_question
def test_clauses_exist_in_the_edition(question: dict[str, Any], clause_numbers: set[str]) -> None:
    assert question["clauses"]
    assert len(set(question["clauses"])) == len(question["clauses"])
    assert set(question["clauses"]) <= clause_numbers


@each_question
def test_explanation_cites_exactly_the_clauses_of_the_question(question: dict[str, Any]) -> None:
    cited = re.findall(r"第 ((?:\d|[A-Z])(?:\.\d+)+) 条", question["explanation"])
    assert question["clauses"][0] in cited
    assert set(cited) == set(question["clauses"])


@pytest.mark.parametrize(
    "question",
    [question for question in QUESTIONS if question["type"] in CHOICES],
    ids=lambda question: question["code"],
)
def test_options_are_four_or_five_different_texts(question: dict[str, Any]) -> None:
    texts = [option["text"] for option in question["options"]]
    assert len(texts) in ({4} if question["type"] == "single_choice" else {4, 5})
    assert len({text.strip() for text in texts}) == len(texts)
    assert all(text and not text.endswith(("。", "；")) for text in texts)
    assert not any(re.search("以上都|以上均|都对|都不对|都不是", text) for text in texts)
    assert all(set(option) <= {"text", "correct"} for option in question["options"])
    assert question["stem"].count("（　　）") == 1


@pytest.mark.parametrize("question", of_type("single_choice"), ids=lambda question: question["code"])
def test_single_choice_has_one_right_option(question: dict[str, Any]) -> None:
    assert len(right(question)) == 1


@pytest.mark.parametrize("question", of_type("multiple_choice"), ids=lambda question: question["code"])
def test_multiple_choice_has_two_right_options_and_a_wrong_one(question: dict[str, Any]) -> None:
    assert 2 <= len(right(question)) < len(question["options"])


@pytest.mark.parametrize("question", of_type("true_false"), ids=lambda question: question["code"])
def test_true_false_is_a_statement_with_a_key(question: dict[str, Any]) -> None:
    assert isinstance(question["key"], bool)
    assert question["stem"].endswith("。")


@pytest.mark.parametrize("question", of_type("fill_blank"), ids=lambda question: question["code"])
def test_every_blank_has_accepted_texts(question: dict[str, Any]) -> None:
    assert len(re.findall(r"_+", question["stem"])) == question["stem"].count("____") == len(question["key"]) >= 1
    for accepted in question["key"]:
        assert accepted and len(set(accepted)) == len(accepted)
        assert all(text and text == text.strip() for text in accepted)


def test_right_answers_of_single_choice_are_spread_over_the_positions() -> None:
    places = Counter(right(question)[0] for question in of_type("single_choice"))
    for place in range(4):
        assert 0.2 <= places[place] / len(of_type("single_choice")) <= 0.3


def test_no_position_gives_a_multiple_choice_answer_away() -> None:
    shown: Counter[int] = Counter()
    correct: Counter[int] = Counter()
    for question in of_type("multiple_choice"):
        shown.update(range(len(question["options"])))
        correct.update(right(question))
    assert all(0.45 <= correct[place] / shown[place] <= 0.75 for place in shown)
    sizes = Counter(len(right(question)) for question in of_type("multiple_choice"))
    assert all(sizes[size] >= 5 for size in (2, 3, 4))


def test_true_and_false_are_about_equally_frequent() -> None:
    share = sum(question["key"] for question in of_type("true_false")) / len(of_type("true_false"))
    assert 0.4 <= share <= 0.6


def test_the_longest_option_is_rarely_the_right_one() -> None:
    longest = 0
    for question in of_type("single_choice"):
        lengths = [len(option["text"]) for option in question["options"]]
        mine = lengths.pop(right(question)[0])
        longest += mine > max(lengths)
        assert mine <= max(lengths) + 3, question["code"]
    assert longest / len(of_type("single_choice")) <= 0.35


def test_every_chapter_offers_single_choice_questions() -> None:
    counts = Counter(chapter(question) for question in of_type("single_choice"))
    assert all(counts[number] >= 12 for number in "4567")
    assert {chapter(question) for question in QUESTIONS} == set(CODE_PREFIXES)


def test_two_papers_without_a_common_question_can_be_drawn() -> None:
    have = Counter((question["type"], chapter(question)) for question in QUESTIONS)
    assert sum(sum(row.values()) for row in BLUEPRINT.values()) == 50
    short = {
        (kind, number): (have[kind, number], 2 * need)
        for kind, row in BLUEPRINT.items()
        for number, need in row.items()
        if have[kind, number] < 2 * need
    }
    assert short == {}


def test_no_two_stems_say_nearly_the_same() -> None:
    def pairs(text: str) -> set[str]:
        plain = re.sub(r"[\s_（）()，。、]", "", text)
        return {plain[i : i + 2] for i in range(len(plain) - 1)}

    shingles = [(question["code"], pairs(question["stem"])) for question in QUESTIONS]
    alike = [
        (one, other)
        for (one, mine), (other, theirs) in combinations(shingles, 2)
        if len(mine & theirs) / len(mine | theirs) > 0.6
    ]
    assert alike == []
