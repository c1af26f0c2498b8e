from __future__ import annotations

from content.models import Clause, Edition


def clause_tree(edition: Edition) -> list[Clause]:
    """The clauses of an edition in document order, with depth for indentation. One query."""
    return list(Clause.objects.filter(edition=edition).order_by("path"))
