"""What a person may do with one page of the catalogue: what Wagtail's groups allow, within what the person's units own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import PagePermissionTester

if TYPE_CHECKING:
    from wagtail.models import Page

    from people.models import User

TO_ADD = frozenset(("add", "publish"))  # what a new course of one's own needs of the catalogue


class OwnedPageTester(PagePermissionTester):
    """Every view, button and action of Wagtail asks here, its API included. The policy knows whose a page is."""

    def __init__(self, user: User, page: Page) -> None:
        super().__init__(user, page)
        self.is_ours: bool = self.permission_policy.may_change(user, page)
        if not self.is_ours and hasattr(self, "permissions"):
            self.permissions &= TO_ADD if self.permission_policy.is_catalogue(page) else frozenset()

    def can_edit(self) -> bool:
        """Also for who reviews it: the review's group holds the trainers of all units."""
        return self.is_ours and bool(super().can_edit())

    def can_publish(self) -> bool:
        return self.is_ours and bool(super().can_publish())

    def can_unpublish(self) -> bool:
        return self.is_ours and bool(super().can_unpublish())

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.is_ours and bool(super().can_delete(ignore_bulk))

    def can_lock(self) -> bool:
        return self.is_ours and bool(super().can_lock())

    def can_unlock(self) -> bool:
        return self.is_ours and bool(super().can_unlock())

    def can_submit_for_moderation(self) -> bool:
        return self.is_ours and bool(super().can_submit_for_moderation())

    def can_reorder_children(self) -> bool:
        return self.is_ours and bool(super().can_reorder_children())

    def can_view_revisions(self) -> bool:
        parent: Any = super()
        return self.is_ours and bool(parent.can_view_revisions())
