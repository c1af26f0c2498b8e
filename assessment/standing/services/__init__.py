"""Standings from what happened, figures from standings."""

from assessment.standing.services.figures import figures_rebuild, figures_refresh, units_changed
from assessment.standing.services.standings import standings_refresh, status_of
from assessment.standing.services.sweep import schemes_prepare, standings_rebuild, standings_reconcile, standings_sweep

__all__ = [
    "figures_rebuild",
    "figures_refresh",
    "schemes_prepare",
    "standings_rebuild",
    "standings_reconcile",
    "standings_refresh",
    "standings_sweep",
    "status_of",
    "units_changed",
]
