"""Several numbers under one stem: drawn whole, with points, clause, answer and mark of their own."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.models import Clause
from exams.marking.services import response_mark
from exams.models import AnswerToMark, Mark, QuestionClause, Response, Result, ResultClause
from exams.outcome import review_of
from exams.papers import PaperRefused, compile_form, marks_of_parts, needs, whole_questions
from tests.exams import scenes
from tests.exams.story_plugin.models import StoryQuestion

if TYPE_CHECKING:
    from django.test import Client

    from content.models import Edition
    from exams.models import Sitting
    from people.models import Member, User

ASKS = [
    {"ask": "先做什么？", "options": ["上报", "劝阻", "离开"], "right": "B", "weight": 1, "clause": ""},
    {"ask": "还要做什么？", "options": ["记录", "等待"], "right": "A", "weight": 1, "clause": "4.1"},
    {"ask": "写出您的做法。", "options": [], "right": "劝阻、记录、上报", "weight": 2, "clause": ""},
]


def make_story(edition: Edition, n: int, asks: list[dict[str, Any]] = ASKS) -> StoryQuestion:
    question = StoryQuestion.objects.create(
        code=f"ST-{n}", stem=f"楼道堆物，居民争执（{n}）。", state="ready", asks=asks, explanation="依据条款。"
    )
    for number, is_main in (("5.1", True), ("4.1", False)):
        clause = Clause.objects.get(edition=edition, number=number)
        QuestionClause.objects.create(question=question, clause=clause, is_main=is_main)
    return question


@pytest.fixture
def blueprint(organisation: SimpleNamespace) -> Any:
    """Two single choices, then three numbers of a story; 2 marks a number."""
    edition = scenes.make_edition()
    for n in range(4):
        scenes.make_question(edition, "single_choice", "4", n)
    version = scenes.make_exam(edition).newest
    version.rows.all().delete()
    version.rows.create(order=0, kind="single_choice", chapter="4", count=2, marks_each=200)
    version.rows.create(order=1, kind="story", chapter="5", count=3, marks_each=200)
    return version


@pytest.fixture
def sitting(blueprint: Any, trainer: User, organisation: SimpleNamespace) -> Sitting:
    make_story(blueprint.edition, 1)
    return scenes.open_planned(trainer, scenes.make_sitting(blueprint.exam, organisation.city, pass_mark=600))


pytestmark = pytest.mark.django_db


def test_a_question_takes_as_many_numbers_as_it_has_parts(sitting: Sitting) -> None:
    form = sitting.forms.first()
    assert form is not None
    assert sitting.question_count == 5 and sitting.total_marks == 1000
    story = [entry for entry in form.document["questions"] if entry["type"] == "story"]
    assert [(e["n"], e["marks"], e["group"], e["ask"]) for e in story] == [
        (3, 150, [3, 5], "先做什么？"),
        (4, 150, [3, 5], "还要做什么？"),
        (5, 300, [3, 5], "写出您的做法。"),
    ]
    assert {e["stem"] for e in story} == {"楼道堆物，居民争执（1）。"}
    assert len(set(form.question_ids[2:])) == 1
    assert form.document["sections"][1] == {"title": "二、情景题", "note": "共3题，6分", "first": 3, "last": 5}
    key = form.key.document
    assert [(key[n]["clause_number"], key[n]["chapter"]) for n in "345"] == [("5.1", "5"), ("4.1", "4"), ("5.1", "5")]


def test_each_part_is_saved_marked_and_reviewed_by_itself(
    client: Client, sitting: Sitting, learner: Member, marker: User
) -> None:
    attempt = scenes.start(learner, sitting)
    scenes.save_sheet(client, attempt, scenes.right_sheet(attempt) | {4: "B", 5: "先劝阻"}, sequence=100)
    # A late save of the first part, from an older state of the page, loses neither it nor its neighbours.
    scenes.send(
        client, attempt, [[3, 50, "A", False, scenes.stamp()], [5, 200, "先劝阻，再记录", False, scenes.stamp()]]
    )
    held = dict(Response.objects.filter(attempt=attempt).values_list("number", "value"))
    assert (held[3], held[4], held[5]) == ('"B"', '"B"', '"先劝阻，再记录"')
    scenes.hand_in(client, attempt)
    attempt.refresh_from_db()
    assert attempt.state == "marking"
    waiting = AnswerToMark.objects.get()
    assert (waiting.number, waiting.part) == (5, 3)
    assert dict(Mark.objects.filter(number__gte=3).values_list("number", "score")) == {3: 150, 4: 0}
    response_mark(actor=marker, attempt=attempt, number=5, score=250)
    result = Result.objects.get()
    assert result.score == 400 + 150 + 250
    by_clause = dict(ResultClause.objects.filter(result=result).values_list("clause__number", "max_score"))
    assert by_clause["5.1"] == 450
    shown = {q.number: q for q in review_of(attempt, actor=attempt.member.user, show_all=True).questions}
    assert shown[5].stem == "楼道堆物，居民争执（1）。\n写出您的做法。"
    assert (shown[4].verdict, shown[5].own) == ("答错 0/1.5 分", "先劝阻，再记录")


def test_groups_are_drawn_whole_and_counted_by_numbers(blueprint: Any) -> None:
    for n, parts in enumerate((3, 2, 2)):
        make_story(blueprint.edition, n, ASKS[:parts])
    row = blueprint.rows.get(kind="story")
    for count, kept in ((2, [2]), (3, [3]), (4, [2, 2]), (5, [2, 3]), (7, [2, 2, 3])):
        row.count = count
        row.save()
        assert [need.short for need in needs(blueprint)] == [0, 0]
        for seed in "abc":
            document, _key, ids = compile_form(blueprint, title="卷", seed=seed, used=Counter())
            drawn = Counter(ids[2:])
            assert sorted(drawn.values()) == kept
            assert document["total"] == 400 + count * 200


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (6, "第 5 章需要 6 题的情景题，整题抽取最多凑成 5 题。请改题数，或去补题。"),
        (1, "第 5 章需要 1 题的情景题，整题抽取最多凑成 0 题。请改题数，或去补题。"),
        (8, "第 5 章需要 8 道情景题，题库只有 7 道。请减少到 7 道，或去补题。"),
    ],
)
def test_what_whole_questions_cannot_make_up_is_told(blueprint: Any, count: int, reason: str) -> None:
    for n, parts in enumerate((3, 2, 2)):
        make_story(blueprint.edition, n, ASKS[:parts])
    row = blueprint.rows.get(kind="story")
    row.count = count
    row.save()
    assert [need.reason for need in needs(blueprint) if need.short] == [reason]
    with pytest.raises(PaperRefused, match="情景题"):
        compile_form(blueprint, title="卷", seed="1", used=Counter())


@given(sizes=st.lists(st.integers(1, 6), max_size=9), count=st.integers(1, 20))
def test_whole_questions_come_as_near_as_any_choice_of_them(sizes: list[int], count: int) -> None:
    taken = whole_questions(list(enumerate(sizes)), count)
    assert len(set(taken)) == len(taken)
    sums = {0}
    for size in sizes:
        sums |= {so_far + size for so_far in sums}
    assert sum(sizes[pk] for pk in taken) == max(one for one in sums if one <= count)


@given(each=st.integers(1, 1000), weights=st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_the_points_of_the_parts_make_up_those_of_the_question(each: int, weights: list[int]) -> None:
    shares = marks_of_parts(each * len(weights), weights)
    assert sum(shares) == each * len(weights)
    assert min(shares) > 0


def test_the_points_follow_the_weights() -> None:
    assert marks_of_parts(600, [1, 1, 2]) == [150, 150, 300]
    assert marks_of_parts(600, [1, 1, 1]) == [200, 200, 200]
    assert marks_of_parts(300, [1, 1, 100]) == [2, 3, 295]


def test_the_same_seed_draws_the_same_groups(blueprint: Any) -> None:
    for n in range(6):
        make_story(blueprint.edition, n, ASKS[: random.Random(n).choice((2, 3))])
    first, second = (compile_form(blueprint, title="卷", seed="7", used=Counter()) for _turn in range(2))
    assert first == second
