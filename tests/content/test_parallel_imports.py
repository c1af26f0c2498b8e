"""Imports at the same moment, on PostgreSQL, where transactions really run side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from content.models import Clause, Edition
from content.services.editions import StandardRefused, edition_create
from tests.content.reading import read_well

TEXT = "演示规范\n1 范围\n本文件规定甲。\n2 要求\n2.1 应甲：\na) 一；\nb) 二。\n2.2 应乙。\n"


@pytest.mark.django_db(transaction=True)
def test_imports_side_by_side_all_find_room_and_one_file_becomes_one_edition() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite runs one writing transaction at a time")
    parsed = read_well(TEXT)

    def create(code: str) -> str:
        try:
            return edition_create(actor=None, parsed=parsed, standard_code=code).code
        except StandardRefused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, ["jia", "yi", "bing", "ding", "jia", "yi", "bing", "ding"]))
    assert answers.count("refused") == 4
    assert Edition.objects.count() == 4
    assert Clause.objects.count() == 4 * 6 and Clause.find_problems() == ([], [], [], [], [])
