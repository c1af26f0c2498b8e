"""Certificates taken over in bulk: valid at once, their files made when somebody first asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from certificates.models import Award, AwardFile
from certificates.services import award_issue, awards_render_waiting
from tests.cast import sign_in
from tests.certificates import scenes


@pytest.fixture
def award(organisation: Any, learner: Any) -> Award:
    cache.clear()
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    award = award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)
    Award.objects.filter(pk=award.pk).update(render_state=Award.RenderState.DEFERRED)
    return award


def test_the_sweep_leaves_deferred_certificates_alone(award: Award) -> None:
    assert awards_render_waiting() == 0
    award.refresh_from_db()
    assert award.render_state == "deferred"


def test_asking_for_the_files_has_them_made(client: Client, award: Award, settings: Any) -> None:
    sign_in(client, award.member.user)
    page = client.get(f"/certificates/{award.code}/").content.decode()
    assert "生成证书文件" in page and "http-equiv" not in page
    answer = client.post(f"/certificates/{award.code}/render/")
    assert answer.headers["Location"] == f"/certificates/{award.code}/"
    award.refresh_from_db()
    assert award.render_state == "waiting"
    assert awards_render_waiting() == 1
    award.refresh_from_db()
    assert award.render_state == "ready" and award.files.filter(kind="pdf").exists()


def test_asking_for_files_that_are_there_makes_no_others(client: Client, award: Award) -> None:
    Award.objects.filter(pk=award.pk).update(render_state="ready")
    AwardFile.objects.create(award=award, kind="pdf", stored="kept.pdf", digest="0" * 64, shows="valid")
    sign_in(client, award.member.user)
    client.post(f"/certificates/{award.code}/render/")
    award.refresh_from_db()
    assert award.render_state == "ready" and award.files.get().stored == "kept.pdf"


def test_nobody_else_may_ask_and_reading_asks_nothing(
    client: Client, award: Award, neighbour: Any, other_supervisor: Any
) -> None:
    path = f"/certificates/{award.code}/render/"
    assert client.post(path).headers["Location"].startswith("/accounts/login/")
    for user in (neighbour.user, other_supervisor):
        assert sign_in(client, user).post(path).status_code == 404
    assert sign_in(client, award.member.user).get(path).status_code == 405
    award.refresh_from_db()
    assert award.render_state == "deferred"
