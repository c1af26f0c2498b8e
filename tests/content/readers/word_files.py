"""Word files made from raw XML, so that each test says exactly what stands in the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_TYPES = """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Default Extension="mht" ContentType="message/rfc822"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def word_file(
    body: str, *, styles: str = "", numbering: str = "", parts: Mapping[str, tuple[str, bytes]] | None = None
) -> bytes:
    """`parts`: by name below word/ the kind of relation and the content; the relation's id is the name."""
    members = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": document(body),
    }
    related = {}
    own = {
        "styles.xml": ("styles", f"<w:styles {_SPACES}>{styles}</w:styles>".encode()),
        "numbering.xml": ("numbering", f"<w:numbering {_SPACES}>{numbering}</w:numbering>".encode()),
    }
    for name, (kind, content) in {**own, **(parts or {})}.items():
        members[f"word/{name}"] = content
        related[name] = (kind, name)
    members["word/_rels/document.xml.rels"] = relations(related)
    return zipped(members)


def document(body: str) -> bytes:
    return f'<?xml version="1.0"?><w:document {_SPACES}><w:body>{body}<w:sectPr/></w:body></w:document>'.encode()


def notes(kind: str, content: str) -> bytes:
    return f"<w:{kind} {_SPACES}>{content}</w:{kind}>".encode()


def relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    each = "".join(
        f'<Relationship Id="{code}" Type="{R}/{kind}" Target="{target}"/>' for code, (kind, target) in targets.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{each}</Relationships>'.encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return file.getvalue()


def p(text: str = "", *, num: int | None = None, level: int | None = None, style: str = "", extra: str = "") -> str:
    """A paragraph. `extra` goes into its properties."""
    list_of = f'<w:ilvl w:val="{level}"/>' if level is not None else ""
    list_of += f'<w:numId w:val="{num}"/>' if num is not None else ""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += f"<w:numPr>{list_of}</w:numPr>" if list_of else ""
    return f"<w:p><w:pPr>{properties}{extra}</w:pPr>{run(text)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""


def style(code: str, name: str, *, based_on: str = "", inside: str = "", kind: str = "paragraph") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{code}"><w:name w:val="{name}"/>{base}{inside}</w:style>'


def level(at: int, kind: str, text: str, *, start: int | None = 1, extra: str = "") -> str:
    begins = f'<w:start w:val="{start}"/>' if start is not None else ""
    return f'<w:lvl w:ilvl="{at}">{begins}<w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'


def definition(code: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{code}">{"".join(levels)}</w:abstractNum>'


def numbered(num: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{num}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"
