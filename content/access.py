from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404

from content.models import Clause, Edition, Standard
from people.access import Role, accounts_visible_to, has_role
from people.desk import may_enter, require_trainer
from people.owning import changeable_by, seen_by
from uploads.models import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User


def editions_visible_to(actor: User | AnonymousUser) -> QuerySet[Edition]:
    """Every signed-in person reads what is published by the units above; drafts are for the trainers who may change them."""
    if not actor.is_authenticated:
        return Edition.objects.none()
    seen = Edition.objects.filter(seen_by(actor, field="standard__owner"))
    if may_enter(actor):
        ours = changeable_by(actor, Role.TRAINER, field="standard__owner")
        return seen.filter(~Q(state=Edition.State.DRAFT) | ours)
    return seen.exclude(state=Edition.State.DRAFT)


def standards_changeable_by(actor: User | AnonymousUser) -> QuerySet[Standard]:
    """Those that may get another edition from the actor."""
    return Standard.objects.filter(changeable_by(actor, Role.TRAINER))


def may_change(actor: User | AnonymousUser, standard: Standard) -> bool:
    return standards_changeable_by(actor).filter(pk=standard.pk).exists()


def edition_for(actor: User | AnonymousUser, code: str) -> Edition:
    found = editions_visible_to(actor).select_related("standard").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def clause_for(actor: User | AnonymousUser, pk: int) -> Clause:
    found = Clause.objects.select_related("edition").filter(pk=pk, edition__in=editions_visible_to(actor)).first()
    if found is None:
        raise Http404
    return found


def edition_managed_by(actor: User | AnonymousUser, pk: int) -> Edition:
    """For the trainers' pages, drafts included."""
    require_trainer(actor)
    found = editions_visible_to(actor).select_related("standard__owner", "imported_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def imports_visible_to(actor: User | AnonymousUser) -> QuerySet[Upload]:
    """A trainer's own imports; for an administrator also those of the accounts in the subtree."""
    require_trainer(actor)
    imports = Upload.objects.filter(standard__isnull=False)
    seen = Q(uploaded_by_id=actor.pk)
    if has_role(actor, Role.ADMINISTRATOR):
        seen |= Q(uploaded_by__in=accounts_visible_to(actor))
    return imports.filter(seen)


def import_for(actor: User | AnonymousUser, code: str) -> Upload:
    found = (
        imports_visible_to(actor).select_related("uploaded_by", "standard__edition", "job").filter(code=code).first()
    )
    if found is None:
        raise Http404
    return found
