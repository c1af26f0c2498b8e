from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from exams.models import Attempt, Exam, Sitting
from people.access import Role, member_of, require_role, scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.access import Scope
    from people.models import User


def require_trainer(actor: User | AnonymousUser) -> Scope:
    """The bank and the sittings are the trainers': 403 for everybody else."""
    return require_role(actor, Role.TRAINER)


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


def exam_for(actor: User | AnonymousUser, code: str) -> Exam:
    require_trainer(actor)
    found = Exam.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found
