"""The life of a question: written, revised, put to use, retired."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit.services import record
from exams.models import Question, QuestionClause
from exams.types import type_for

if TYPE_CHECKING:
    from people.models import User


class QuestionRefused(Exception):
    """Carries the sentences for the person."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class QuestionDraft:
    """What a form or an importer says about a question. `content` holds the fields of its type."""

    kind: str
    stem: str
    content: dict[str, Any]
    clause_ids: list[int]  # the first is the main one
    explanation: str = ""
    difficulty: str = Question.Difficulty.MEDIUM
    state: str = Question.State.DRAFT
    code: str = field(default="")  # given when empty


def draft_problems(draft: QuestionDraft) -> list[str]:
    """What keeps the draft from being put to use."""
    kind = type_for(draft.kind)
    found = [] if draft.stem.strip() else [_("请填写题干。")]
    found += kind.problems(kind.model(stem=draft.stem, **draft.content))
    if not draft.clause_ids:
        found.append(_("请至少选一条依据条款。"))
    return found


def _check(draft: QuestionDraft) -> None:
    problems = draft_problems(draft)
    if draft.state == Question.State.READY and problems:
        raise QuestionRefused(problems)
    if not draft.stem.strip():
        raise QuestionRefused([_("请填写题干。")])


def _code_for(draft: QuestionDraft) -> str:
    if draft.code:
        return draft.code
    letter = type_for(draft.kind).letter
    newest = Question.objects.non_polymorphic().aggregate(newest=Max("pk"))["newest"] or 0
    return f"{letter}-{newest + 1:05d}"


def _write(question: Question, draft: QuestionDraft) -> None:
    question.stem = draft.stem.strip()
    question.explanation = draft.explanation.strip()
    question.difficulty = draft.difficulty
    question.state = draft.state
    for name, value in draft.content.items():
        setattr(question, name, value)
    question.save()
    QuestionClause.objects.filter(question=question).delete()
    QuestionClause.objects.bulk_create(
        QuestionClause(question=question, clause_id=clause_id, is_main=place == 0)
        for place, clause_id in enumerate(dict.fromkeys(draft.clause_ids))
    )


def question_create(*, actor: User, draft: QuestionDraft) -> Question:
    _check(draft)
    code = _code_for(draft)
    try:
        with transaction.atomic():
            question = type_for(draft.kind).model(code=code, created_by=actor)
            _write(question, draft)
            record(actor=actor, action="question.create", target=f"question:{code}/1")
    except IntegrityError as error:
        raise QuestionRefused([_("题号“%(code)s”已被使用，请换一个。") % {"code": code}]) from error
    return question


def question_revise(*, actor: User, question: Question, draft: QuestionDraft) -> Question:
    """Edit in place what no paper holds; otherwise make the next version, and the papers keep the old one."""
    _check(draft)
    if draft.kind != question.kind:
        raise QuestionRefused([_("题型不能改。请新建一道题。")])
    with transaction.atomic():
        current: Any = (
            Question.objects.non_polymorphic()
            .select_for_update()
            .filter(lineage=question.lineage, is_current=True)
            .get()
        )
        if current.pk != question.pk:
            raise QuestionRefused([_("这道题已有第 %(n)s 版。请在最新版本上修改。") % {"n": current.version}])
        if current.used_at is None:
            newest: Question = Question.objects.get(pk=question.pk)
            _write(newest, draft)
        else:
            Question.objects.non_polymorphic().filter(pk=current.pk).update(is_current=False)
            newest = type_for(draft.kind).model(
                code=current.code, lineage=current.lineage, version=current.version + 1, created_by=actor
            )
            _write(newest, draft)
        record(actor=actor, action="question.revise", target=f"question:{newest.code}/{newest.version}")
    return newest


def question_set_state(*, actor: User, question: Question, state: str) -> None:
    """Put to use, or take out of use; what papers hold stays as it is."""
    if state == Question.State.READY:
        problems = type_for(question.kind).problems(question)
        if not question.clause_links.exists():
            problems.append(_("请至少选一条依据条款。"))
        if problems:
            raise QuestionRefused(problems)
    with transaction.atomic():
        question.state = state
        question.save(update_fields=["state"])
        record(
            actor=actor,
            action="question.set_state",
            target=f"question:{question.code}/{question.version}",
            detail={"state": state},
        )
