"""Whose a page of the catalogue is, for Wagtail: a trainer changes what lies in the own units and no more.

Wagtail asks two places, and both ask here: the tester of one page (page_tester.py), and this policy for lists, its choosers,
its reports and its API. Who holds the whole tree also changes what belongs to no unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from wagtail.permission_policies.pages import PagePermissionPolicy

from courses.models import CataloguePage, CoursePage
from people.access import Role, scope_of
from people.owning import changeable_by, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from wagtail.models import Page

    from people.models import User

CATALOGUE_DEPTH = 2
COURSE_LENGTH = (CATALOGUE_DEPTH + 1) * CoursePage.steplen


def pages_seen_by(user: User) -> Q:
    """For choosing a page to link to: those of the units above and below."""
    seen = CoursePage.objects.filter(seen_by(user, field="unit"), path=Left(OuterRef("path"), COURSE_LENGTH))
    return Q(depth__lte=CATALOGUE_DEPTH) | Q(Exists(seen))


class OwnedPagePolicy(PagePermissionPolicy):
    def may_change(self, user: User, page: Page) -> bool:
        """The catalogue itself is changed by who holds the whole tree."""
        if page.depth is not None and page.depth > CATALOGUE_DEPTH:
            return page.path[:COURSE_LENGTH] in self._paths(user)
        return bool(user.is_active and scope_of(user, Role.TRAINER).reaches_top)

    def is_catalogue(self, page: Page) -> bool:
        return page.specific_class is CataloguePage

    def user_has_any_permission_for_instance(self, user: User, actions: Iterable[str], instance: Page) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, set(actions), instance)
        if not allowed or self.may_change(user, instance):
            return bool(allowed)
        return self.is_catalogue(instance) and set(actions) <= {"add"}

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet[Page]:
        return super().instances_user_has_any_permission_for(user, set(actions)).filter(self._ours(user))

    def explorable_instances(self, user: User) -> QuerySet[Page]:
        return super().explorable_instances(user).filter(self._ours(user))

    def _ours(self, user: User) -> Q:
        if scope_of(user, Role.TRAINER).reaches_top:
            return Q()
        own = CoursePage.objects.filter(
            changeable_by(user, Role.TRAINER, field="unit"), path=Left(OuterRef("path"), COURSE_LENGTH)
        )
        return Q(depth__lte=CATALOGUE_DEPTH) | Q(Exists(own))

    def _paths(self, user: User) -> frozenset[str]:
        """Of the courses that the person may change; asked once a request, for lists ask for each of their pages."""
        known: Any = getattr(user, "_changeable_courses", None)
        if known is None:
            own = CoursePage.objects.filter(changeable_by(user, Role.TRAINER, field="unit"))
            known = frozenset(own.values_list("path", flat=True)) if user.is_active else frozenset()
            user._changeable_courses = known  # type: ignore[attr-defined]
        return known
