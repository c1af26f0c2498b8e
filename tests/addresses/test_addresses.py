"""One table of every address and everyone: what each kind of user gets. An address that is missing from it fails.

The table is tests/addresses/table.tsv. After a change on purpose write it anew and read the difference, line by line:

    WRITE_ADDRESSES=1 .venv/bin/pytest tests/addresses
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import User
from tests.addresses.walking import Address, addresses, url_of
from tests.cast import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLE = Path(__file__).with_name("table.tsv")
EVERYONE = (
    "anonymous", "stranger", "learner", "neighbour", "trainer", "marker", "supervisor", "other_supervisor",
    "administrator", "superuser",
)  # fmt: skip
COLUMNS = ("method", "address", *EVERYONE)
# Authorised by the token in the body, which only the candidate has: the exam room goes on when the sign-in has run out.
BY_TOKEN = {"exams:save", "exams:submit"}
WRITES = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM) \W?(\w+)", re.IGNORECASE)
# Sessions are Django's own business; Wagtail notes who has a page open, and makes a folder row for its own settings.
MAY_WRITE_ON_GET = {"django_session", "wagtailadmin_editingsession", "axes_accessattempt"}


def rows() -> list[tuple[str, Address]]:
    """Everything is asked for with GET; ours also get an empty POST, which no page of ours may take for more than that."""
    found = addresses()
    return [("GET", each) for each in found] + [("POST", each) for each in found if each.is_ours]


def verdict(response: Any) -> str:
    if response.status_code in (301, 302):
        return "login" if re.match(r"^/(accounts|cms)/login/", response["Location"]) else str(response.status_code)
    return str(response.status_code)


def drain(response: Any) -> None:
    """A file is sent while it is read."""
    if response.streaming:
        list(response.streaming_content)


def ask(client: Client, method: str, url: str) -> str:
    """What comes back; whatever it did is undone."""
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url)
        drain(response)
        transaction.set_rollback(True)
    return verdict(response)


def walk(world: SimpleNamespace, name: str) -> dict[tuple[str, str], str]:
    found = {}
    user = world.people[name]
    for method, address in rows():
        client = Client(raise_request_exception=address.is_ours)  # Wagtail has a page that fails on purpose
        if user is not None:
            sign_in(client, User.objects.get(pk=user.pk))
        try:
            found[method, address.route] = ask(client, method, url_of(address, world))
        except Exception as error:
            raise AssertionError(f"{method} {address.route} as {name}: {error!r}") from error
    return found


def table() -> dict[tuple[str, str], dict[str, str]]:
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["method"], row["address"]): row for row in csv.DictReader(file, delimiter="\t")}


def test_every_address_is_in_the_table_and_nothing_else() -> None:
    if os.environ.get("WRITE_ADDRESSES"):
        pytest.skip("the table is being written")
    wanted = [(method, address.route) for method, address in rows()]
    missing = [f"{method} {route}" for method, route in wanted if (method, route) not in table()]
    assert missing == [], "no expected status for these; see the head of this file"
    assert set(table()) - set(wanted) == set(), "these are gone"


@pytest.mark.parametrize("name", EVERYONE)
def test_everyone_gets_what_the_table_says(name: str, world: SimpleNamespace) -> None:
    if os.environ.get("WRITE_ADDRESSES"):
        pytest.skip("the table is being written")
    expected = {key: row[name] for key, row in table().items()}
    found = walk(world, name)
    wrong = {key: (status, expected.get(key)) for key, status in found.items() if status != expected.get(key)}
    assert wrong == {}, "found, expected"


def test_no_page_of_ours_writes_when_it_is_only_looked_at(world: SimpleNamespace) -> None:
    written = []
    for name in ("learner", "supervisor", "administrator", "superuser"):
        client = sign_in(Client(), User.objects.get(pk=world.people[name].pk))
        client.get("/")
        for address in addresses():
            if not address.is_ours:
                continue
            with CaptureQueriesContext(connection) as queries:
                response = client.get(url_of(address, world))
                drain(response)
            for query in queries:
                match = WRITES.match(query["sql"])
                if match and match.group(2) not in MAY_WRITE_ON_GET:
                    written.append(f"{address.route} as {name}: {query['sql'][:120]}")
    assert written == []


def test_no_act_goes_through_without_the_forms_own_token(world: SimpleNamespace) -> None:
    passed = []
    for name in ("learner", "administrator", "trainer"):
        user = User.objects.get(pk=world.people[name].pk)
        for address in addresses():
            if not address.is_ours or address.name in BY_TOKEN:
                continue
            client = sign_in(Client(enforce_csrf_checks=True), user)
            with transaction.atomic():
                response = client.post(url_of(address, world))
                transaction.set_rollback(True)
            if response.status_code not in (403, 404, 405):
                passed.append(f"{address.route} as {name}: {response.status_code}")
    assert passed == []


def lines_of_the_table(world: SimpleNamespace) -> Iterator[dict[str, str]]:
    walked = {name: walk(world, name) for name in EVERYONE}
    for method, address in rows():
        yield {
            "method": method,
            "address": address.route,
            **{name: walked[name][method, address.route] for name in EVERYONE},
        }


@pytest.mark.skipif(not os.environ.get("WRITE_ADDRESSES"), reason="writes the table only when asked to")
def test_write_the_table(world: SimpleNamespace) -> None:
    lines = list(lines_of_the_table(world))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
