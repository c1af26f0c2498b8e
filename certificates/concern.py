"""Whom a scheme concerns: who holds one of its posts now, in the subtree of the unit that owns it. A scheme that names no post is
for all of them, one that no unit owns for the whole installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from certificates.models import Scheme
from people.assignments import current_assignments
from people.models import Assignment, Member
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def assignments_of_scheme(scheme: Scheme) -> QuerySet[Assignment]:
    held = current_assignments()
    if scheme.owner is not None:
        held = held.filter(within(scheme.owner.path, "organisation__path"))
    posts = [post.pk for post in scheme.posts.all()]
    return held.filter(post__in=posts) if posts else held


def scheme_concerns(scheme: Scheme) -> Q:
    """For members."""
    return Q(Exists(assignments_of_scheme(scheme).filter(member=OuterRef("pk"))))


def members_concerned(scheme: Scheme) -> QuerySet[Member]:
    return Member.objects.filter(scheme_concerns(scheme))


def assignment_for(scheme: Scheme, member: Member) -> Assignment | None:
    """The post that is printed: of the scheme's posts that the member holds the main one, else the oldest."""
    held = assignments_of_scheme(scheme).filter(member=member).select_related("post", "organisation")
    return held.order_by("-is_main", "starts_on", "pk").first()


def schemes_in_use() -> QuerySet[Scheme]:
    return Scheme.objects.filter(is_active=True).select_related("owner").prefetch_related("posts").order_by("pk")


def schemes_of(member: Member, schemes: Iterable[Scheme] | None = None) -> list[Scheme]:
    """Those in use that concern the member."""
    held = list(current_assignments().filter(member=member).values_list("post_id", "organisation__path"))
    if not held:
        return []
    return [each for each in (schemes if schemes is not None else schemes_in_use()) if _concerns(each, held)]


def _concerns(scheme: Scheme, held: list[tuple[int, str]]) -> bool:
    posts = {post.pk for post in scheme.posts.all()}
    return any(
        (not posts or post in posts) and (scheme.owner is None or scheme.owner.contains(path)) for post, path in held
    )
