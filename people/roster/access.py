from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404

from people.access import Role, scope_of
from people.models import Level, Organisation, RosterImport

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User


def rosters_visible_to(actor: User | AnonymousUser) -> QuerySet[RosterImport]:
    """Imports of units inside the actor's subtree, whoever uploaded them."""
    return RosterImport.objects.filter(scope_of(actor, Role.ADMINISTRATOR).q("organisation__path"))


def roster_for(actor: User | AnonymousUser, code: str) -> RosterImport:
    found = (
        rosters_visible_to(actor)
        .select_related("organisation", "uploaded_by__member", "confirmed_by__member", "job")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise Http404
    return found


def roster_units(actor: User | AnonymousUser) -> QuerySet[Organisation]:
    """Units whose roster the actor may import, down to the villages: nobody keeps a roster of one grid."""
    grids = Level.objects.filter(is_grid=True, order__lte=OuterRef("level__order"))
    scope = scope_of(actor, Role.ADMINISTRATOR)
    found = Organisation.objects.filter(~Exists(grids), scope.q("path")).order_by("path")
    return found if found.exists() else Organisation.objects.filter(scope.q("path")).order_by("path")
