"""The one rule of which assignments are current, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from people.models import Assignment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from people.access import Scope
    from people.models import Member

# Of those that are held.
MAIN_FIRST = ("-is_main", "starts_on", "pk")
# The main one of those that are held; of somebody who holds none the one that ended last.
LATEST_FIRST = (F("ends_on").desc(nulls_first=True), "-is_main", "-starts_on", "-pk")


def current_assignments() -> QuerySet[Assignment]:
    return Assignment.objects.filter(ends_on__isnull=True, member__left_on__isnull=True)


def main_assignment(member: Member) -> Assignment | None:
    """With its post and unit."""
    return current_assignments().filter(member=member, is_main=True).select_related("post", "organisation").first()


def posts_of(member: Member) -> list[Assignment]:
    """All that the member holds, the main one first, each with its post and unit."""
    held = current_assignments().filter(member=member).select_related("post", "organisation")
    return list(held.order_by(*MAIN_FIRST))


def stands_in(scope: Scope, *, with_main: bool = False) -> Exists:
    """For members: who holds a post in the scope. Of those who hold none any more: whose last one lay there.

    Whoever moved away is seen from the new unit only; whoever holds posts in two towns is seen from both.
    `with_main`: whose main post lies there, which is in one town only.
    """
    after = Assignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")), member=OuterRef("member")
    )
    held = Q(ends_on__isnull=True, is_main=True) if with_main else Q(ends_on__isnull=True)
    return Exists(
        Assignment.objects.filter(
            held | (Q(ends_on__isnull=False) & ~Exists(after)), scope.q("organisation__path"), member=OuterRef("pk")
        )
    )
