"""Whom something is for that names posts and belongs to a unit: a scheme, a course. One rule, in the form in which a query asks it
and in the form in which assignments that are read already are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from people.assignments import current_assignments
from people.models import Member
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from people.models import Assignment, Organisation, Post


@dataclass(frozen=True)
class Audience:
    """Who holds one of the posts now, in the subtree of the owner. No post is every post, no owner the whole installation."""

    posts: frozenset[int]
    path: str  # of the owner; "": everywhere

    @classmethod
    def of(cls, owner: Organisation | None, posts: Iterable[Post]) -> Audience:
        return cls(frozenset(post.pk for post in posts), owner.path if owner is not None else "")

    def assignments(self) -> QuerySet[Assignment]:
        """The current ones by which the members belong to it."""
        inside = within(self.path, "organisation__path") if self.path else Q()
        return current_assignments().filter(inside & Q(post__in=self.posts) if self.posts else inside)

    def takes(self, post: int, path: str) -> bool:
        """`assignments` for one current assignment: its post, and the path of its unit."""
        return path.startswith(self.path) and (not self.posts or post in self.posts)

    def q(self) -> Q:
        """For members."""
        return Q(Exists(self.assignments().filter(member=OuterRef("pk"))))

    def members(self) -> QuerySet[Member]:
        return Member.objects.filter(self.q())
