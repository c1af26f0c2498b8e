from __future__ import annotations

from django.db import models

from exams.models import Question


class ScaleQuestion(Question):
    """Right is what lies at most `tolerance` beside `right`."""

    type_code = "scale"
    low = models.IntegerField(default=0)
    high = models.IntegerField(default=10)
    right = models.IntegerField(default=0)
    tolerance = models.PositiveIntegerField(default=0)
