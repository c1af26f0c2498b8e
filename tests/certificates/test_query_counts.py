"""How many statements each page of a certificate takes; the baseline changes only on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.services import award_issue, award_render
from tests.cast import sign_in
from tests.certificates import scenes

BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
# What the design allows; the baseline may be better, never worse.
BUDGET = {"list": 8, "detail": 8, "qr": 8, "verdict": 2, "verdict_signed_in": 5, "by_hand": 2}


def test_the_baseline_is_within_the_budget() -> None:
    assert set(BASELINE) == set(BUDGET)
    assert all(BASELINE[name] <= BUDGET[name] for name in BUDGET)


def test_each_page_takes_as_many_statements_as_the_baseline_says(
    client: Client, organisation: Any, learner: Any
) -> None:
    cache.clear()
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    award = award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)
    award_render(award_id=award.pk)
    taken = {}

    def count(name: str, path: str, data: dict[str, str] | None = None) -> None:
        ask = (lambda: client.post(path, data)) if data else (lambda: client.get(path))
        ask()
        with CaptureQueriesContext(connection) as queries:
            assert ask().status_code == 200
        taken[name] = len(queries)

    count("verdict", f"/V/{award.token}")
    count("by_hand", "/verify/", {"number": award.number, "name": learner.name})
    sign_in(client, learner.user)
    count("list", "/certificates/")
    count("detail", f"/certificates/{award.code}/")
    count("qr", f"/certificates/{award.code}/qr/")
    count("verdict_signed_in", f"/V/{award.token}")
    assert taken == BASELINE
