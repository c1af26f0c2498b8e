from __future__ import annotations

import pytest
from django.test import Client

from people.models import Member, User
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/exams/attempts/%00/", "/certificates/a%00b/", "/jobs/%00/file/"])
def test_a_nul_in_an_address_is_a_page_that_is_not_there(client: Client, learner: Member, path: str) -> None:
    answer = sign_in(client, learner.user).get(path)
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()


@pytest.mark.parametrize("path", ["/people/members/?q=%00", "/people/grants/?q=a%00"])
def test_a_nul_in_a_query_is_a_bad_request(client: Client, administrator: User, path: str) -> None:
    answer = sign_in(client, administrator).get(path)
    assert answer.status_code == 400
    assert "这次请求没有成功" in answer.content.decode()
