from __future__ import annotations


class CourseRefused(Exception):
    """Carries a sentence for the person."""
