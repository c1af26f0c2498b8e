"""Whom a scheme concerns: who holds one of its posts now, in the subtree of the unit that owns it. A scheme that names no post is
for all of them, one that no unit owns for the whole installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from certificates.models import Scheme
from people.assignments import MAIN_FIRST, current_assignments
from people.models import Assignment, Member
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


@dataclass(frozen=True)
class Audience:
    """The rule, for the database and for assignments that are read already. Both are asked for current assignments."""

    posts: frozenset[int]  # empty: every post
    path: str  # of the unit that owns the scheme; "": everywhere

    @classmethod
    def of(cls, scheme: Scheme) -> Audience:
        owner = scheme.owner
        return cls(frozenset(post.pk for post in scheme.posts.all()), owner.path if owner is not None else "")

    def q(self) -> Q:
        inside = within(self.path, "organisation__path") if self.path else Q()
        return inside & Q(post__in=self.posts) if self.posts else inside

    def takes(self, post: int, path: str) -> bool:
        return path.startswith(self.path) and (not self.posts or post in self.posts)


def assignments_of_scheme(scheme: Scheme) -> QuerySet[Assignment]:
    return current_assignments().filter(Audience.of(scheme).q())


def scheme_concerns(scheme: Scheme) -> Q:
    """For members."""
    return Q(Exists(assignments_of_scheme(scheme).filter(member=OuterRef("pk"))))


def members_concerned(scheme: Scheme) -> QuerySet[Member]:
    return Member.objects.filter(scheme_concerns(scheme))


def assignment_for(scheme: Scheme, member: Member) -> Assignment | None:
    """The post that is printed: of the scheme's posts that the member holds the main one, else the oldest."""
    held = assignments_of_scheme(scheme).filter(member=member).select_related("post", "organisation")
    return held.order_by(*MAIN_FIRST).first()


def schemes_in_use() -> QuerySet[Scheme]:
    return Scheme.objects.filter(is_active=True).select_related("owner").prefetch_related("posts").order_by("pk")


def schemes_of(member: Member, schemes: Iterable[Scheme] | None = None) -> list[Scheme]:
    """Those in use that concern the member."""
    held = list(current_assignments().filter(member=member).values_list("post_id", "organisation__path"))
    if not held:
        return []
    asked = schemes if schemes is not None else schemes_in_use()
    audiences = [(scheme, Audience.of(scheme)) for scheme in asked]
    return [scheme for scheme, audience in audiences if any(audience.takes(post, path) for post, path in held)]
