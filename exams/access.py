from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from content.access import editions_visible_to
from content.models import Edition
from exams.models import Attempt, Exam, Question, Sitting
from people.access import Role, member_of, scope_of
from people.desk import require_trainer
from people.owning import changeable_by, seen_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User


def editions_to_examine(actor: User | AnonymousUser) -> QuerySet[Edition]:
    """Those that questions and papers of the actor may rest on."""
    return editions_visible_to(actor).exclude(state=Edition.State.DRAFT)


def questions_seen_by(actor: User | AnonymousUser) -> QuerySet[Question]:
    """Base rows of all versions that the actor may read and draw: of the units above, and of those in the own subtrees."""
    require_trainer(actor)
    found: Any = Question.objects.non_polymorphic().filter(seen_by(actor))
    return found


def question_for(actor: User | AnonymousUser, pk: int) -> tuple[Question, bool]:
    """The question as its type, and whether the actor may change it."""
    require_trainer(actor)
    found: Question | None = Question.objects.filter(seen_by(actor), pk=pk).select_related("owner").first()
    if found is None:
        raise Http404
    changeable = Question.objects.non_polymorphic().filter(changeable_by(actor, Role.TRAINER), pk=pk)
    return found, changeable.exists()


def own_attempt(actor: User | AnonymousUser, code: str) -> Attempt:
    """The actor's own attempt with its sitting, unit and member; anybody else's does not exist."""
    member = member_of(actor)
    try:
        found = Attempt.objects.select_related("sitting__organisation").get(code=code, member=member)
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    found.member = member
    return found


def sittings_run_by(actor: User | AnonymousUser) -> QuerySet[Sitting]:
    """Sittings of the units in the trainer's subtree."""
    return Sitting.objects.filter(scope_of(actor, Role.TRAINER).q("organisation__path"))


def sitting_for(actor: User | AnonymousUser, code: str) -> Sitting:
    require_trainer(actor)
    found = sittings_run_by(actor).select_related("organisation", "exam", "version__edition").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def attempt_for(actor: User | AnonymousUser, sitting_code: str, code: str) -> Attempt:
    """An attempt of a sitting that the trainer runs; one of another sitting is 404 even with a right code."""
    found = Attempt.objects.select_related("member").filter(sitting=sitting_for(actor, sitting_code), code=code).first()
    if found is None:
        raise Http404
    return found


def exams_seen_by(actor: User | AnonymousUser) -> QuerySet[Exam]:
    """Those that the actor may hold: of the units above, and of those in the own subtrees."""
    require_trainer(actor)
    return Exam.objects.filter(seen_by(actor))


def exam_for(actor: User | AnonymousUser, code: str) -> tuple[Exam, bool]:
    """The exam, and whether the actor may change it."""
    found = exams_seen_by(actor).select_related("owner").filter(code=code).first()
    if found is None:
        raise Http404
    return found, exams_changeable_by(actor).filter(pk=found.pk).exists()


def exams_changeable_by(actor: User | AnonymousUser) -> QuerySet[Exam]:
    return Exam.objects.filter(changeable_by(actor, Role.TRAINER))
