"""The life of a question: written, revised, put to use, retired."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams.models import Question, QuestionClause, QuestionCounter
from exams.types import type_for
from people.access import Role
from people.owning import changeable_by, owner_for_new

if TYPE_CHECKING:
    from uuid import UUID

    from people.models import User


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
        raise Refused(*problems)
    if not draft.stem.strip():
        raise Refused(_("请填写题干。"))


def _code_for(letter: str) -> str:
    """The letter's next free code. Two trainers at once never get the same: whoever has counted holds the counter's row until
    the transaction ends."""
    counter = QuestionCounter.objects.filter(letter=letter)
    QuestionCounter.objects.get_or_create(letter=letter)
    while True:
        counter.update(newest=F("newest") + 1)
        code = f"{letter}-{counter.values_list('newest', flat=True).get():05d}"
        if not _is_taken(code):
            return code


def _is_taken(code: str) -> bool:
    return Question.objects.non_polymorphic().filter(code=code).exists()


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
    """Owned by the outermost unit in which the actor is a trainer."""
    _check(draft)
    kind = type_for(draft.kind)
    owner = owner_for_new(actor, Role.TRAINER)
    while True:
        code = draft.code
        try:
            with transaction.atomic():
                code = code or _code_for(kind.letter)
                question = kind.model(code=code, owner=owner, created_by=actor)
                _write(question, draft)
                record(actor=actor, action="question.create", target=f"question:{code}/1")
            return question
        except IntegrityError as error:
            if not _is_taken(code):
                raise
            if draft.code:
                raise Refused(_("题号“%(code)s”已被使用，请换一个。") % {"code": code}) from error
            # Somebody typed this very code in the same moment: count on.


def _require_change(actor: User, question: Question) -> None:
    if not Question.objects.non_polymorphic().filter(changeable_by(actor, Role.TRAINER), pk=question.pk).exists():
        raise PermissionDenied


def question_revise(*, actor: User, question: Question, draft: QuestionDraft) -> Question:
    """Edit in place what no paper holds; otherwise make the next version, and the papers keep the old one.

    403 for whom the question's owner does not let change it.
    """
    _require_change(actor, question)
    _check(draft)
    if draft.kind != question.kind:
        raise Refused(_("题型不能改。请新建一道题。"))
    with transaction.atomic():
        current: Any = (
            Question.objects.non_polymorphic()
            .select_for_update(of=("self",))
            .select_related("owner")
            .filter(lineage=question.lineage, is_current=True)
            .get()
        )
        if current.pk != question.pk:
            raise _revised(question.lineage)
        if current.used_at is None:
            newest: Question = Question.objects.get(pk=question.pk)
            _write(newest, draft)
        else:
            Question.objects.non_polymorphic().filter(pk=current.pk).update(is_current=False)
            newest = type_for(draft.kind).model(
                code=current.code,
                lineage=current.lineage,
                version=current.version + 1,
                owner=current.owner,
                created_by=actor,
            )
            _write(newest, draft)
        record(actor=actor, action="question.revise", target=f"question:{newest.code}/{newest.version}")
    return newest


def question_set_state(*, actor: User, question: Question, state: str) -> None:
    """Put to use, or take out of use; what papers hold stays as it is. Raises Refused; 403 as for revising."""
    _require_change(actor, question)
    with transaction.atomic():
        claimed = Question.objects.non_polymorphic().filter(pk=question.pk, is_current=True).update(state=state)
        if not claimed:
            raise _revised(question.lineage)
        if state == Question.State.READY:
            _check_usable(Question.objects.get(pk=question.pk))
        record(
            actor=actor,
            action="question.set_state",
            target=f"question:{question.code}/{question.version}",
            detail={"state": state},
        )
    question.state = state


def _revised(lineage: UUID) -> Refused:
    newest = (
        Question.objects.non_polymorphic().filter(lineage=lineage, is_current=True).values_list("version", flat=True)
    )
    return Refused(_("这道题已有第 %(n)s 版。请在最新版本上修改。") % {"n": newest.get()})


def _check_usable(question: Question) -> None:
    """As it stands now: somebody may have changed it since the page was drawn."""
    problems = type_for(question.kind).problems(question)
    if not question.clause_links.exists():
        problems.append(_("请至少选一条依据条款。"))
    if problems:
        raise Refused(*problems)
