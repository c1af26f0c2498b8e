"""Whatever the bytes are, a reader gives lines or a refusal in Chinese."""

from __future__ import annotations

import io
import re
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.importers.readers import read_source
from content.importers.source import SourceRefused
from tests.content.readers.test_refusals import compound, with_main
from tests.content.readers.word_files import cell, definition, document, level, numbered, p, style, table, word_file

# The files' cost has tests of its own; here a busy machine must not fail.
WITHOUT_HURRY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.sampled_from(["a.docx", "a.doc", "a.md", "a.txt", "标准", ""])
HEADS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"# ",
        b"---\n",
        b"<",
    ]
)
GOOD = word_file(
    p("范围", num=1, level=0) + p("文", style="s") + table(cell(p("甲")) + cell(p("乙"))),
    styles=style("s", "heading 1"),
    numbering=definition(1, level(0, "decimal", "%1")) + numbered(1, 1),
)
LOCKED = compound("EncryptedPackage")


def gives_lines_or_a_refusal(data: bytes, name: str) -> None:
    refused = None
    try:
        source = read_source(io.BytesIO(data), name)
    except SourceRefused as error:
        refused = error.message
    if refused is not None:
        assert re.search("[\u4e00-\u9fff]", refused)
        return
    assert source.lines
    assert all((line.text or line.table) and line.line >= 1 for line in source.lines)
    assert not any(re.search("[\0-\x1f\u200b\ufeff]", line.text) for line in source.lines)


@given(HEADS, st.binary(max_size=600), NAMES)
@WITHOUT_HURRY
def test_arbitrary_bytes(head: bytes, data: bytes, name: str) -> None:
    gives_lines_or_a_refusal(head + data, name)


@given(HEADS, st.text(max_size=300), NAMES, st.sampled_from(["utf-8", "gb18030", "utf-16", "big5"]))
@WITHOUT_HURRY
def test_arbitrary_text(head: bytes, text: str, name: str, encoding: str) -> None:
    gives_lines_or_a_refusal(head + text.encode(encoding, errors="ignore"), name)


@given(st.text(alphabet="#-|*_`>[]()!<>/\\ \n\t1.a):：表一、（）~=+&;", max_size=200))
@WITHOUT_HURRY
def test_arbitrary_markdown(text: str) -> None:
    gives_lines_or_a_refusal(b"# \n" + text.encode(), "a.md")


@given(
    st.sampled_from([GOOD, LOCKED]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
    st.one_of(st.none(), st.integers(0, 10_000)),
)
@WITHOUT_HURRY
def test_damaged_files(data: bytes, changes: list[tuple[int, int]], cut: int | None) -> None:
    damaged = bytearray(data)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    gives_lines_or_a_refusal(bytes(damaged[: None if cut is None else cut % len(damaged)]), "a.docx")


TAGS = [
    "p",
    "r",
    "t",
    "tab",
    "br",
    "sym",
    "fldChar",
    "instrText",
    "hyperlink",
    "ins",
    "del",
    "sdt",
    "sdtPr",
    "sdtContent",
    "tbl",
    "tr",
    "tc",
    "tcPr",
    "gridSpan",
    "vMerge",
    "pPr",
    "pStyle",
    "numPr",
    "numId",
    "ilvl",
    "outlineLvl",
    "rPr",
    "vanish",
    "vertAlign",
    "drawing",
    "pict",
    "txbxContent",
    "altChunk",
    "footnoteReference",
    "ruby",
    "rubyBase",
]
VALUES = ("", "0", "1", "-1", "99999999999", "restart", "begin", "separate", "end", "true", "x")


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    tag, value = draw(st.sampled_from(TAGS)), draw(st.sampled_from(VALUES))
    children = draw(st.lists(elements(depth=depth + 1), max_size=3)) if depth < 5 else []
    words = draw(st.sampled_from(["", "文", "TOC", "4.1 "]))
    name = {"fldChar": "fldCharType", "altChunk": "w14", "sym": "char"}.get(tag, "val")
    return f'<w:{tag} w:{name}="{value}">{words}{"".join(children)}</w:{tag}>'


@given(st.lists(elements(), min_size=1, max_size=4))
@WITHOUT_HURRY
def test_arbitrary_elements(parts: list[str]) -> None:
    gives_lines_or_a_refusal(with_main(document(p("文") + "".join(parts))), "a.docx")
    gives_lines_or_a_refusal(word_file(p("文"), styles="".join(parts), numbering="".join(parts)), "a.docx")


@given(
    st.text(alphabet="<>/=\"' \n\v文1apbrtdhliou&;!-", max_size=200),
    st.sampled_from([b"", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"]),
)
@WITHOUT_HURRY
def test_arbitrary_html(text: str, head: bytes) -> None:
    content = head + b"<p>" + text.encode()
    gives_lines_or_a_refusal(word_file('<w:altChunk r:id="b"/>', parts={"b": ("aFChunk", content)}), "a.docx")


NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(st.dictionaries(NAME, st.binary(max_size=50), max_size=6))
@WITHOUT_HURRY
def test_arbitrary_archives(members: dict[str, bytes]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    gives_lines_or_a_refusal(file.getvalue(), "a.docx")
