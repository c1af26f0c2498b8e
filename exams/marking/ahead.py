"""What a marker has yet to sit. Nobody reads how a question is marked before they have handed in the paper on which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from exams.models import Attempt, Question, Sitting, SittingForm
from people.assignments import current_assignments
from people.audience import Audience
from people.tree import ancestor_paths

if TYPE_CHECKING:
    from uuid import UUID

    from people.models import User


def remember_ahead(actor: User) -> None:
    """For this request, on a page that asks several times."""
    actor._ahead = questions_ahead(actor)  # type: ignore[attr-defined]


def questions_ahead(actor: User) -> dict[UUID, str]:
    """The lineage of each question on the papers of opened sittings, running or to come, that are for the actor and that the actor
    has not handed in -> the sitting's title. One query for who is on no post.

    A lineage, not a version: the next version of a question is marked by much the same. A sitting that is being prepared has no
    paper yet.
    """
    known: dict[UUID, str] | None = getattr(actor, "_ahead", None)
    if known is not None:
        return known
    held = list(current_assignments().filter(member__user=actor.pk).values_list("organisation__path", "post_id"))
    if not held:
        return {}
    units = {path for unit, _post in held for path in ancestor_paths(unit)}
    own = Attempt.objects.filter(member__user=actor.pk, sitting=OuterRef("pk"))
    to_come = Q(state=Sitting.State.OPEN, closes_at__gt=timezone.now(), organisation__path__in=units)
    sittings = (
        Sitting.objects.annotate(is_under_way=Exists(own.filter(state=Attempt.State.OPEN)))
        .filter(Q(is_under_way=True) | (to_come & ~Exists(own)))
        .select_related("organisation")
        .prefetch_related("posts")
    )
    titles = {}
    for sitting in sittings:
        audience = Audience.of(sitting.organisation, sitting.posts.all())
        if sitting.is_under_way or any(audience.takes(post, unit) for unit, post in held):
            titles[sitting.pk] = sitting.title
    if not titles:
        return {}
    papers = SittingForm.objects.filter(sitting__in=titles).values_list("sitting_id", "form__question_ids")
    asked_in = {question: titles[sitting] for sitting, questions in papers for question in questions}
    asked = Question.objects.non_polymorphic().filter(pk__in=asked_in).values_list("lineage", "pk")
    return {lineage: asked_in[pk] for lineage, pk in asked}


def ahead_sentence(title: str) -> str:
    return _("“%(sitting)s”考试您还没有交卷，卷上的题现在不给您评。请在交卷以后再评，或者请其他阅卷人评。") % {
        "sitting": title
    }


def refuse_ahead(actor: User, question_id: int) -> None:
    """Raises Refused for a question that the actor has yet to sit."""
    ahead = questions_ahead(actor)
    if not ahead:
        return
    lineage = Question.objects.non_polymorphic().values_list("lineage", flat=True).get(pk=question_id)
    if lineage in ahead:
        raise Refused(ahead_sentence(ahead[lineage]))
