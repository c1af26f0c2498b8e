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

from assessment.models import Figure, Standing, Status
from assessment.standing.models import CONCERNED, Sum
from assessment.standing.services import standings_rebuild
from certificates.models import Award, Scheme
from certificates.services import award_issue
from people.models import Organisation
from tests.cast import make_member, sign_in
from tests.certificates import scenes

LINK = re.compile(r'<a[^>]*href="(?P<path>/standing/[0-9a-f]+/members/[^"]*)"[^>]*>(?P<inside>.*?)</a>', re.DOTALL)


@pytest.fixture
def peopled(organisation: Any, posts: Any) -> Any:
    """Members of every status on every level, also directly in the town and in the city. A second scheme concerns one post,
    and there is a post that none concerns."""
    rng = random.Random(4)
    edition = scenes.make_edition()
    scheme = scenes.make_scheme(scenes.make_sitting(organisation.city, edition))
    scheme.posts.set([posts.head, posts.full_time, posts.liaison])
    other = scenes.make_sitting(organisation.city, edition, exam=scenes.make_exam(edition, "演示进阶考试"))
    scenes.make_scheme(other, code="advanced", title="进阶培训合格", letters="JJ").posts.set([posts.head])
    sitting = scenes.sitting_of(scheme)
    today = timezone.localdate()
    for number, unit in enumerate(list(Organisation.objects.all()) * 3):
        post = rng.choice([posts.head, posts.full_time, posts.liaison])
        member = make_member(f"W{number:03}", f"演示{number}", post, unit)
        fate = rng.choice(CONCERNED)
        if fate == Status.IN_TRAINING:
            scenes.pass_exam(member, sitting, score=100)
        elif fate != Status.NOT_STARTED:
            scenes.pass_exam(member, sitting)
            award = award_issue(actor=None, scheme=scheme, member=member)
            days = {Status.CERTIFIED: 500, Status.EXPIRING: 30, Status.EXPIRED: -1}[Status(fate)]
            Award.objects.filter(pk=award.pk).update(
                issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days)
            )
    for number, unit in enumerate((organisation.city, organisation.east_grid, organisation.east_micro)):
        make_member(f"N{number:03}", f"演示又{number}", posts.administrator, unit)
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
        found = re.findall(r"(?<![\d.])(\d+)(?![\d.%])", text)
        if found:
            yield link["path"], int(found[-1])


def test_every_number_at_every_level_leads_to_exactly_that_many_rows(
    client: Client, peopled: Any, administrator: Any
) -> None:
    sign_in(client, administrator)
    checked: dict[str, int] = {}
    for unit in Organisation.objects.order_by("path"):
        for scheme in ("onboarding", "advanced", "all"):
            page = client.get(f"/standing/{unit.code}/?scheme={scheme}").content.decode()
            for address, number in numbers(page):
                if address not in checked:
                    checked[address] = shown(client, address)
                assert checked[address] == number, (unit.name, address)
    assert len(checked) > 100
    assert any("own=1" in address for address in checked), "those who stand in the unit itself can be listed too"


def test_walking_down_the_children_and_the_units_own_make_up_the_whole(peopled: Any) -> None:
    assert Standing.objects.filter(is_whole=True).count() == 30
    for scheme in (None, *Scheme.objects.all()):
        for unit in Organisation.objects.all():
            figure = Sum.of(Figure.objects.filter(organisation=unit, scheme=scheme))
            rows = Standing.objects.filter(is_whole=scheme is None, organisation__path__startswith=unit.path)
            if scheme is not None:
                rows = rows.filter(scheme=scheme)
            assert figure.people == rows.count()
            children = Sum.of(Figure.objects.filter(organisation__in=unit.get_children(), scheme=scheme))
            own = rows.filter(organisation=unit)
            for status in Status.values:
                assert getattr(figure, status) == rows.filter(status=status).count()
                assert getattr(figure, status) == getattr(children, status) + own.filter(status=status).count()


def test_the_export_has_the_rows_of_the_list_in_its_order(client: Client, peopled: Any, administrator: Any) -> None:
    sign_in(client, administrator)
    code = peopled.city.code
    for query in ("", "status=expired&status=expiring", "sort=-valid_until", "sort=status&own=1", "q=演示1&sort=-name",
                  "scheme=advanced", "scheme=onboarding&status=in_training"):  # fmt: skip
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
