"""A thing and its lower bound, in turns in the same run: what disturbs the machine disturbs both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection, transaction

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Pair:
    """Seconds each, the middle ones of all turns."""

    value: float
    bound: float
    turns: int


def in_turns(turns: int, value: Callable[[int], object], bound: Callable[[int], object]) -> Pair:
    """Each is called with the number of its turn; turn 0 warms up and is not counted."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns + 1):
        for times, act in zip(taken, (value, bound), strict=True):
            began = time.perf_counter()
            act(turn)
            if turn:
                times.append(time.perf_counter() - began)
    return Pair(median(taken[0]), median(taken[1]), turns)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def statements_of(act: Callable[[], object]) -> list[Statement]:
    """The statements that it sends to the database; what they wrote is rolled back."""
    sent: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql:
            sent.append((sql, params))
        return execute(sql, params, many, context)

    with undone(), connection.execute_wrapper(note):
        act()
    return sent


def replay(statements: list[Statement], *, made: str = "") -> None:
    """The same statements bare: no objects, no checks, no templates.

    What they wrote was rolled back, so a row that they make has another key now: `made` is the name of the parameter by which
    the later ones refer to it.
    """
    key = None
    with connection.cursor() as cursor:
        for sql, params in statements:
            if key is not None and isinstance(params, dict) and made in params:
                params = {**params, made: key}
            cursor.execute(sql, params)
            rows = cursor.fetchall() if cursor.description else []
            if made and rows and sql.rstrip().endswith("RETURNING id"):
                key = rows[0][0]
