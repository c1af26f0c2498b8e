"""A reader and a numbering are one module each, found in an app; the surest reads, whatever was imported first."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import AppConfig, apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from content.importers import numberings, read_standard
from content.importers.numberings.registry import numbering_for, numbering_named
from content.importers.numberings.registry import registered as registered_numberings
from content.importers.readers import read_source
from content.importers.readers.registry import Opened, reader_for
from content.importers.readers.registry import registered as registered_readers
from content.importers.source import SourceRefused
from content.models import ClauseReference, Edition
from content.services.editions import edition_create
from tests.cast import sign_in
from tests.content.readers.word_files import zipped
from tests.content.wizard import act, address, answers
from tests.replies import words
from uploads.models import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from people.models import User

TEXT = """演示倒写规程
甲〉 总则
甲〉1〉 网格员应当每日巡查一次。
甲〉2〉 巡查发现隐患，按〔乙〉1〉〕上报。
乙〉 上报
乙〉1〉 网格员应当在24小时内上报。
"""
BACKWARDS = b"BACKWARDS 1\n" + "\n".join(line[::-1] for line in TEXT.splitlines()).encode()
PLUG_IN = "tests.content.plug_in"
DEMO = Path(numberings.__file__).parents[2] / "demo"


def _forget() -> None:
    registered_readers.pop("backwards", None)
    registered_numberings.pop("stems", None)
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


# --- another kind of file, another numbering --------------------------------------------------------------------------


def test_without_the_app_the_file_is_a_text_without_numbers() -> None:
    assert read_standard(io.BytesIO(BACKWARDS), "规程.txt").refused


@pytest.mark.django_db
def test_an_apps_reader_and_numbering_take_a_file_to_an_edition(plug_in: None) -> None:
    parsed = read_standard(io.BytesIO(BACKWARDS), "规程.txt")
    assert (parsed.title, parsed.numbering, parsed.errors) == ("演示倒写规程", "stems", ())
    edition = edition_create(actor=None, parsed=parsed, source_name="规程.txt")
    assert [clause.number for clause in edition.clauses.order_by("path")] == [
        "甲〉",
        "甲〉1〉",
        "甲〉2〉",
        "乙〉",
        "乙〉1〉",
    ]
    assert edition.clauses.get(number="乙〉1〉").get_parent().number == "乙〉"
    assert edition.clauses.get(number="甲〉1〉").provision == "requirement"
    cited = ClauseReference.objects.get()
    assert cited.target is not None and (cited.source.number, cited.target.number) == ("甲〉2〉", "乙〉1〉")
    known = numbering_named(Edition.objects.get().numbering)
    assert known is not None and known.title == "天干编号"


@pytest.mark.django_db
def test_the_command_imports_it_too(plug_in: None, tmp_path: Path) -> None:
    path = tmp_path / "规程.bak"
    path.write_bytes(BACKWARDS)
    call_command("import_standard", path, stdout=io.StringIO())
    assert Edition.objects.get().clauses.count() == 5


@pytest.mark.django_db
def test_the_wizard_offers_it_and_takes_it_through_its_whole_life(plug_in: None, client: Client, trainer: User) -> None:
    sign_in(client, trainer)
    assert 'accept=".back,.docx,.markdown,.md,.txt"' in words(client.get(address("upload")))
    page = words(act(client, address("upload"), {"file": SimpleUploadedFile("规程.back", BACKWARDS)}))
    assert "天干编号" in page and "确认导入 5 条" in page
    upload = Upload.objects.get()
    page = words(act(client, address("confirm", upload.code), answers(title="演示倒写规程", number="")))
    assert "导入完成：演示倒写规程，共 5 条。" in page
    assert Edition.objects.get().clauses.count() == 5
    upload.refresh_from_db()
    assert (upload.state, upload.standard.parsed) == ("done", {})


def test_a_reader_refuses_in_its_own_words(plug_in: None) -> None:
    with pytest.raises(SourceRefused, match="倒写文件的编码"):
        read_source(io.BytesIO(b"BACKWARDS 1\n\xff\xff"), "规程.txt")


# --- the order decides nothing ----------------------------------------------------------------------------------------

FILES = {
    "说明.txt": "网格员应当每日巡查。".encode(),
    "说明.md": "# 演示\n\n第一条 网格员应当巡查。".encode(),
    "像.txt": "# 演示\n\n4.1 网格员应当巡查。".encode(),
    "页.md": b"<!-- a --><html><body>4.1</body></html>",
    "数据.txt": b"<?xml version='1.0'?><a/>",
    "标准.pdf": b"%PDF-1.7 4.1",
    "旧.doc": b"\xd0\xcf\x11\xe0broken",
    "旧": b"\xd0\xcf\x11\xe0broken",
    "断.docx": b"PK\x03\x04broken",
    "断了.docx": b"\x01\0\0broken",
    "表.docx": zipped({"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}),
    "包.zip": zipped({"a.txt": b"4.1"}),
    "文.docx": zipped({"word/document.xml": b"<a/>"}),
    "信.txt": b"MIME-Version: 1.0\n",
}
READERS = {
    "说明.txt": "text", "说明.md": "markdown", "像.txt": "markdown", "页.md": "web_page", "数据.txt": "xml",
    "标准.pdf": "pdf", "旧.doc": "old_word", "旧": "broken_compound", "断.docx": "word", "断了.docx": "damaged_word",
    "表.docx": "workbook", "包.zip": "zip", "文.docx": "word", "信.txt": "mht",
}  # fmt: skip
TEXTS = {
    "gbt": "4 要求\n4.1 网格员应当巡查。\n4.2 网格员应当上报。",
    "law": "第一章 总则\n第一条 网格员应当巡查。\n第二条 网格员应当上报。",
    "official": "一、总体要求\n（一）网格员应当巡查。\n1. 每日一次。\n二、组织实施",
    "none": "网格员应当巡查。",
}


def _shuffle(registered: dict[str, Any], seed: int) -> None:
    names = sorted(registered)
    random.Random(seed).shuffle(names)
    made = [(name, registered[name]) for name in names]
    registered.clear()
    registered.update(made)


@pytest.mark.parametrize("seed", range(12))
def test_registered_in_any_order_the_same_reader_reads(seed: int) -> None:
    _shuffle(registered_readers, seed)
    for name, data in FILES.items():
        assert reader_for(Opened(io.BytesIO(data), name, data[:4096])).name == READERS[name], name


@pytest.mark.parametrize("seed", range(12))
def test_registered_in_any_order_the_same_numbering_reads(seed: int) -> None:
    _shuffle(registered_numberings, seed)
    for name, text in TEXTS.items():
        source = read_source(io.BytesIO(text.encode()), "演示.txt")
        found = numbering_for(source.lines)
        assert (found.name if found is not None else "none") == name
    for path in sorted(DEMO.glob("*.md")):
        with path.open("rb") as file:
            assert read_standard(file, path.name).numbering == "gbt"


def test_between_equals_the_name_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    for registered in (registered_numberings, dict(reversed(registered_numberings.items()))):
        monkeypatch.setattr("content.importers.numberings.registry.registered", registered)
        for numbering in registered.values():
            monkeypatch.setattr(type(numbering), "evidence", lambda self, lines: 7)
        found = numbering_for([])
        assert found is not None and found.name == "gbt"
