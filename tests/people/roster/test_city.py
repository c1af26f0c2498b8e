"""A city's roster at its real size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from people.models import Assignment, Member, Organisation
from tests.people.roster import files
from tests.people.roster.files import person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

    from uploads.models import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE = 6600


def city(changes: int = 0) -> bytes:
    people = []
    for n in range(PEOPLE):
        town, village, grid = n % 14, n // 14 % 24, n // 336 % 4
        unit = f"演示市/{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[town]}河新镇/{chr(0x6000 + village)}村/第{'一二三四'[grid]}网格"
        people.append(person(n, unit, 手机号=f"{1008 if n < changes else 1009}{n:07d}"))
    return files.xlsx(files.rows(people))


def rows_by_statistics(model: type[Model]) -> int | None:
    """What PostgreSQL plans with. Without it the same import a second time may run for hours."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def test_6600_people_are_imported_and_again_without_a_change(
    bring_in: Callable[..., Upload], organisation: Any, posts: Any
) -> None:
    held = bring_in(city(), complete=True)
    assert held.summary["counts"]["new"] == PEOPLE
    assert Member.objects.count() == Assignment.objects.filter(ends_on__isnull=True).count() == PEOPLE
    assert Organisation.find_problems() == ([], [], [], [], [])
    assert rows_by_statistics(Member) in (None, PEOPLE)
    counts = bring_in(city(), complete=True).summary["counts"]
    assert (counts["unchanged"], counts["left"]) == (PEOPLE, 0)
    assert bring_in(city(changes=3000)).summary["counts"]["changed"] == 3000
