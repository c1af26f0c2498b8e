"""Power over others does not stay open at a screen that somebody has left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from people.middleware import SEEN
from tests.cast import sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User


def idle(client: Client, minutes: float) -> None:
    session = client.session
    session[SEEN] = int(time.time() - minutes * 60)
    session.save()


def test_who_supervises_is_signed_out_after_half_an_hour(client: Client, supervisor: User) -> None:
    sign_in(client, supervisor)
    idle(client, 29)
    assert client.get("/standing/").status_code == 200
    assert time.time() - client.session[SEEN] < 5, "doing something begins a new half hour"
    idle(client, 31)
    answer = client.get("/standing/?sort=rate")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fstanding%2F%3Fsort%3Drate"
    assert "_auth_user_id" not in client.session
    assert "较长时间没有使用管理功能，已自动退出" in client.get(answer.headers["Location"]).content.decode()


def test_what_an_open_editor_sends_by_itself_is_no_sign_of_a_person(client: Client, trainer: User) -> None:
    sign_in(client, trainer)
    idle(client, 10)
    before = client.session[SEEN]
    client.post("/cms/editing-sessions/ping/wagtailcore/page/1/")
    assert client.session[SEEN] == before


@pytest.mark.parametrize("path", ["/", "/exams/", "/me/"])
def test_learners_are_left_alone(client: Client, learner: Member, path: str) -> None:
    sign_in(client, learner.user)
    idle(client, 600)
    assert client.get(path).status_code == 200


def test_nobody_is_signed_out_of_an_own_exam_or_right_after_it(
    client: Client, learner: Member, organisation: Any
) -> None:
    from people.models import RoleGrant

    RoleGrant.objects.create(user=learner.user, role="marker", organisation=organisation.city)
    sign_in(client, learner.user)
    idle(client, 90)
    assert client.get("/exams/").status_code == 200
    assert client.get("/standing/").status_code != 302, "who looks at a result is there"
