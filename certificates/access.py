from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from certificates.models import Award
from people.access import Role, scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from people.models import User


def award_for(actor: User | AnonymousUser, code: str) -> Award:
    """The award for its member, or for a supervisor in whose subtree the member stands; 404 for everybody else."""
    award = Award.objects.select_related("member", "scheme").filter(code=code).first()
    if award is None or not actor.is_authenticated:
        raise Http404
    if award.member.user_id == actor.pk:
        return award
    scope = scope_of(actor, Role.SUPERVISOR)
    if scope.everything:
        return award
    paths = award.member.assignments.filter(ends_on__isnull=True).values_list("organisation__path", flat=True)
    if not any(scope.covers(path) for path in paths):
        raise Http404
    return award
