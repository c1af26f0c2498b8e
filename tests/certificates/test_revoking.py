"""撤销证书: the administrator's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from audit.models import Entry
from certificates.models import Award
from certificates.services import award_issue
from people.models import RoleGrant
from tests.cast import sign_in
from tests.certificates import scenes


@pytest.fixture
def award(organisation: Any, learner: Any) -> Award:
    cache.clear()
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    return award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)


def test_an_administrator_revokes_with_a_reason_and_everybody_sees_it_at_once(
    client: Client, award: Award, administrator: Any
) -> None:
    sign_in(client, administrator)
    assert "撤销证书" in client.get(f"/certificates/{award.code}/").content.decode()
    answer = client.post(f"/certificates/{award.code}/revoke/", {"reason": "演示：成绩核查有误"})
    assert answer.headers["Location"] == f"/certificates/{award.code}/"
    client.logout()
    assert "已撤销" in client.get(f"/V/{award.token}").content.decode()
    sign_in(client, award.member.user)
    page = client.get(f"/certificates/{award.code}/").content.decode()
    assert "已撤销" in page and "演示：成绩核查有误" in page
    assert "演示：成绩核查有误" in award.member.user.notices.get().text
    assert Entry.objects.filter(action="award.revoke", target=f"award:{award.code}").exists()


def test_it_needs_a_reason_and_keeps_what_was_typed(client: Client, award: Award, administrator: Any) -> None:
    sign_in(client, administrator)
    path = f"/certificates/{award.code}/revoke/"
    page = client.post(path, {"reason": "  "})
    assert page.status_code == 422 and "请填写撤销原因" in page.content.decode()
    page = client.post(path, {"reason": "长" * 201})
    assert page.status_code == 422 and "最多 200 个字，现在有 201 个字" in page.content.decode()
    award.refresh_from_db()
    assert award.state == "issued"


def test_a_second_revocation_is_explained(client: Client, award: Award, administrator: Any) -> None:
    sign_in(client, administrator)
    path = f"/certificates/{award.code}/revoke/"
    client.post(path, {"reason": "演示"})
    page = client.post(path, {"reason": "再来一次"})
    assert page.status_code == 422 and "已不是有效状态" in page.content.decode()


def test_nobody_else_revokes_and_nobody_their_own(
    client: Client, organisation: Any, award: Award, supervisor: Any, trainer: Any, stranger: Any, neighbour: Any
) -> None:
    path = f"/certificates/{award.code}/revoke/"
    assert client.post(path, {"reason": "x"}).headers["Location"].startswith("/accounts/login/")
    RoleGrant.objects.create(user=award.member.user, role=RoleGrant.Role.ADMINISTRATOR, organisation=organisation.city)
    for user in (supervisor, trainer, stranger, neighbour.user, award.member.user):
        sign_in(client, user)
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": "x"}).status_code == 404
    assert client.put(path).status_code == 405
    award.refresh_from_db()
    assert award.state == "issued"
