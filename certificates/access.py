from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from certificates.models import Award
from people.access import Role, members_visible_to, require_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User


def award_for(actor: User | AnonymousUser, code: str) -> Award:
    """The award for its member, or for a supervisor in whose subtree the member stands; 404 for everybody else."""
    award = Award.objects.select_related("member", "scheme", "revocation").filter(code=code).first()
    if award is None or not actor.is_authenticated:
        raise Http404
    if award.member.user_id != actor.pk and not may_supervise(actor, award):
        raise Http404
    return award


def may_supervise(actor: User | AnonymousUser, award: Award) -> bool:
    """Whether the actor may have a refused certificate tried again."""
    return members_visible_to(actor, Role.SUPERVISOR).filter(pk=award.member_id).exists()


def may_revoke(actor: User | AnonymousUser, award: Award) -> bool:
    """Administrators over others; nobody revokes a certificate of their own."""
    is_own = award.member.user_id == actor.pk
    return not is_own and members_visible_to(actor, Role.ADMINISTRATOR).filter(pk=award.member_id).exists()


def award_to_revoke_for(actor: User | AnonymousUser, code: str) -> Award:
    award = award_for(actor, code)
    if not may_revoke(actor, award):
        raise Http404
    return award


def refused_visible_to(actor: User | AnonymousUser) -> QuerySet[Award]:
    """Awards whose files can't be made, of the members whom the actor supervises."""
    require_role(actor, Role.SUPERVISOR)
    return Award.objects.filter(
        render_state=Award.RenderState.REFUSED, member__in=members_visible_to(actor, Role.SUPERVISOR)
    )
