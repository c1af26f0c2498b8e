from __future__ import annotations

from acts import Refused


class CourseRefused(Refused):
    """Carries a sentence for the person."""
