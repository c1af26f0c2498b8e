from __future__ import annotations

from typing import TYPE_CHECKING

from people.access import Role, Scope, require_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from people.models import User


def require_trainer(actor: User | AnonymousUser) -> Scope:
    """Standards are imported by trainers and administrators; 403 for everybody else."""
    return require_role(actor, Role.TRAINER)
