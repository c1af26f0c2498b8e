from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from people.access import Role, Scope, require_role
from people.models import Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from people.models import User


def supervisor_scope(actor: User | AnonymousUser) -> Scope:
    return require_role(actor, Role.SUPERVISOR)


def top_units(actor: User | AnonymousUser) -> list[Organisation]:
    """The roots of what the actor supervises."""
    scope = supervisor_scope(actor)
    if scope.everything:
        return list(Organisation.objects.filter(depth=1).order_by("path"))
    return list(Organisation.objects.filter(path__in=scope.prefixes).order_by("path"))


def unit_for(actor: User | AnonymousUser, code: str) -> Organisation:
    scope = supervisor_scope(actor)
    unit = Organisation.objects.filter(scope.q("path"), code=code).first()
    if unit is None:
        raise Http404
    return unit


def top_path_for(actor: User | AnonymousUser, path: str) -> str:
    """The path of the outermost unit that the actor supervises and that holds `path`: breadcrumbs begin there."""
    scope = supervisor_scope(actor)
    if scope.everything:
        return path[: Organisation.steplen]
    return min((prefix for prefix in scope.prefixes if path.startswith(prefix)), key=len, default=path)
