from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404

from people.access import Role, scope_of
from people.models import Level, Organisation
from uploads.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User


def rosters_visible_to(actor: User | AnonymousUser) -> QuerySet[Upload]:
    """Imports of units inside the actor's subtree, whoever uploaded them."""
    mine = scope_of(actor, Role.ADMINISTRATOR).q("roster__organisation__path")
    return Upload.objects.filter(mine, roster__isnull=False)


def roster_for(actor: User | AnonymousUser, code: str) -> Upload:
    found = (
        rosters_visible_to(actor)
        .select_related("roster__organisation", "uploaded_by__member", "confirmed_by__member", "job")
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
