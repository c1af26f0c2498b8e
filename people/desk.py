"""The trainers' door: who may enter the CMS (培训管理) and what hangs on it. The pages behind it ask each app's access.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from people.access import Role, has_role, require_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from people.access import Scope
    from people.models import User


def may_enter(actor: User | AnonymousUser) -> bool:
    """Trainers, and administrators, who hold every role in their subtree."""
    return has_role(actor, Role.TRAINER)


def require_trainer(actor: User | AnonymousUser) -> Scope:
    """Where the actor trains; 403 for everybody else."""
    return require_role(actor, Role.TRAINER)


def opening_grants() -> Q:
    """`may_enter` for grants: those that open the door. Wagtail's own group of trainers follows them."""
    return Q(role__in=(Role.TRAINER, Role.ADMINISTRATOR), revoked_at__isnull=True)
