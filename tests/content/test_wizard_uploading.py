"""导入标准, step 1: a file is read, or refused in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Entry
from content.models import Edition
from tests.content.wizard import SAMPLE, act, address, answers
from tests.replies import words
from uploads.models import Upload

if TYPE_CHECKING:
    from django.test import Client


def test_the_demonstration_standard_goes_through_the_three_steps(desk: Client) -> None:
    page = words(desk.get(address("upload")))
    assert "第 1 步，共 3 步" in page
    assert "第三条之一" in page
    with SAMPLE.open("rb") as file:
        reply = act(desk, address("upload"), {"file": file})
    found = Upload.objects.get()
    page = words(reply)
    assert "第 2 步，共 3 步" in page
    assert "edition-2025.md" in page
    total = len(found.standard.parsed["clauses"])
    assert f"确认导入 {total} 条" in page
    assert not Edition.objects.exists()

    page = words(desk.get(address("confirm", found.code)))
    assert 'value="2025年版"' in page
    assert 'value="DEMO/T 001—2025"' in page
    assert 'value="2025-03-01"' in page
    assert re.search(r'name="is_demonstration"[^>]*checked', page)
    reply = act(desk, address("confirm", found.code), answers())
    edition = Edition.objects.get()
    assert (edition.state, edition.label, edition.is_demonstration) == ("in_force", "2025年版", True)
    assert edition.clauses.count() == total
    page = words(reply)
    assert f"共 {total} 条" in page
    assert reverse("courses_from_clauses", args=[edition.pk]) in page
    found.refresh_from_db()
    assert (found.state, found.standard.edition, found.standard.parsed, found.standard.recognised) == (
        "done",
        edition,
        {},
        {},
    )
    assert Entry.objects.filter(action="standard_import.confirm").exists()
    assert desk.get(address("import", found.code)).url == f"{address('edition', edition.pk)}?imported=1"  # type: ignore[attr-defined]


def test_the_sample_can_be_downloaded_and_read_again(desk: Client) -> None:
    reply: Any = desk.get(address("sample"))
    assert reply.headers["Content-Disposition"].startswith("attachment")
    content = b"".join(reply.streaming_content)
    act(desk, address("upload"), {"file": SimpleUploadedFile("样例.md", content)})
    assert Upload.objects.get().state == "ready"


def test_a_refused_file_is_explained_by_line_and_leaves_only_the_refusal(desk: Client) -> None:
    text = "# 演示标准\n\n# 4 人员\n\n4.1 网格员应佩戴工作证。\n\n4.1 网格员应亮证。\n"
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile("重复.md", text.encode())})
    page = words(reply)
    assert "重复.md" in page and "发现 1 处错误，没有导入任何数据" in page
    assert "第 7 行" in page
    assert "编号“4.1”重复" in page
    assert "没有写入任何数据。请改好后重新上传。" in page
    assert "有错误：重复.md" in page.split("</title>")[0]
    found = Upload.objects.get()
    assert (found.state, found.standard.parsed, found.standard.recognised) == ("refused", {}, {})
    assert not Edition.objects.exists()
    assert "编号“4.1”重复" in words(desk.get(address("import", found.code)))


def test_all_errors_are_counted_also_those_that_are_not_kept(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uploads.services.ERRORS_KEPT", 1)
    text = "# 演示标准\n\n# 4 人员\n\n4.1 佩戴工作证。\n\n4.1 应亮证。\n\n4.1 应登记。\n"
    page = words(act(desk, address("upload"), {"file": SimpleUploadedFile("重复.md", text.encode())}))
    assert "发现 2 处错误" in page
    assert len(Upload.objects.get().errors) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空白.txt", b" \n \n"),
        ("没有编号.txt", "这是一段没有编号的文字。\n又是一段。\n".encode()),
        ("坏的.docx", b"PK\x03\x04 this is no Word file"),
        ("加密的.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("图片.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100),
    ],
)
def test_what_is_no_standard_is_refused_in_chinese(desk: Client, name: str, content: bytes) -> None:
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile(name, content)})
    found = Upload.objects.get()
    assert (found.state, found.standard.parsed, found.standard.recognised) == ("refused", {}, {})
    assert found.errors and re.search("[\u4e00-\u9fff]{6}", found.errors[0]["message"])
    assert found.errors[0]["message"] in words(reply)


def test_no_file_and_an_empty_file_are_told(desk: Client) -> None:
    assert "请选择要导入的文件" in words(act(desk, address("upload")))
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile("空.md", b"")})
    assert reply.status_code == 422
    assert "这个文件是空的" in words(reply)
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_not_even_received(desk: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile("大.md", b"x" * (1024 * 1024 + 1))})
    assert reply.status_code == 422
    assert "文件超过 1 MB，没有接收" in words(reply)
    assert not Upload.objects.exists()
