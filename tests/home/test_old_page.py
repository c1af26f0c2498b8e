"""A form from a page that is older than the sign-in is refused in our own words, with a way back that stays on this site."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def way_back(came_from: str) -> str:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("people:feedback_form"), {"text": "演示"}, headers={"referer": came_from})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "没有提交成功" in page
    ways = re.findall(r'<a class="button button--primary" href="([^"]*)"', page)
    assert len(ways) == 1
    return str(ways[0])


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/feedback/?page=/courses/", "http://testserver/feedback/?page=/courses/"),
        ("https://elsewhere.example/feedback/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_is_on_this_site(came_from: str, leads_to: str) -> None:
    assert way_back(came_from) == leads_to
