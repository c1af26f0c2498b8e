"""A version that a paper holds never changes; revising makes the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from acts import Refused
from content.models import Clause
from exams import services
from exams.access import questions_seen_by
from exams.advice import advice_for, twins_of
from exams.models import Question, QuestionFrozen
from exams.outcome import review_of
from exams.services import QuestionDraft, questions
from exams.types.single_choice.models import SingleChoiceQuestion
from tests.exams import scenes

if TYPE_CHECKING:
    from exams.models import Attempt, Sitting
    from people.models import User

OPTIONS = [{"text": "甲", "correct": True}, {"text": "乙", "correct": False}]


def draft(clauses: list[int] | None = None, **changes: Any) -> QuestionDraft:
    values: dict[str, Any] = {
        "kind": "single_choice",
        "stem": "新的题干（　　）。",
        "content": {"options": OPTIONS},
        "clause_ids": clauses if clauses is not None else [Clause.objects.get(number="4.1").pk],
        "state": "ready",
        **changes,
    }
    return QuestionDraft(**values)


def unused(sitting: Sitting) -> Question:
    return scenes.make_question(sitting.blueprint.edition, "single_choice", "4", 99)


def used(sitting: Sitting) -> Question:
    found: Question = SingleChoiceQuestion.objects.filter(used_at__isnull=False)[0]
    return found


def test_an_unused_question_is_edited_in_place(trainer: User, sitting: Sitting) -> None:
    question = unused(sitting)
    newest = services.question_revise(actor=trainer, question=question, draft=draft())
    assert (newest.pk, newest.version, newest.stem) == (question.pk, 1, "新的题干（　　）。")


def test_a_used_question_gets_the_next_version_and_keeps_the_old_one(trainer: User, sitting: Sitting) -> None:
    question = used(sitting)
    stem = question.stem
    newest = services.question_revise(actor=trainer, question=question, draft=draft())
    assert newest.pk != question.pk
    assert (newest.lineage, newest.code, newest.version, newest.is_current) == (
        question.lineage,
        question.code,
        2,
        True,
    )
    assert newest.used_at is None
    old = Question.objects.get(pk=question.pk)
    assert (old.stem, old.is_current) == (stem, False)
    assert list(newest.clauses.values_list("number", flat=True)) == ["4.1"]
    third = services.question_revise(actor=trainer, question=newest, draft=draft(stem="再改一次。"))
    assert (third.pk, third.version) == (newest.pk, 2)  # the second was not used yet


def test_revising_an_old_version_is_refused(trainer: User, sitting: Sitting) -> None:
    question = used(sitting)
    services.question_revise(actor=trainer, question=question, draft=draft())
    with pytest.raises(Refused, match="已有第 2 版"):
        services.question_revise(actor=trainer, question=question, draft=draft())


def test_saving_a_used_version_by_any_way_is_refused(sitting: Sitting) -> None:
    question = used(sitting)
    question.stem = "偷偷改。"
    with pytest.raises(QuestionFrozen):
        question.save()
    with pytest.raises(QuestionFrozen):
        question.save(update_fields=["stem"])
    stale = SingleChoiceQuestion.objects.get(pk=question.pk)
    stale.used_at = None  # an object from before the paper
    with pytest.raises(QuestionFrozen):
        stale.save()
    question.refresh_from_db()
    question.state = Question.State.RETIRED
    question.save(update_fields=["state"])  # its place in the bank may change


def test_the_review_shows_the_version_that_was_sat(client: Any, attempt: Attempt, trainer: User) -> None:
    scenes.hand_in(client, attempt)
    question = Question.objects.get(pk=attempt.form.question_ids[0])
    services.question_revise(actor=trainer, question=question, draft=draft())
    shown = next(q for q in review_of(attempt, actor=attempt.member.user, show_all=True).questions if q.number == 1)
    assert shown.stem == question.stem
    assert shown.stem != "新的题干（　　）。"


def test_the_next_sitting_draws_the_new_version(trainer: User, sitting: Sitting) -> None:
    question = used(sitting)
    newest = services.question_revise(actor=trainer, question=question, draft=draft())
    again = scenes.make_sitting(sitting.exam, sitting.organisation, title="第二场")
    scenes.open_planned(trainer, again)
    drawn = {pk for paper in again.forms.all() for pk in paper.question_ids}
    assert question.pk not in drawn
    assert newest.pk in drawn


def test_a_question_in_use_must_be_sound_and_a_draft_need_not(trainer: User, sitting: Sitting) -> None:
    broken = {"options": [{"text": "甲", "correct": False}, {"text": "甲", "correct": False}]}
    with pytest.raises(Refused) as refused:
        services.question_create(actor=trainer, draft=draft(content=broken))
    assert len(refused.value.reasons) == 2
    with pytest.raises(Refused, match="至少选一条依据条款"):
        services.question_create(actor=trainer, draft=draft(clauses=[]))
    made = services.question_create(actor=trainer, draft=draft(content=broken, state="draft"))
    with pytest.raises(Refused):
        services.question_set_state(actor=trainer, question=made, state="ready")
    assert Question.objects.get(pk=made.pk).state == "draft"


def test_a_page_of_an_old_version_changes_the_state_of_none(trainer: User, sitting: Sitting) -> None:
    question = used(sitting)
    newest = services.question_revise(actor=trainer, question=question, draft=draft())
    with pytest.raises(Refused, match="已有第 2 版"):
        services.question_set_state(actor=trainer, question=question, state="retired")
    assert {q.state for q in Question.objects.filter(pk__in=[question.pk, newest.pk])} == {"ready"}


def test_what_became_unsound_since_the_page_was_drawn_is_not_put_to_use(trainer: User, sitting: Sitting) -> None:
    made = services.question_create(actor=trainer, draft=draft(state="draft"))
    seen = Question.objects.get(pk=made.pk)
    broken = {"options": [{"text": "甲", "correct": True}]}
    services.question_revise(actor=trainer, question=made, draft=draft(content=broken, state="draft"))
    with pytest.raises(Refused, match="2 个选项"):
        services.question_set_state(actor=trainer, question=seen, state="ready")
    assert Question.objects.get(pk=made.pk).state == "draft"


def test_codes_are_given_and_never_twice(trainer: User, sitting: Sitting) -> None:
    first = services.question_create(actor=trainer, draft=draft())
    second = services.question_create(actor=trainer, draft=draft())
    assert first.code != second.code
    with pytest.raises(Refused, match="已被使用"):
        services.question_create(actor=trainer, draft=draft(code=first.code))


def test_advice_names_what_gives_a_question_away(sitting: Sitting, trainer: User) -> None:
    giveaway = SingleChoiceQuestion(
        kind="single_choice",
        stem="下列做法不正确的是（　　）。",
        options=[
            {"text": "立即上报并在二十四小时内到现场核实处理", "correct": True},
            {"text": "不管", "correct": False},
            {"text": "以上都是", "correct": False},
        ],
    )
    words = "".join(advice_for(giveaway))
    for expected in ("明显比其他选项长", "以上都是", "否定词", "没有写解析"):
        assert expected in words
    first = services.question_create(actor=trainer, draft=draft())
    second = services.question_create(actor=trainer, draft=draft(stem="新的题干（　　）"))
    assert [twin.pk for twin in twins_of(second, among=questions_seen_by(trainer))] == [first.pk]


def told(options: list[tuple[str, bool]], explanation: str = "依据第4.1条。") -> str:
    written = [{"text": text, "correct": right} for text, right in options]
    return "".join(
        advice_for(SingleChoiceQuestion(kind="single_choice", stem="题", options=written, explanation=explanation))
    )


@pytest.mark.parametrize("text", ["以上都是", "以上都不对", "A和B都对"])
def test_advice_names_the_option_that_speaks_of_the_others_and_says_that_it_stays(text: str) -> None:
    assert f"选项“{text}”说的是别的选项，已固定在原处" in told([("甲", True), (text, False)])


def test_advice_asks_to_pin_such_an_option_once_its_pin_was_taken_away() -> None:
    options = [{"text": "甲", "correct": True}, {"text": "以上都是", "correct": False, "pinned": False}]
    question = SingleChoiceQuestion(kind="single_choice", stem="题", options=options)
    assert "换序后会读不通。请勾选“固定”" in "".join(advice_for(question))


@pytest.mark.parametrize(
    "explanation", ["正确答案为A。", "故选 B", "C项错误，依据第4.1条。", "答案：D", "A、B正确", "故选Ｃ", "答案是b"]
)
def test_advice_names_an_explanation_that_names_a_letter(explanation: str) -> None:
    assert "解析里提到选项的字母" in told([("甲", True), ("乙", False)], explanation)


@pytest.mark.parametrize("explanation", ["A级风险应当当日处理。", "A角不在时由B角代办。", "选择A类场所时要核实。"])
def test_other_letters_in_an_explanation_are_nobodys_business(explanation: str) -> None:
    assert told([("甲", True), ("乙", False)], explanation) == ""


def test_codes_count_on_by_letter_and_pass_over_what_was_typed_by_hand(trainer: User, sitting: Sitting) -> None:
    first = services.question_create(actor=trainer, draft=draft())
    services.question_create(actor=trainer, draft=draft(code="D-00002"))
    third = services.question_create(actor=trainer, draft=draft())
    other = services.question_create(
        actor=trainer, draft=draft(kind="true_false", content={"is_true": True}, stem="网格员每日巡查。")
    )
    assert (first.code, third.code, other.code) == ("D-00001", "D-00003", "P-00001")


def test_a_code_that_another_types_in_the_same_moment_is_passed_over(
    trainer: User, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between counting and writing: the only collision that the counter's lock cannot keep away."""
    count, taken = questions._code_for, services.question_create(actor=trainer, draft=draft()).code
    answers = iter([taken])
    monkeypatch.setattr(questions, "_code_for", lambda letter: next(answers, None) or count(letter))
    made = services.question_create(actor=trainer, draft=draft())
    assert (taken, made.code) == ("D-00001", "D-00002")
