"""Plain text, whatever its encoding. Each line of the file is a paragraph."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, ClassVar

import charset_normalizer
from django.utils.translation import gettext as _

from content.importers.readers.registry import LAST, Opened, register
from content.importers.readers.wording import MAX_LINES, finished, pieces
from content.importers.source import Line, Source, SourceRefused

LIMIT_BYTES = 4 * 1024 * 1024  # more than a million Chinese characters; the longest laws have a hundred thousand

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINE = re.compile("\r\n|\r|\n")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@register
class TextReader:
    """Takes what no other reader knows, and says what is wrong if it is no text."""

    name = "text"
    endings: ClassVar[tuple[str, ...]] = (".txt",)

    def evidence(self, opened: Opened) -> int:
        return LAST

    def read(self, opened: Opened) -> Source:
        lines = (
            Line(piece, number) for number, line in enumerate(source_lines(opened.file), 1) for piece in pieces(line)
        )
        return Source(finished(lines))


def source_lines(file: BinaryIO) -> list[str]:
    """The lines of the file as an editor counts them: \\n, \\r\\n and \\r end one, vertical tabs and form feeds do not."""
    text = file_text(file)
    if text.count("\n") + text.count("\r") > 4 * MAX_LINES:
        message = _("文件的行数太多，不像一份标准。请确认选对了文件，或者只保留标准的正文后重新上传。")
        raise SourceRefused(message)
    return _NEWLINE.split(text)


def file_text(file: BinaryIO) -> str:
    file.seek(0)
    data = file.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        message = _("文本文件超过 %(limit)d MB，不像一份标准。请确认选对了文件，或者只保留标准的正文后重新上传。")
        raise SourceRefused(message % {"limit": LIMIT_BYTES // 1024 // 1024})
    return decoded(data)


def decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data.removeprefix(mark), encoding, len(mark))
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        message = _(
            "这不是文本文件（含有空字节）。请上传 Word（.docx）、Markdown 或文本文件；文本文件请另存为 UTF-8 编码。"
        )
        raise SourceRefused(message, line)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if _meant_as_utf8(data):
            raise _undecodable(data, error, "UTF-8") from error
    return _strictly(data, _chinese_encoding(data), 0)


def _meant_as_utf8(data: bytes) -> bool:
    """True for UTF-8 with a few broken bytes, which GB 18030 would often accept and turn into other characters."""
    good = len(_MULTIBYTE.findall(data))
    rest = _MULTIBYTE.sub(b"", data)
    bad = len(rest) - len(rest.translate(None, bytes(range(0x80, 0x100))))
    return good > 2 * bad


def _chinese_encoding(data: bytes) -> str:
    """GB 18030, unless enough text says Big5; a few characters tell nothing."""
    if len(data) - len(data.translate(None, bytes(range(0x80, 0x100)))) < 80:
        return "gb18030"
    found = charset_normalizer.from_bytes(data[:200_000], cp_isolation=["gb18030", "big5hkscs"]).best()
    return "big5hkscs" if found and found.encoding == "big5hkscs" else "gb18030"


def _strictly(data: bytes, encoding: str, skipped: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = "GB 18030" if encoding == "gb18030" else encoding.upper()
        raise _undecodable(data, error, name, skipped) from error


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str, skipped: int = 0) -> SourceRefused:
    before = data[: error.start].decode(error.encoding, errors="replace")
    line = len(_NEWLINE.findall(before)) + 1
    message = _(
        "第 %(line)d 行有无法识别的字符（文件的第 %(byte)d 个字节，按 %(encoding)s 读取）。请用记事本打开原文件，另存为 UTF-8 编码后重新上传。"
    )
    return SourceRefused(message % {"line": line, "byte": error.start + skipped + 1, "encoding": encoding}, line)
