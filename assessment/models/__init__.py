"""Django looks for an app's models here; each room owns its own."""

from assessment.review.models import Evidence
from assessment.standing.models import (
    ChangedUnit,
    Figure,
    FiguresChecked,
    SchemePrepared,
    Standing,
    Status,
)

__all__ = ["ChangedUnit", "Evidence", "Figure", "FiguresChecked", "SchemePrepared", "Standing", "Status"]
