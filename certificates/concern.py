"""Whom a scheme concerns: the audience of its owner and its posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.models import Scheme
from people.assignments import MAIN_FIRST, current_assignments
from people.audience import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Q, QuerySet

    from people.models import Assignment, Member


def audience_of(scheme: Scheme) -> Audience:
    return Audience.of(scheme.owner, scheme.posts.all())


def scheme_concerns(scheme: Scheme) -> Q:
    """For members."""
    return audience_of(scheme).q()


def members_concerned(scheme: Scheme) -> QuerySet[Member]:
    return audience_of(scheme).members()


def assignment_for(scheme: Scheme, member: Member) -> Assignment | None:
    """The post that is printed: of the scheme's posts that the member holds the main one, else the oldest."""
    held = audience_of(scheme).assignments().filter(member=member).select_related("post", "organisation")
    return held.order_by(*MAIN_FIRST).first()


def schemes_in_use() -> QuerySet[Scheme]:
    return Scheme.objects.filter(is_active=True).select_related("owner").prefetch_related("posts").order_by("pk")


def schemes_of(member: Member, schemes: Iterable[Scheme] | None = None) -> list[Scheme]:
    """Those in use that concern the member."""
    held = list(current_assignments().filter(member=member).values_list("post_id", "organisation__path"))
    if not held:
        return []
    asked = schemes if schemes is not None else schemes_in_use()
    audiences = [(scheme, audience_of(scheme)) for scheme in asked]
    return [scheme for scheme, audience in audiences if any(audience.takes(post, path) for post, path in held)]
