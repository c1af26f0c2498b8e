"""A Word file as parts of a zip, opened so that a hostile one costs neither memory nor time. Nothing is ever unpacked to
disk, no entity is resolved and nothing outside the file is fetched.

python-docx isn't used for this: it loads every part at once, pictures included, and can't read Strict files.
"""

from __future__ import annotations

import posixpath
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any, BinaryIO
from urllib.parse import unquote

from django.utils.translation import gettext as _
from lxml import etree

from content.importers.source import SourceRefused

MAX_MEMBERS = 5_000
MAX_DIRECTORY_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024  # all parts together, as declared; only a few of them are read
MAX_PART_BYTES = 40 * 1024 * 1024
MAX_TAGS = 1_000_000  # a page of Word has two to four thousand
MAX_ATTRIBUTES_A_TAG = 4  # on the average of a part; Word writes about one
MAX_BLOCKS = 30_000  # paragraphs and tables: a thousand pages
MAX_BLOCK_ELEMENTS = 150_000  # of one paragraph or table, which stays in memory as a whole

_CENTRAL, _END, _END_64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07"
_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_PREFIXES = {
    f"{_TRANSITIONAL}wordprocessingml/2006/main": "w",
    f"{_STRICT}wordprocessingml/main": "w",
    f"{_TRANSITIONAL}officeDocument/2006/math": "m",
    f"{_STRICT}officeDocument/math": "m",
    f"{_TRANSITIONAL}officeDocument/2006/relationships": "r",
    f"{_STRICT}officeDocument/relationships": "r",
    f"{_TRANSITIONAL}drawingml/2006/main": "a",
    f"{_STRICT}drawingml/main": "a",
    f"{_TRANSITIONAL}markup-compatibility/2006": "mc",
    f"{_TRANSITIONAL}package/2006/relationships": "rel",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
_NAMESPACES = {prefix: [uri for uri, known in _PREFIXES.items() if known == prefix] for prefix in _PREFIXES.values()}

Element = Any  # lxml's elements have no types


@lru_cache(maxsize=4096)
def _short(tag: object) -> str:
    if not isinstance(tag, str):
        return ""
    namespace, _brace, name = tag[1:].rpartition("}")
    return f"{_PREFIXES.get(namespace, '?')}:{name}"


@lru_cache(maxsize=1024)
def _long(name: str) -> tuple[str, ...]:
    prefix, _colon, local = name.partition(":")
    return tuple(f"{{{namespace}}}{local}" for namespace in _NAMESPACES[prefix])


def short(element: Element) -> str:
    """`w:p` for a paragraph, of Transitional and of Strict files; "" for comments and the like."""
    return _short(element.tag)


def attribute(element: Element, name: str) -> str | None:
    """Of `w:val` the value, whichever of the two namespaces it has."""
    for long in _long(name):
        value = element.get(long)
        if value is not None:
            return str(value)
    return None


def child(element: Element | None, *names: str) -> Element | None:
    """The first child `w:a`, then its child `w:b`, and so on; None as soon as one is missing."""
    for name in names:
        if element is None:
            return None
        element = next(element.iterchildren(*_long(name)), None)
    return element


def first(element: Element, *names: str) -> Element | None:
    """The first of these below the element, at any depth."""
    return next(element.iter(*(tag for name in names for tag in _long(name))), None)


def value(element: Element | None, *names: str) -> str | None:
    found = child(element, *names)
    return None if found is None else attribute(found, "w:val")


def switched_on(element: Element | None, *names: str) -> bool | None:
    """Of a switch such as w:vanish, which is on when it has no value; None where it is missing."""
    found = child(element, *names)
    return None if found is None else attribute(found, "w:val") not in ("0", "false", "off", "none")


def number(text: str | None) -> int | None:
    """Of an attribute that should hold a whole number; what is none or absurd counts as missing."""
    try:
        found = int(text) if text is not None and len(text) < 12 else None
    except ValueError:
        return None
    return found if found is not None and -1_000_000 < found < 1_000_000_000 else None


def broken() -> SourceRefused:
    return SourceRefused(
        _("文件已损坏或不完整（多半是没有传完或没有存好）。请用 Word 或 WPS 打开原文件，另存为 .docx 后重新上传。")
    )


def too_large() -> SourceRefused:
    return SourceRefused(
        _("文件解压后过大，为安全起见不予读取。请删去图片、附件和空白内容，只保留标准的正文，另存为 .docx 后重新上传。")
    )


@dataclass(frozen=True)
class Relation:
    kind: str  # last word of the type: officeDocument, styles, aFChunk
    target: str  # name of the part; "" for what lies outside the file


class Package:
    def __init__(self, file: BinaryIO) -> None:
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise broken() from error
        self._members = {}
        for info in self._zip.infolist():
            if _leads_outside(info):
                message = _("文件中含有指向文件之外的路径，可能被人做过手脚，不予读取。请向提供者索取原文件。")
                raise SourceRefused(message)
            self._members[info.filename.lower()] = info
        if sum(info.file_size for info in self._members.values()) > MAX_UNPACKED_BYTES:
            raise too_large()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def names(self) -> list[str]:
        return list(self._members)

    def read(self, name: str, limit: int = MAX_PART_BYTES) -> bytes:
        with self._open(name, limit) as part:
            try:
                return part.read(limit)
            except _BROKEN as error:
                raise broken() from error

    def relations(self, name: str) -> dict[str, Relation]:
        """By id, of one part; of the whole package for ""."""
        folder, base = posixpath.split(name)
        source = posixpath.join(folder, "_rels", f"{base}.rels")
        if source not in self:
            return {}
        found = {}
        for element in self.tree(source):
            if short(element) != "rel:Relationship":
                continue
            target = unquote(element.get("Target") or "").split("#")[0]
            inside = element.get("TargetMode") != "External" and bool(target)
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if inside else ""
            kind = (element.get("Type") or "").rpartition("/")[2]
            found[element.get("Id") or ""] = Relation(kind, path)
        return found

    def tree(self, name: str) -> Element:
        """The root of a part that is small by nature."""
        root = None
        for _event, element in self._events(name, MAX_BLOCK_ELEMENTS):
            root = element if root is None else root
        if root is None:
            raise broken()
        return root

    def blocks(self, name: str, root: str, container: str) -> Iterator[Element]:
        """The children of the body one by one; each is emptied when the next is asked for."""
        body, in_block, depth, blocks = None, 0, 0, 0
        for event, element in self._events(name, MAX_TAGS, ("start", "end")):
            if event == "start":
                depth += 1
                in_block = 0 if depth <= 3 else in_block + 1
                if in_block > MAX_BLOCK_ELEMENTS:
                    raise too_large()
                if depth == 1 and short(element) != root:
                    raise broken()
                if depth == 2 and short(element) == container:
                    body = element
                continue
            depth -= 1
            if depth == 2 and body is not None and element.getparent() is body:
                blocks += 1
                if blocks > MAX_BLOCKS:
                    raise too_large()
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del body[0]

    def _events(self, name: str, most: int, kinds: tuple[str, ...] = ("start",)) -> Iterator[tuple[str, Element]]:
        self._count_tags(name, most)
        count = 0
        with self._open(name, MAX_PART_BYTES) as part:
            try:
                for event, element in etree.iterparse(
                    part,
                    events=kinds,
                    resolve_entities=False,
                    no_network=True,
                    load_dtd=False,
                    dtd_validation=False,
                    huge_tree=False,
                    remove_comments=True,
                    remove_pis=True,
                ):
                    if event == "start":
                        count += 1
                        if count == 1 and element.getroottree().docinfo.doctype:
                            raise _with_dtd()
                        if count > most:
                            raise too_large()
                    yield event, element
            except etree.XMLSyntaxError as error:
                if _mentions_dtd(error):
                    raise _with_dtd() from error
                raise broken() from error
            except _BROKEN as error:
                raise broken() from error

    def _count_tags(self, name: str, most: int) -> None:
        """At the speed of memory, before a parser makes objects of them."""
        tags = min(2 * most, MAX_TAGS)
        attributes = tags * MAX_ATTRIBUTES_A_TAG
        with self._open(name, MAX_PART_BYTES) as part:
            try:
                while min(tags, attributes) >= 0 and (block := part.read(256 * 1024)):
                    tags -= block.count(b"<")
                    attributes -= block.count(b"=")
            except _BROKEN as error:
                raise broken() from error
        if min(tags, attributes) < 0:
            raise too_large()

    def _open(self, name: str, limit: int) -> IO[bytes]:
        try:
            info = self._members[name.lower()]
            if info.flag_bits & 1:
                raise SourceRefused(_("这个压缩文件加了密码，无法读取。请解除密码后重新上传。"))
            if info.file_size > limit:
                raise too_large()
            return self._zip.open(info)
        except _BROKEN as error:
            raise broken() from error


# What zipfile, zlib and lxml raise for damaged files; KeyError for a part that is named but missing.
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
)


def _check_directory(file: BinaryIO) -> None:
    """Before zipfile reads the whole directory: a million members would cost seconds and hundreds of megabytes."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise broken()
    if _END_64 in tail[max(0, at - 20) : at] or int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY_BYTES:
        raise too_large()
    file.seek(max(0, size - len(tail) + at - MAX_DIRECTORY_BYTES))
    if file.read(MAX_DIRECTORY_BYTES + 22).count(_CENTRAL) > MAX_MEMBERS:
        raise too_large()
    file.seek(0)


def _leads_outside(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    return name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or stat.S_ISLNK(info.external_attr >> 16)


def _mentions_dtd(error: etree.XMLSyntaxError) -> bool:
    return "entity" in str(error).lower() or "doctype" in str(error).lower()


def _with_dtd() -> SourceRefused:
    message = _(
        "文件的内容中含有实体声明（DTD），可能被人做过手脚，不予读取。请用 Word 打开原文件，另存为 .docx 后重新上传。"
    )
    return SourceRefused(message)
