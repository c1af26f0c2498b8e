"""A reader of rosters is one module, found in an app; the surest reads, whatever was imported first."""

from __future__ import annotations

import random
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import AppConfig, apps
from django.core.files.uploadedfile import SimpleUploadedFile

import uploads.tasks  # noqa: F401 - a worker finds the kinds of work by itself
from config.celery import app
from people.models import Member
from people.roster.readers.registry import Opened, reader_for, registered
from tests.cast import sign_in
from tests.content.readers.word_files import zipped
from tests.people.roster import files
from tests.people.roster.files import person
from tests.replies import words
from uploads.models import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

PLUG_IN = "tests.people.roster.plug_in"


def cards(*people: dict[str, Any]) -> bytes:
    blocks = ("\n".join(f"{name}: {value}" for name, value in each.items()) for each in people)
    return b"CARDS 1\n" + "\n\n".join(blocks).encode()


def _forget() -> None:
    registered.pop("cards", None)
    for module in [name for name in sys.modules if name.startswith(PLUG_IN)]:
        del sys.modules[module]


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if it stood in INSTALLED_APPS; to install it for real would make every app ready once more."""
    _forget()
    installed = [*apps.get_app_configs(), AppConfig.create(PLUG_IN)]
    monkeypatch.setattr("uploads.discovery.apps", SimpleNamespace(get_app_configs=lambda: installed))
    yield
    _forget()


@pytest.fixture
def desk(client: Client, administrator: Any, posts: Any) -> Iterator[Client]:
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    sign_in(client, administrator)
    yield client
    app.conf.task_always_eager = before


def send(desk: Client, organisation: Any, content: bytes, at_once: Any) -> str:
    with at_once(execute=True):
        reply: Any = desk.post(
            "/people/roster/new/",
            {"file": SimpleUploadedFile("名单.cards", content), "unit": organisation.city.code},
        )
    return str(reply.url)


@pytest.mark.django_db
def test_an_apps_reader_takes_a_roster_through_its_whole_life(
    plug_in: None, desk: Client, organisation: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert 'accept=".cards,.csv,.txt,.xls,.xlsx"' in words(desk.get("/people/roster/new/"))
    at_once = django_capture_on_commit_callbacks
    path = send(desk, organisation, cards(person(1), person(2)), at_once)
    assert "确认导入：新增 2，变更 0，离岗 0" in words(desk.get(path))
    upload = Upload.objects.get()
    with at_once(execute=True):
        desk.post(f"{path}confirm/", {"plan": upload.plan_digest})
    assert "导入完成：新增 2 人" in words(desk.get(path))
    assert Member.objects.count() == 2
    upload.refresh_from_db()
    assert (upload.state, upload.stored_as) == ("done", "")


@pytest.mark.django_db
def test_it_refuses_in_its_own_words_and_marks_what_is_wrong(
    plug_in: None, desk: Client, organisation: Any, django_capture_on_commit_callbacks: Any
) -> None:
    at_once = django_capture_on_commit_callbacks
    assert "这份卡片文件的编码不是 UTF-8。" in words(desk.get(send(desk, organisation, b"CARDS 1\n\xff\xff", at_once)))
    path = send(desk, organisation, cards(person(1, 手机号="1")), at_once)
    assert "第 2 行“手机号”" in words(desk.get(path))
    assert desk.get(f"{path}marked/").status_code == 200
    assert not Member.objects.exists()


@pytest.mark.django_db
def test_without_the_app_the_file_is_a_text_without_a_header(
    desk: Client, organisation: Any, django_capture_on_commit_callbacks: Any
) -> None:
    path = send(desk, organisation, cards(person(1)), django_capture_on_commit_callbacks)
    assert "没有找到表头" in words(desk.get(path))


TABLE = files.rows([person(1)])
FILES = {
    "xlsx": files.xlsx(TABLE),
    "xls": files.xls(TABLE),
    "text": files.text(TABLE),
    "encrypted": files.encrypted(),
    "compound": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "zip": zipped({"a.txt": b"x"}),
    "web_page": b"\xef\xbb\xbf<html><table></table></html>",
    "pdf": b"%PDF-1.7",
    "picture": b"\x89PNG\r\n",
    "archive": b"Rar!\x1a",
}


@pytest.mark.parametrize("seed", range(6))
def test_registered_in_any_order_the_same_reader_reads_whatever_the_name_says(seed: int) -> None:
    reader_for(Opened(b"x", ""))  # finds them all
    names = sorted(registered)
    random.Random(seed).shuffle(names)
    made = [(name, registered[name]) for name in names]
    registered.clear()
    registered.update(made)
    for name, content in FILES.items():
        for file_name in ("名单.xlsx", "名单.csv", "名单"):
            assert reader_for(Opened(content, file_name)).name == name
