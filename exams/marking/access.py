from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from exams.marking.ahead import questions_ahead, refuse_ahead
from exams.marking.queue import others_than_own
from exams.models import Sitting
from people.access import Role, require_role, scope_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from exams.models import AnswerToMark
    from people.access import Scope
    from people.models import User

ROLES = (Role.MARKER, Role.TRAINER)


def marking_scope(actor: User) -> Scope:
    return scope_of(actor, *ROLES)


def answers_in_scope(actor: User) -> QuerySet[AnswerToMark]:
    """Of sittings of the units below, but the own paper's. For numbers and names; `answers_for` says which may be read."""
    return others_than_own(actor).filter(marking_scope(actor).q("sitting__organisation__path"))


def answers_for(actor: User) -> QuerySet[AnswerToMark]:
    """All answers that the actor may mark or has marked: those in scope, but to questions that the actor has yet to sit."""
    ahead = questions_ahead(actor)
    answers = answers_in_scope(actor)
    return answers.exclude(question__lineage__in=list(ahead)) if ahead else answers


def sitting_to_mark(actor: User, code: str) -> Sitting:
    scope = require_role(actor, *ROLES)
    opened = Sitting.objects.exclude(state=Sitting.State.DRAFT)
    found = opened.filter(scope.q("organisation__path"), code=code).first()
    if found is None:
        raise Http404
    return found


def answer_in_scope(actor: User, code: str) -> AnswerToMark:
    require_role(actor, *ROLES)
    found = answers_in_scope(actor).select_related("attempt", "sitting").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def answer_to_mark(actor: User, code: str) -> AnswerToMark:
    """Raises Refused for an answer to a question that the actor has yet to sit."""
    found = answer_in_scope(actor, code)
    refuse_ahead(actor, found.question_id)
    return found
