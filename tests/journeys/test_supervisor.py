"""A supervisor: how does my part stand, which town, which grid, who exactly, and the Excel of just those people."""

from __future__ import annotations

import io
import operator
import re
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

if TYPE_CHECKING:
    from tests.journeys.conftest import Person

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.xdist_group("journeys")]


def people_on(person: Person) -> int:
    """What the page of names says: 「共 1,185 人」."""
    said = re.search(r"共 ([\d,]+) 人", person.page.inner_text("main"))
    assert said is not None
    return int(said.group(1).replace(",", ""))


def holders_and_all(person: Person) -> tuple[int, int]:
    held, total = re.findall(r"([\d,]+) / ([\d,]+)", person.page.locator(".numbers").inner_text())[0]
    return int(held.replace(",", "")), int(total.replace(",", ""))


def down(person: Person, name: str) -> str:
    """Into the first unit of the table; its name."""
    unit = person.page.locator("tbody th.heat__unit a").first
    title = unit.inner_text()
    unit.click()
    person.page.get_by_role("heading", name=f"{title}取证情况").wait_for()
    person.picture(name)
    return title


def those_without_certificate(person: Person) -> int:
    """Their names, as many as the figures of the unit say. Figures follow what happened by ten seconds at most."""
    for _attempt in range(15):
        held, total = holders_and_all(person)
        unit = person.page.url
        person.page.get_by_role("link", name=re.compile("没有有效证书")).click()
        person.page.wait_for_url(partial(operator.ne, unit))
        if (lacking := people_on(person)) == total - held:
            return lacking
        person.page.wait_for_timeout(1000)
        person.page.goto(unit)
    raise AssertionError(f"{lacking} names, but {total} people and {held} of them with a certificate")


def export(person: Person) -> list[dict[object, object]]:
    """Each row by the heads of the columns: there is one column for each level of the organisation."""
    with person.page.expect_download() as download:
        person.press("导出 Excel", exact=False)
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()), read_only=True)
    assert "说明" in book.sheetnames
    heads, *rows = book["人员名单"].iter_rows(values_only=True)
    # A row ends with its last value: what is empty after it is not read.
    return [dict(zip_longest(heads, row)) for row in rows]


def test_from_the_overview_to_the_excel_of_those_who_lack_a_certificate(person: Person, window: str) -> None:
    person.sign_in("supervisor")
    person.sees("演示市取证情况")
    person.picture("overview")
    _held, everybody = holders_and_all(person)

    town = down(person, "town")
    assert holders_and_all(person)[1] <= everybody
    village = down(person, "village")
    grid = down(person, "grid")
    _grid_held, in_grid = holders_and_all(person)
    person.press(f"查看人员名单（{in_grid} 人）")
    assert people_on(person) == in_grid
    person.picture("names-of-the-grid")
    person.page.locator("tbody th a").first.click()
    person.sees("档案只记录培训、考试和证书")
    person.picture("member")

    # Back up by the path: nobody has to start again.
    person.press(town)
    person.sees(f"{town}取证情况")
    assert village != grid
    lacking = those_without_certificate(person)
    person.picture("names-without-certificate")
    rows = export(person)
    assert len(rows) == lacking
    assert {row["状态"] for row in rows} <= {"已过期", "培训中", "未开始"}
    assert all(isinstance(row["工号"], str) for row in rows), "member numbers are text"


def test_a_supervisor_of_one_town_does_not_learn_of_the_rest(person: Person, window: str) -> None:
    person.sign_in("supervisor-town")
    person.page.get_by_role("heading", name=re.compile("取证情况$")).wait_for()
    person.picture("own-town")
    answer = person.page.goto(f"{person.base}/standing/demo-city/")
    assert answer is not None
    assert answer.status == 404
    person.sees("没有找到这个页面")
    person.picture("not-found")
