"""With a door closed, nothing answers but the few addresses that a person needs to open it: the whole URLconf is walked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.test import Client

from people.middleware import PASSED, PUBLIC, SECOND_FACTOR, SEEN
from people.models import User
from tests.addresses.walking import addresses, url_of
from tests.cast import sign_in

if TYPE_CHECKING:
    from types import SimpleNamespace

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Authorised by the token in the body.
BY_TOKEN = {"exams:save", "exams:submit"}


def first_sign_in(client: Client, account: User, settings: Any) -> None:
    User.objects.filter(pk=account.pk).update(must_change_password=True)
    sign_in(client, account)


def unconfirmed(client: Client, account: User, settings: Any) -> None:
    User.objects.filter(pk=account.pk).update(confirmed_at=None)
    sign_in(client, account)


def no_second_factor(client: Client, account: User, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    sign_in(client, account)


def second_factor_not_shown(client: Client, account: User, settings: Any) -> None:
    if not is_mfa_enabled(account):
        TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    no_second_factor(client, account, settings)


def idle(client: Client, account: User, settings: Any) -> None:
    sign_in(client, account)
    session = client.session
    session[SEEN], session[PASSED] = int(time.time()) - 31 * 60, account.pk
    session.save()


# The door, where it leads, and what it leaves open besides the addresses for everybody.
DOORS = {
    "first sign-in": (first_sign_in, "/first-sign-in/", PUBLIC),
    "unconfirmed": (unconfirmed, "/first-sign-in/", PUBLIC),
    "no second factor": (no_second_factor, "/accounts/2fa/", SECOND_FACTOR),
    "second factor not shown": (second_factor_not_shown, "/accounts/2fa/reauthenticate/", SECOND_FACTOR),
    "idle": (idle, "/accounts/login/", PUBLIC),
}


def test_the_names_that_stay_open_exist_and_are_few() -> None:
    assert {address.name for address in addresses()} >= SECOND_FACTOR
    assert len(PUBLIC) < 20
    assert len(SECOND_FACTOR - PUBLIC) == 5


@pytest.mark.parametrize("door", DOORS)
def test_nothing_answers_behind_a_closed_door(door: str, world: SimpleNamespace, settings: Any) -> None:
    close, way, open_to = DOORS[door]
    account = User.objects.get(pk=world.people["superuser"].pk)
    client, answered = Client(), []
    close(client, account, settings)
    for address in addresses():
        if address.name in open_to | BY_TOKEN or (door == "idle" and address.route.startswith("exams/")):
            continue
        url = url_of(address, world)
        for method in ("get", "post"):
            if door == "idle":  # each refusal signs out
                close(client, account, settings)
            answer = getattr(client, method)(url)
            if not (answer.status_code in (401, 403) or str(answer.headers.get("Location", "")).startswith(way)):
                answered.append(f"{method} {address.route}: {answer.status_code} {answer.headers.get('Location', '')}")
    assert answered == []


@pytest.mark.parametrize("door", DOORS)
def test_a_program_is_refused_with_a_sentence(door: str, world: SimpleNamespace, settings: Any) -> None:
    close, way, _open_to = DOORS[door]
    account = User.objects.get(pk=world.people["superuser"].pk)
    lesson = world.lesson
    client = Client(enforce_csrf_checks=True)
    close(client, account, settings)
    answer = client.post(f"/cms/api/main/pages/{lesson.pk}/action/unpublish/")
    assert answer.status_code == (401 if door == "idle" else 403)
    assert answer.json()["detail"].endswith("。")
    lesson.refresh_from_db()
    assert lesson.live
    client = Client()
    close(client, account, settings)
    answer = client.get("/jobs/", headers={"accept": "application/json"})
    assert answer.status_code == (401 if door == "idle" else 403)
    client = Client()
    close(client, account, settings)
    page = client.get("/jobs/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["Location"].startswith(way)
