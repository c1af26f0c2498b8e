"""What belongs to a unit (a standard, a question, an exam, a course, a scheme): seen by everybody in the unit's subtree, changed
by those who hold the role there. A town's trainer uses what is above and changes what the town owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.access import EVERYTHING, Role, require_role, scope_of
from people.assignments import current_assignments
from people.models import Organisation
from people.tree import ancestor_paths

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from people.models import User

ANY_ROLE = tuple(role.value for role in Role)
NOTHING = Q(pk__in=[])


class Owned(models.Model):
    # NULL: the whole installation's
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所属单位")
    )

    class Meta:
        abstract = True


def _stands(actor: User | AnonymousUser) -> list[str]:
    return list(current_assignments().filter(member__user=actor.pk).values_list("organisation__path", flat=True))


def remember_where(actor: User) -> None:
    """For this request: where the actor stands, for a page that asks `seen_by` about several things."""
    if not actor.is_superuser:
        actor._stands = _stands(actor)  # type: ignore[attr-defined]


def seen_by(actor: User | AnonymousUser, field: str = "owner") -> Q:
    """Owned by a unit above (or at) where the actor stands or holds a role, by one below a role, or by the installation."""
    if not actor.is_authenticated or not actor.is_active:
        return NOTHING
    if actor.is_superuser:
        return EVERYTHING
    scope = scope_of(actor, *ANY_ROLE)
    known: list[str] | None = getattr(actor, "_stands", None)
    here = [*scope.prefixes, *(known if known is not None else _stands(actor))]
    above = {path for each in here for path in ancestor_paths(each)}
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__path__in": sorted(above)}) | scope.q(f"{field}__path")


def changeable_by(actor: User | AnonymousUser, *roles: str, field: str = "owner") -> Q:
    """Owned inside the actor's scope for the roles; what the installation owns, by whom holds the whole tree."""
    scope = scope_of(actor, *roles)
    if scope.everything:
        return EVERYTHING
    inside = scope.q(f"{field}__path")
    return inside | Q(**{f"{field}__isnull": True}) if scope.reaches_top else inside


def reaches(owner: Organisation | None, other: Organisation | None) -> bool:
    """Whether what `owner` has is there for everybody below `other`: it stands above, or is it. Nobody's is there for all."""
    if owner is None:
        return True
    if other is not None:
        return other.path.startswith(owner.path)
    return owner.is_root() and Organisation.objects.filter(depth=1).count() == 1  # the top unit is the installation


def owner_for_new(actor: User, *roles: str) -> Organisation | None:
    """Whose a new thing is: the outermost unit in which the actor holds the role, the installation's for a superuser.

    403 for who holds none of the roles.
    """
    scope = require_role(actor, *roles)
    if scope.everything:
        return None
    return Organisation.objects.filter(path__in=scope.prefixes).order_by("depth", "path").first()
