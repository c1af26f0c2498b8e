"""The one place that answers «what may this actor see». Every list, page, API and export goes through it.

Power is a `RoleGrant` on a subtree. A superuser is an administrator of everything. What lies outside an actor's subtree
does not exist for the actor: 404, so that a stranger does not even learn that there is something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from people.models import Member, Organisation, RoleGrant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User

Role = RoleGrant.Role


@dataclass(frozen=True)
class Scope:
    """Subtrees as path prefixes. `everything` is for a superuser; no prefixes and not everything means nothing."""

    prefixes: tuple[str, ...]
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.prefixes)

    def covers(self, path: str) -> bool:
        return self.everything or any(path.startswith(prefix) for prefix in self.prefixes)

    def q(self, field: str) -> Q:
        """A filter on a path column, e.g. ``scope.q("organisation__path")``."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        for prefix in self.prefixes:
            condition |= Q(**{f"{field}__startswith": prefix})
        return condition


def scope_of(actor: User | AnonymousUser, *roles: str) -> Scope:
    """The subtrees in which the actor holds one of the roles (an administrator holds every role in their subtree)."""
    if not actor.is_authenticated or not actor.is_active:
        return Scope(())
    if actor.is_superuser:
        return Scope((), everything=True)
    wanted = {*roles, Role.ADMINISTRATOR.value}
    cached: list[tuple[str, str]] | None = getattr(actor, "_grants", None)
    if cached is None:
        cached = list(
            RoleGrant.objects.filter(user=actor, revoked_at__isnull=True).values_list("role", "organisation__path")
        )
        actor._grants = cached  # type: ignore[attr-defined]
    paths = sorted({path for role, path in cached if role in wanted})
    outermost = [p for p in paths if not any(p != other and p.startswith(other) for other in paths)]
    return Scope(tuple(outermost))


def has_role(actor: User | AnonymousUser, *roles: str) -> bool:
    return bool(scope_of(actor, *roles))


def has_power(actor: User | AnonymousUser) -> bool:
    """Whether the actor has any power over others: who then needs the second factor."""
    return has_role(actor, *(role.value for role in Role))


def require_role(actor: User | AnonymousUser, *roles: str) -> Scope:
    """The actor's scope, or 403 where the person is signed in but holds none of the roles."""
    scope = scope_of(actor, *roles)
    if not scope:
        raise PermissionDenied
    return scope


def organisations_visible_to(actor: User | AnonymousUser, *roles: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(scope_of(actor, *(roles or (Role.SUPERVISOR,))).q("path"))


def organisation_for(actor: User | AnonymousUser, code: str, *roles: str) -> Organisation:
    found = organisations_visible_to(actor, *roles).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def members_visible_to(actor: User | AnonymousUser, *roles: str) -> QuerySet[Member]:
    """Members whose current or last assignment lies in the actor's subtree."""
    scope = scope_of(actor, *(roles or (Role.SUPERVISOR,)))
    if scope.everything:
        return Member.objects.all()
    return Member.objects.filter(scope.q("assignments__organisation__path")).distinct()


def member_for(actor: User | AnonymousUser, code: str, *roles: str) -> Member:
    found = members_visible_to(actor, *roles).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def member_of(actor: User | AnonymousUser) -> Member:
    """The actor's own member row; accounts that are nobody on the roster get 404 on learner pages."""
    member: Any = getattr(actor, "member", None) if actor.is_authenticated else None
    if member is None:
        raise Http404
    return member


def may_grant(actor: User, role: str, organisation: Organisation) -> bool:
    """Nobody can grant a role or a subtree that they do not hold themselves; only administrators grant at all."""
    return role in Role.values and scope_of(actor, Role.ADMINISTRATOR).covers(organisation.path)


def users_with_role(role: str, path: str) -> Iterable[int]:
    """Ids of the users who hold the role over the node at `path` (their subtree contains it)."""
    ancestors = [path[:i] for i in range(Organisation.steplen, len(path) + 1, Organisation.steplen)]
    return (
        RoleGrant.objects.filter(
            Q(role=role) | Q(role=Role.ADMINISTRATOR), revoked_at__isnull=True, organisation__path__in=ancestors
        )
        .order_by("-organisation__depth")
        .values_list("user_id", flat=True)
    )
