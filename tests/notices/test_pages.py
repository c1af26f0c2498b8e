from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Edition, Standard
from notices.models import Notice
from notices.services import notice_send
from tests.cast import sign_in
from tests.notices.conftest import KIND

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db
BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
BADGE = '<span class="badge">'


def tell(user: User, numbers: range, url: str = "/certificates/") -> None:
    for number in numbers:
        notice_send(user_id=user.pk, kind=KIND, key=f"event:{number}", parameters={"number": number}, url=url)


def page_of(client: Client, path: str = "/notices/") -> str:
    return client.get(path).content.decode()


def test_unread_ones_show_as_a_number_until_they_are_read(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    assert BADGE not in page_of(client, "/me/")
    tell(learner.user, range(3))
    page = page_of(client, "/me/")
    assert page.count(BADGE) == 2, "in the head of a wide screen and in the bar of a phone"
    assert "3 条未读" in page
    client.post("/notices/read/")
    assert BADGE not in page_of(client, "/me/")


def test_staff_see_the_number_too(client: Client, supervisor: User) -> None:
    tell(supervisor, range(100))
    sign_in(client, supervisor)
    assert "99+" in page_of(client, "/me/")


def test_the_number_is_read_with_the_account(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    with CaptureQueriesContext(connection) as asked:
        client.get("/me/")
    about = [query["sql"] for query in asked if "notices_notice" in query["sql"]]
    assert len(about) == 1
    assert about[0].startswith('SELECT "people_user"')


def test_opening_a_notice_reads_it_and_goes_where_it_leads(client: Client, learner: Member) -> None:
    tell(learner.user, range(2))
    sign_in(client, learner.user)
    first = learner.user.notices.earliest("pk")
    answer = client.post(f"/notices/{first.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/certificates/")
    assert Notice.objects.filter(read_at=None).count() == 1
    assert client.get(f"/notices/{first.pk}/open/").status_code == 405


def test_a_notice_without_a_target_leads_back_to_the_list(client: Client, learner: Member) -> None:
    tell(learner.user, range(1), url="")
    sign_in(client, learner.user)
    assert client.post(f"/notices/{learner.user.notices.get().pk}/open/")["Location"] == "/notices/"


def test_another_persons_notice_is_not_there(client: Client, learner: Member, neighbour: Member) -> None:
    tell(learner.user, range(1))
    sign_in(client, neighbour.user)
    assert client.post(f"/notices/{learner.user.notices.get().pk}/open/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_unread_ones_come_first_and_none_is_hidden_by_newer_ones_that_were_read(
    client: Client, learner: Member
) -> None:
    tell(learner.user, range(25))
    oldest = learner.user.notices.earliest("pk")
    sign_in(client, learner.user)
    client.post("/notices/read/")
    Notice.objects.filter(pk=oldest.pk).update(read_at=None)
    page = page_of(client)
    assert page.index("编号 0。") < page.index("编号 24。")
    assert page.count("task-list__hint") == 20


def test_an_empty_page_says_so(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    assert "没有新消息。" in page_of(client)


def test_the_page_takes_as_many_statements_for_sixteen_notices_as_for_one_of_each(
    client: Client, trainer: User
) -> None:
    standard = Standard.objects.create(code="demo", title="演示标准")
    sign_in(client, trainer)

    def tell_of(numbers: range) -> None:
        for number in numbers:
            edition = Edition.objects.create(
                standard=standard, code=f"e{number}", title="演示标准", label=f"{number}年版", numbering="gbt"
            )
            of_each: dict[str, dict[str, Any]] = {
                "edition_in_force": {"code": edition.code, "since": "2026-03-01"},
                "award_ready": {"code": "x", "number": "7"},
                "feedback_answered": {},
                KIND: {"number": number},
            }
            for kind, parameters in of_each.items():
                notice_send(user_id=trainer.pk, kind=kind, key=f"{kind}:{number}", parameters=parameters, url="/me/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            page = page_of(client)
        assert "《演示标准》2020年版已于2026年3月1日自动生效" in page
        return len(asked)

    tell_of(range(2020, 2021))
    assert statements() == BASELINE["list"]
    tell_of(range(2021, 2024))
    assert Notice.objects.filter(user=trainer, read_at=None).count() == 16
    assert statements() == BASELINE["list"]


def test_a_notice_by_itself_reads_what_its_text_tells(trainer: User) -> None:
    """On its way through a channel, for one."""
    Edition.objects.create(
        standard=Standard.objects.create(code="demo", title="演示标准"),
        code="e1",
        title="演示标准",
        label="2026年版",
        numbering="gbt",
    )
    notice_send(user_id=trainer.pk, kind="edition_in_force", key="1", parameters={"code": "e1", "since": "2026-03-01"})
    assert Notice.objects.get().text.startswith("《演示标准》2026年版已于2026年3月1日自动生效")


def test_a_notice_of_what_is_gone_is_still_shown(client: Client, trainer: User) -> None:
    notice_send(user_id=trainer.pk, kind="edition_in_force", key="1", parameters={"code": "e1", "since": "2026-03-01"})
    sign_in(client, trainer)
    assert "《e1》" in page_of(client)
