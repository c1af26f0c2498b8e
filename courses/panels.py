"""What trainers see in the editor besides the fields themselves."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import HelpPanel
from wagtail.models import Page

from people.access import Role
from people.owning import owner_for_new


class LearnerPageForm(WagtailAdminPageForm):
    def clean_slug(self) -> str:
        """Two courses of one title make the same address; nobody who writes a course wants to hear of it."""
        slug: str = self.cleaned_data["slug"]
        parent = self.parent_page
        free, n = slug, 2
        while slug and parent is not None and not Page._slug_is_available(free, parent, self.instance):
            free, n = f"{slug[:240]}-{n}", n + 1
        return free


class CoursePageForm(LearnerPageForm):
    def save(self, commit: bool = True) -> Any:
        """A new course belongs to the unit of who makes it."""
        if self.instance.pk is None and self.instance.unit_id is None:
            self.instance.unit = owner_for_new(self.for_user, Role.TRAINER)
        return super().save(commit)


class PeopleConcerned(HelpPanel):
    """How many people the course is for, as it was last saved: said before a compulsory course reaches them."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            # By name: the pages hold the panels, and who is concerned is asked of the pages.
            self.content = import_string("courses.queries.people_sentence")(self.instance)
