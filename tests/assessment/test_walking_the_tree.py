"""Numbers add up at every level, and every number on the page leads to exactly that many rows, in the list and in the export."""

from __future__ import annotations

import html
import io
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from assessment.models import MemberStanding, OrganisationFigure, Status
from assessment.services import standings_rebuild
from certificates.models import Award
from certificates.services import award_issue
from people.models import Organisation
from tests.cast import make_member, sign_in
from tests.certificates import scenes

LINK = re.compile(r'<a[^>]*href="(?P<path>/standing/[0-9a-f]+/members/[^"]*)"[^>]*>(?P<inside>.*?)</a>', re.DOTALL)


@pytest.fixture
def peopled(organisation: Any, posts: Any) -> Any:
    """Members of every status on every level, also directly in the town and in the city."""
    rng = random.Random(4)
    scheme = scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))
    sitting = scenes.sitting_of(scheme)
    today = timezone.localdate()
    for number, unit in enumerate(list(Organisation.objects.all()) * 3):
        post = rng.choice([posts.head, posts.full_time, posts.liaison])
        member = make_member(f"W{number:03}", f"演示{number}", post, unit)
        fate = rng.choice(Status.values)
        if fate == Status.IN_TRAINING:
            scenes.pass_exam(member, sitting, score=100)
        elif fate != Status.NOT_STARTED:
            scenes.pass_exam(member, sitting)
            award = award_issue(actor=None, scheme=scheme, member=member)
            days = {Status.CERTIFIED: 500, Status.EXPIRING: 30, Status.EXPIRED: -1}[Status(fate)]
            Award.objects.filter(pk=award.pk).update(
                issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days)
            )
    standings_rebuild()
    return organisation


def shown(client: Client, address: str) -> int:
    page = client.get(html.unescape(address)).content.decode()
    found = re.search(r'role="status">共 ([\d,]+) 人', page)
    assert found, address
    return int(found[1].replace(",", ""))


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """(address, the number that leads there) of every link to a list of members."""
    for link in LINK.finditer(page):
        inside = re.sub(r"<span class=\"hint\">.*?</span>", " ", link["inside"], flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", " ", inside).replace(",", "")
        found = re.findall(r"(?<![\d.])(\d+)(?![\d%])", text)
        if found:
            yield link["path"], int(found[-1])


def test_every_number_at_every_level_leads_to_exactly_that_many_rows(
    client: Client, peopled: Any, administrator: Any
) -> None:
    sign_in(client, administrator)
    checked: dict[str, int] = {}
    for unit in Organisation.objects.order_by("path"):
        page = client.get(f"/standing/{unit.code}/").content.decode()
        for address, number in numbers(page):
            if address not in checked:
                checked[address] = shown(client, address)
            assert checked[address] == number, (unit.name, address)
    assert len(checked) > 100
    assert any("own=1" in address for address in checked), "those who stand in the unit itself can be listed too"


def test_walking_down_the_children_and_the_units_own_make_up_the_whole(peopled: Any) -> None:
    figures = {f.path: f for f in OrganisationFigure.objects.all()}
    assert figures[peopled.city.path].total == MemberStanding.objects.count() == 27
    for unit in Organisation.objects.all():
        figure = figures[unit.path]
        assert figure.depth == unit.depth
        rows = MemberStanding.objects.filter(organisation__path__startswith=unit.path)
        assert figure.total == rows.count()
        children = [figures[child.path] for child in unit.get_children()]
        own = MemberStanding.objects.filter(organisation=unit)
        for status in Status.values:
            assert getattr(figure, status) == rows.filter(status=status).count()
            parts = sum(getattr(child, status) for child in children) + own.filter(status=status).count()
            assert getattr(figure, status) == parts


def test_the_export_has_the_rows_of_the_list_in_its_order(client: Client, peopled: Any, administrator: Any) -> None:
    sign_in(client, administrator)
    code = peopled.city.code
    for query in ("", "status=expired&status=expiring", "sort=-valid_until", "sort=status&own=1", "q=演示1&sort=-name"):
        page = client.get(f"/standing/{code}/members/?{query}").content.decode()
        listed = re.findall(r'<td class="members__code" data-label="工号">(\w+)</td>', page)
        export: Any = client.get(f"/standing/{code}/export/?{query}")
        sheet = load_workbook(io.BytesIO(b"".join(export.streaming_content)))["人员名单"]
        assert [row[1].value for row in sheet.iter_rows(min_row=2)] == listed, query
        assert listed or query == "q=演示1&sort=-name"


def test_the_lowest_units_are_named_only_where_there_are_enough_to_compare(
    client: Client, peopled: Any, administrator: Any
) -> None:
    page = sign_in(client, administrator).get("/standing/").content.decode()
    assert "持证率较低" not in page, "two towns are no field to speak of a lowest tenth"
