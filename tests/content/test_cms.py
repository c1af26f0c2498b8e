"""The trainers' pages on standards: the editions, and whoever may not, may not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Edition
from tests.cast import sign_in
from tests.content import scenes
from tests.content.wizard import address, answers, waiting, work
from tests.replies import words
from uploads.models import Upload

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User

# --- editions ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_states_dates_counts_and_the_demonstration_mark(desk: Client) -> None:
    scenes.make_edition()
    page = words(desk.get(address("standards")))
    for said in ("2025年版", "演示文本", "现行", "DEMO/T 001—2025", "2025-01-10", "2025-03-01", "<td>13</td>"):
        assert said in page


def test_with_no_standard_the_list_says_what_to_do(desk: Client) -> None:
    assert "先导入一份标准。" in words(desk.get(address("standards")))


def test_publishing_says_first_what_happens(desk: Client) -> None:
    old = scenes.make_edition("demo-2025")
    draft = scenes.make_edition("demo-2026", state="draft", label="2026年版", effective_on=None)
    page = words(desk.get(address("edition_publish", draft.pk)))
    assert f"原来的现行版本“{old}”改为“废止”，仍可查看" in page
    assert "不能改回草稿" in page
    old.refresh_from_db()
    assert old.state == "in_force", "looking changes nothing"
    page = words(desk.post(address("edition_publish", draft.pk), {"state": "in_force"}, follow=True))
    assert "设为现行。" in page
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.state, draft.state) == ("superseded", "in_force")
    page = words(desk.post(address("edition_publish", draft.pk), {"state": "in_force"}, follow=True))
    assert "不用再发布" in page


def test_an_announced_edition_waits_beside_the_one_in_force(desk: Client) -> None:
    old = scenes.make_edition("demo-2025")
    draft = scenes.make_edition("demo-2026", state="draft", label="2026年版")
    desk.post(address("edition_publish", draft.pk), {"state": "upcoming"})
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.state, draft.state) == ("in_force", "upcoming")
    desk.get(address("edition", draft.pk))  # shows the message of the act
    assert "设为即将实施" not in words(desk.get(address("edition_publish", draft.pk)))


# --- who may ----------------------------------------------------------------------------------------------------------


def pages(found: Upload, edition: Edition) -> list[str]:
    return [
        address("standards"),
        address("upload"),
        address("sample"),
        address("import", found.code),
        address("confirm", found.code),
        address("edition", edition.pk),
        address("edition_publish", edition.pk),
    ]


ACTS = ("correct", "undo", "cancel", "again")


def test_every_page_opens_for_the_trainer(desk: Client, ready: Upload) -> None:
    for each in pages(ready, scenes.make_edition(state="draft")):
        assert desk.get(each).status_code == 200, each


def test_nobody_else_gets_in(
    client: Client, ready: Upload, learner: Member, supervisor: User, marker: User, stranger: User
) -> None:
    edition = scenes.make_edition(state="draft")
    for each in pages(ready, edition):
        client.logout()
        assert client.get(each).status_code == 302, each
        for user in (learner.user, supervisor, marker, stranger):
            reply = sign_in(client, user).get(each)
            assert reply.status_code in (302, 403), (each, user)
            assert "演示标准" not in words(reply)
    for user in (learner.user, supervisor, marker, stranger):
        sign_in(client, user)
        for act in (*ACTS, "confirm"):
            data = answers(merge=6)
            assert client.post(address(act, ready.code), data).status_code in (302, 403), (act, user)
        assert client.post(address("edition_publish", edition.pk)).status_code in (302, 403)
        assert client.post(address("upload"), {"file": scenes.upload()}).status_code in (302, 403)
    ready.refresh_from_db()
    edition.refresh_from_db()
    assert (ready.state, ready.standard.version, edition.state) == ("ready", 0, "draft")
    assert Upload.objects.count() == 1


def test_another_trainers_import_does_not_exist(
    client: Client, ready: Upload, second_trainer: User, administrator: User
) -> None:
    sign_in(client, second_trainer)
    for name in ("import", "confirm"):
        assert client.get(address(name, ready.code)).status_code == 404
        assert client.get(address(name, "0" * 20)).status_code == 404
        assert client.get(f"/cms/standards/import/%00/{'' if name == 'import' else name + '/'}").status_code == 404
    for act in (*ACTS, "confirm"):
        assert client.post(address(act, ready.code), answers(merge=6)).status_code == 404
    assert ready.file_name not in words(client.get(address("standards")))
    ready.refresh_from_db()
    assert (ready.state, ready.standard.version) == ("ready", 0)
    sign_in(client, administrator)
    assert client.get(address("import", ready.code)).status_code == 200
    assert ready.file_name in words(client.get(address("standards")))


def test_what_changes_something_asks_for_post(desk: Client, ready: Upload) -> None:
    for act in ACTS:
        assert desk.get(address(act, ready.code)).status_code == 405
    for name in ("import", "standards"):
        assert desk.post(address(name, *([ready.code] if name == "import" else []))).status_code == 405
    assert len(ready.code) == 20, "80 random bits"


def test_a_file_with_control_characters_is_read_or_refused(desk: Client) -> None:
    """PostgreSQL takes no NUL, neither in text nor in JSON."""
    content = "# 演示\x00标准\n\n# 4 人\x00员\n\n4.1 网格员应\x00佩戴\x01工作证。\n".encode()
    reply = desk.post(address("upload"), {"file": SimpleUploadedFile("控制\x01字符.md", content)})
    assert reply.status_code == 302
    work()
    assert Upload.objects.count() == 1


def test_markup_in_a_standard_stays_text(desk: Client, trainer: User) -> None:
    nasty = "<script>alert(1)</script>"
    clauses = (scenes.clause("4", "chapter", 1, None, 1, title=nasty, text=nasty, notes=(nasty,)),)
    found = waiting(trainer, replace(scenes.gbt(), title=nasty, number=nasty, clauses=clauses))
    Upload.objects.update(file_name=nasty)
    for name in ("import", "confirm"):
        assert nasty.encode() not in desk.get(address(name, found.code)).content
    desk.post(address("confirm", found.code), answers(title=nasty, label=nasty[:40]))
    work()
    edition = Edition.objects.get()
    for each in (address("edition", edition.pk), address("standards"), address("standards")):
        assert nasty.encode() not in desk.get(each).content


# --- quick ------------------------------------------------------------------------------------------------------------


BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def count(client: Client, each: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(each).status_code == 200
    return len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]])


def test_three_hundred_rows_take_as_few_statements_as_thirteen(desk: Client, trainer: User) -> None:
    edition = scenes.make_edition()
    few, many = waiting(trainer), waiting(trainer, scenes.long_standard())
    desk.get(address("standards"))
    taken = {
        "cms_standards": count(desk, address("standards")),
        "cms_edition": count(desk, address("edition", edition.pk)),
        "cms_tree": count(desk, address("import", many.code)),
        "cms_confirm": count(desk, address("confirm", many.code)),
    }
    assert count(desk, address("import", few.code)) == taken["cms_tree"]
    assert taken == {name: n for name, n in BASELINE.items() if name.startswith("cms_")}, json.dumps(taken)
