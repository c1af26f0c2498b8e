"""Evidence: recorded once, shown in words, linked, exported; a kind is one module, also one that the product does not have."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from assessment.models import Evidence
from assessment.receivers import recorder
from assessment.review import kinds
from assessment.review.kinds import discover, kind_of
from assessment.review.services import evidence_record
from assessment.standing.services import standings_rebuild
from certificates.services import award_issue
from tests.cast import sign_in
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))


def test_the_result_becomes_evidence_once_however_often_it_is_told(learner: Any, scheme: Any) -> None:
    result = scenes.pass_exam(learner, scenes.sitting_of(scheme))
    record = recorder(kind_of("exam"))
    for _again in range(3):
        record([result.pk])
    evidence = Evidence.objects.get(kind="exam")
    assert evidence.facts == {"score": 9200, "max_score": 10000, "passed": True}
    assert (evidence.object_id, evidence.member, evidence.title) == (result.pk, learner, "演示考试")


def test_one_object_is_evidence_of_one_kind_once_in_the_database(learner: Any) -> None:
    row = {"member": learner, "object_id": 7, "year": 2026, "title": "演示", "occurred_at": timezone.now()}
    Evidence.objects.create(kind="exam", **row)
    Evidence.objects.create(kind="course", **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(kind="exam", **row)


def test_the_year_is_the_local_one(learner: Any, scheme: Any) -> None:
    result = scenes.pass_exam(learner, scenes.sitting_of(scheme))
    midnight = datetime(2027, 1, 1, 0, 30, tzinfo=timezone.get_current_timezone())
    type(result).objects.update(marked_at=midnight)
    evidence_record(kind=kind_of("exam"), subjects=[result.pk])  # type: ignore[arg-type]
    assert Evidence.objects.get().year == 2027, "in UTC it is still 2026"


def test_a_result_that_may_not_be_known_yet_is_no_evidence(learner: Any, scheme: Any) -> None:
    sitting = scenes.sitting_of(scheme)
    sitting.release = "after_close"
    sitting.save()
    result = scenes.pass_exam(learner, sitting)
    evidence_record(kind=kind_of("exam"), subjects=[result.pk])  # type: ignore[arg-type]
    assert not Evidence.objects.exists()


def test_evidence_of_a_certificate_bears_the_day_of_issue(learner: Any, scheme: Any) -> None:
    day = timezone.localdate() - timedelta(days=100)
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner, issued_on=day)
    evidence_record(kind=kind_of("award"), subjects=[award.pk])  # type: ignore[arg-type]
    assert timezone.localdate(Evidence.objects.get(kind="award", member=learner).occurred_at) == day


def test_facts_are_frozen_when_the_thing_changes_later(
    client: Client, learner: Any, scheme: Any, supervisor: Any
) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=learner)
    evidence_record(kind=kind_of("award"), subjects=[award.pk])  # type: ignore[arg-type]
    scheme.title = "换了名称"
    scheme.save()
    evidence_record(kind=kind_of("award"), subjects=[award.pk])  # type: ignore[arg-type]
    page = sign_in(client, supervisor).get(f"/standing/members/{learner.code}/").content.decode()
    evidence = page[page.index('class="evidence"') :]
    assert "岗前培训合格" in evidence and "换了名称" not in evidence
    assert f'href="/certificates/{award.code}/"' in evidence


# --- a kind that the product does not have ----------------------------------------------------------------------------


@pytest.fixture
def workshops(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The app of tests/assessment/workshops, as if installed: its evidence_kinds.py is found by itself."""
    before = dict(kinds._kinds)
    installed = [*apps.get_app_configs(), AppConfig.create("tests.assessment.workshops")]
    monkeypatch.setattr(apps, "get_app_configs", lambda: installed)
    assert "workshop" in [kind.code for kind in discover()]
    yield kind_of("workshop")
    kinds._kinds.clear()
    kinds._kinds.update(before)
    sys.modules.pop("tests.assessment.workshops.evidence_kinds")


def test_a_kind_of_another_app_lives_its_whole_life(
    client: Client, workshops: Any, learner: Any, supervisor: Any, other_supervisor: Any
) -> None:
    standings_rebuild()
    told = recorder(workshops)
    told([learner.pk, 987_654])
    told([learner.pk])
    assert Evidence.objects.count() == 1, "told twice, kept once; one that is gone is left out"
    path = f"/standing/members/{learner.code}/"
    page = sign_in(client, supervisor).get(path).content.decode()
    assert "流动工作室" in page and "网格流动工作室（演示）" in page
    assert "签到地点：演示东镇" in page
    assert f'href="/demo-workshops/{learner.pk}/"' in page
    export: Any = client.get(f"{path}evidence/")
    sheet = load_workbook(io.BytesIO(b"".join(export.streaming_content)))["佐证材料"]
    head, row = sheet.iter_rows(values_only=True)
    shown = dict(zip(head, row, strict=True))
    assert (shown["年度"], shown["类别"], shown["事项"]) == (2026, "流动工作室", "网格流动工作室（演示）")
    assert shown["内容"] == "签到地点：演示东镇"
    assert shown["查看"] == f"http://testserver/demo-workshops/{learner.pk}/"
    assert sheet.auto_filter.ref == "A1:F2"
    assert sign_in(client, other_supervisor).get(f"{path}evidence/").status_code == 404


def test_rows_of_a_kind_that_is_gone_are_shown_all_the_same(
    client: Client, workshops: Any, learner: Any, supervisor: Any
) -> None:
    recorder(workshops)([learner.pk])
    kinds._kinds.pop("workshop")
    page = sign_in(client, supervisor).get(f"/standing/members/{learner.code}/").content.decode()
    assert "网格流动工作室（演示）" in page and "demo-workshops" not in page
