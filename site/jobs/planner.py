"""After thousands of rows are written at once, the database is told what its tables hold now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from django.db.models import Model


def statistics_renew(*models: type[Model]) -> None:
    """Renew PostgreSQL's statistics of these tables, of all tables when none is named. Inside a transaction too.

    PostgreSQL counts a table by itself only after the commit, a minute late. A plan made before that may take a table of
    thousands of rows for an empty one, and then run for hours. SQLite keeps no such counts.
    """
    if connection.vendor != "postgresql":
        return
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")
