"""How many statements each of the supervisor's pages takes; the baseline changes only on purpose. Size doesn't matter to them:
see test_member_list.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.standing.services import standings_rebuild
from certificates.services import award_issue
from tests.cast import sign_in
from tests.certificates import scenes

BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
BUDGET = 12


def test_the_baseline_is_within_the_budget() -> None:
    assert max(BASELINE.values()) <= BUDGET


def test_each_page_takes_as_many_statements_as_the_baseline_says(
    client: Client, organisation: Any, learner: Any, neighbour: Any, supervisor: Any
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)
    standings_rebuild()
    sign_in(client, supervisor)
    town, grid = organisation.east_town.code, organisation.east_grid.code
    taken = {}
    for name, path in {
        "overview": "/standing/",
        "unit": f"/standing/{grid}/",
        "members": f"/standing/{town}/members/?status=certified&sort=-valid_until",
        "member": f"/standing/members/{learner.code}/",
        "evidence": f"/standing/members/{learner.code}/evidence/",
        "table": f"/standing/{town}/table/",
        "export": f"/standing/{town}/export/",
    }.items():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            assert answer.status_code == 200
        taken[name] = len(queries)
    assert taken == BASELINE
