"""A worker looks for an app's tasks and kinds of work here; each room owns its own."""

from assessment.standing import tasks as standing

__all__ = ["standing"]
