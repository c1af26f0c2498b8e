"""The same way through a real worker: what is enqueued before the commit, or never, shows here and not in eager tests."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connections

from config.celery import app
from people.models import Member
from people.roster import services as roster
from people.roster.options import Options
from tests.people.roster import files
from tests.people.roster.files import person
from uploads.models import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def worker(transactional_db: None) -> Iterator[None]:
    before = app.conf.broker_url, app.conf.broker_transport_options

    def use(url: str, options: dict[str, Any]) -> None:
        app.conf.update(broker_url=url, broker_transport_options=options, broker_read_url=url, broker_write_url=url)
        app._pool = app.amqp._producer_pool = None

    use("memory://", {})
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
            yield
    finally:
        use(*before)
        connections.close_all()


def wait_for(held: Upload, state: str) -> None:
    for _turn in range(300):
        held.refresh_from_db()
        if held.state == state:
            return
        time.sleep(0.1)
    raise AssertionError(f"It stayed {held.state}")


def test_a_worker_checks_and_imports(administrator: Any, organisation: Any, posts: Any) -> None:
    held = roster.roster_submit(
        actor=administrator,
        organisation=organisation.city,
        file=io.BytesIO(files.xlsx(files.rows([person(n) for n in range(20)]))),
        name="名单.xlsx",
        options=Options(),
    )
    wait_for(held, "ready")
    roster.roster_confirm(actor=administrator, upload=held, plan_digest=held.plan_digest, create_units=False)
    wait_for(held, "done")
    assert Member.objects.count() == 20
