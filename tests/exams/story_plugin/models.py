from __future__ import annotations

from django.db import models

from exams.models import Question


class StoryQuestion(Question):
    """`asks`: [{"ask", "options", "right", "weight", "clause"}]; without options a person marks it, by `right`."""

    type_code = "story"
    asks = models.JSONField(default=list)
