"""Files that can't be read: each has its own sentence, and costs next to nothing."""

from __future__ import annotations

import io
import socket
import struct
import zipfile
from collections.abc import Callable

import pytest
from django.test import override_settings

from content.importers.readers import read_source
from content.importers.source import SourceRefused
from tests.content.readers.reading import refusal
from tests.content.readers.word_files import document, p, relations, run, word_file, zipped
from tests.own_process import growth

MEGABYTE = 1024 * 1024


def compound(*streams: str) -> bytes:
    """An OLE file: a header, one sector of its allocation table, one of the directory, with empty streams."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    header += struct.pack("<I", free) * ((512 - len(header)) // 4)
    allocation = struct.pack("<II", table, end) + struct.pack("<I", free) * 126
    entries = b"".join(
        _entry(
            name, kind=5 if not at else 2, right=at + 1 if 0 < at < len(streams) else free, child=1 if not at else free
        )
        for at, name in enumerate(("Root Entry", *streams))
    )
    return header + allocation + entries.ljust(512, b"\0")


def _entry(name: str, kind: int, right: int, child: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, 0xFFFFFFFF, right, child, b"", 0, 0, 0, 0xFFFFFFFE, 0
    )


def with_main(content: bytes) -> bytes:
    return zipped(
        {"_rels/.rels": relations({"r": ("officeDocument", "d.xml")}), "d.xml": content, "[Content_Types].xml": b"<x/>"}
    )


def with_dtd(subset: str) -> bytes:
    return with_main(document(p("文&e;")).replace(b"<w:document", f"<!DOCTYPE x [{subset}]><w:document".encode(), 1))


def laughs() -> bytes:
    entities = '<!ENTITY e0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY e{at + 1} "{f"&e{at};" * 10}">' for at in range(12)
    )
    return with_dtd(entities + '<!ENTITY e "&e12;">')


def damaged() -> bytes:
    data = bytearray(word_file("".join(p(f"第{at}段 " + "文" * (at % 37)) for at in range(400))))
    at = data.index(b"word/document.xml") + 300
    data[at : at + 40] = bytes(40)
    return bytes(data)


def lying_about_its_size() -> bytes:
    data = bytearray(with_main(document("<w:p/>" * 5_000_000)))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"d.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(data)


def archive(member: str, *, mode: int = 0, members: int = 0) -> bytes:
    file = io.BytesIO(word_file(p("文")))
    with zipfile.ZipFile(file, "a") as package:
        info = zipfile.ZipInfo(member)
        info.external_attr = mode << 16
        package.writestr(info, b"/etc/passwd")
        for at in range(members):
            package.writestr(f"word/media/{at}", b"")
    return file.getvalue()


def locked() -> bytes:
    data = bytearray(word_file(p("文")))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    return bytes(data)


def with_body(content: bytes) -> bytes:
    return word_file('<w:altChunk r:id="b"/>', parts={"b": ("aFChunk", content)})


FIELD = '<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/></w:r>'

ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "truncated": (lambda: word_file(p("文"))[:-60], "不完整"),
    "half": (lambda: word_file(p("文"))[:400], "不完整"),
    "only a signature": (lambda: b"PK\x03\x04", "不完整"),
    "damaged": (damaged, "已损坏"),
    "empty archive": (lambda: zipped({}), "压缩包"),
    "no body": (lambda: zipped({"[Content_Types].xml": b"<x/>"}), "没有正文"),
    "invalid XML": (lambda: with_main(b"<w:document>"), "已损坏"),
    "no XML": (lambda: with_main(b"\0\1\2\3"), "已损坏"),
    "another root": (lambda: with_main(b"<html><body><p>x</p></body></html>"), "已损坏"),
    "external entity": (lambda: with_dtd('<!ENTITY e SYSTEM "file:///etc/passwd">'), "DTD"),
    "parameter entity": (lambda: with_dtd('<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;'), "DTD"),
    "billion laughs": (laughs, "DTD"),
    "large part": (lambda: with_main(document("<w:p/>" * 8_000_000)), "解压后过大"),
    "many elements": (lambda: with_main(document("<w:p/>" * 2_000_000)), "解压后过大"),
    "many attributes": (
        lambda: with_main(document("<w:p " + " ".join(f"a{n}=''" for n in range(4_100_000)) + "/>")), "解压后过大",
    ),
    "many paragraphs": (lambda: with_main(document("<w:p/>" * 900_000)), "解压后过大"),
    "one endless paragraph": (lambda: with_main(document(f"<w:p>{'<w:r/>' * 400_000}</w:p>")), "解压后过大"),
    "deep nesting": (lambda: with_main(document("<w:sdt>" * 5000)), "已损坏"),
    "lying size": (lying_about_its_size, "已损坏"),
    "many members": (lambda: archive("a", members=8_000), "解压后过大"),
    "path upwards": (lambda: archive("../../evil"), "指向文件之外"),
    "absolute path": (lambda: archive("/etc/evil"), "指向文件之外"),
    "drive": (lambda: archive("C:\\evil"), "指向文件之外"),
    "symbolic link": (lambda: archive("word/link", mode=0o120777), "指向文件之外"),
    "password of the archive": (locked, "密码"),
    "Excel": (lambda: zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "Excel"),
    "PowerPoint": (lambda: zipped({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}), "演示文稿"),
    "OpenDocument": (lambda: zipped({"mimetype": b"x", "content.xml": b"<x/>"}), "OpenDocument"),
    "OFD": (lambda: zipped({"OFD.xml": b"<x/>"}), "OFD"),
    "archive of other things": (lambda: zipped({"a.txt": b"x"}), "压缩包"),
    "password": (lambda: compound("EncryptionInfo", "EncryptedPackage"), "加了密码"),
    "old Word": (lambda: compound("WordDocument"), "旧版 Word"),
    "old Excel": (lambda: compound("Workbook"), "Excel"),
    "old something": (lambda: compound("Contents"), "已损坏"),
    "broken OLE": (lambda: b"\xd0\xcf\x11\xe0" + bytes(2000), "已损坏"),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "RTF": (lambda: b"{\\rtf1\\ansi 1}", "RTF"),
    "MHT": (lambda: b"MIME-Version: 1.0\r\n\r\n<html>", "MHT"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(20), "图片"),
    "RAR": (lambda: b"Rar!\x1a\x07\x00" + bytes(20), "压缩包"),
    "HTML": (lambda: b"<!DOCTYPE html><html><body>1</body></html>", "HTML"),
    "HTML after a comment": (lambda: b"\xef\xbb\xbf <!-- x -->\n<HTML>", "HTML"),
    "XML": (lambda: b'<?xml version="1.0"?><package/>', "XML"),
    "binary": (lambda: b"4.1\n\0\1\2", "这个 Word 文件已损坏"),
    "nothing": (lambda: b"", "空的"),
    "only spaces": (lambda: "\u3000 \r\n\ufeff\n".encode(), "没有文字"),
    "Word without text": (lambda: word_file("<w:p/>"), "没有文字"),
    "endless line": (lambda: b"4.1 " + "文".encode() * 1_300_000, "上限"),
    "endless lines": (lambda: b"4\n" * 2_000_000, "行数太多"),
    "large text": (lambda: b"4.1 text\n" * 2 * MEGABYTE, "4 MB"),
    "unreadable body": (
        lambda: word_file('<w:altChunk r:id="b.rtf"/>', parts={"b.rtf": ("aFChunk", b"{\\rtf1 x}")}), "altChunk",
    ),
    "body of endless HTML": (lambda: with_body(b"<p>a" * 290_000), "解压后过大"),
    "body of endless columns": (lambda: with_body(b"<table><tr>" + b"<td colspan=63>a" * 90_000), "解压后过大"),
    "body with an endless header": (lambda: with_body(b"Content-Type: text/html; " + b'a="x;' * 500_000), "altChunk"),
    "body of endless parts": (
        lambda: with_body(b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n\r\na\r\n" * 500_000), "altChunk",
    ),
    "fields in fields": (lambda: word_file(f"<w:p>{FIELD * 40_000}</w:p>"), "解压后过大"),
    "endless runs": (lambda: word_file(f"<w:p>{run('文' * 200) * 40_000}</w:p>"), "上限"),
    "missing body": (lambda: word_file('<w:altChunk r:id="none"/>'), "altChunk"),
}  # fmt: skip


def test_what_is_no_text_is_told_by_what_its_name_promises() -> None:
    data = b"4.1\n\0\1\2"
    assert "不是文本文件" in refusal(data, "标准.txt")
    assert "已损坏或者没有传完" in refusal(data, "标准.docx")


@pytest.mark.parametrize("kind", ARCHIVES)
def test_each_file_that_cannot_be_read_says_why_and_costs_little(kind: str) -> None:
    make, expected = ARCHIVES[kind]
    data = make()
    assert expected in refusal(data)
    assert growth(lambda: refusal(data)) < 100


def test_an_entity_opens_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        assert "DTD" in refusal(with_dtd(f'<!ENTITY e SYSTEM "{address}">'))
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_target_outside_the_file_is_never_fetched() -> None:
    outside = relations({"r": ("officeDocument", "http://127.0.0.1:9/x")}).replace(
        b"Target=", b'TargetMode="External" Target='
    )
    assert "没有正文" in refusal(zipped({"_rels/.rels": outside, "[Content_Types].xml": b"<x/>"}))


def test_a_file_over_the_limit_is_refused_with_both_sizes() -> None:
    with override_settings(UPLOAD_LIMIT_BYTES=2 * MEGABYTE):
        assert "有 3 MB，超过上限 2 MB" in refusal(b"4.1 x\n" * (MEGABYTE // 2), "标准.txt")


def test_what_cannot_be_decoded_is_named_by_line_and_byte() -> None:
    data = "第一条 甲。\n第二条 乙。\n第三条 ".encode() + b"\xff\xfe" + "丙。".encode()
    with pytest.raises(SourceRefused) as caught:
        read_source(io.BytesIO(data), "标准.txt")
    assert caught.value.line == 3
    assert "第 3 行" in caught.value.message and f"第 {data.index(0xFF) + 1} 个字节" in caught.value.message
