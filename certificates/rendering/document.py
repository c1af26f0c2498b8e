from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcherResponse

from acts import Refused
from certificates.rendering.fonts import FontFile, fonts_for, missing_characters

HERE = Path(__file__).parent
LINES_MOST = 5
# Text column 217 mm; Song 18 pt is 6.35 mm a character, 16 pt 5.64 mm: 34 and 38 fit. One is given away a line, because no
# punctuation mark begins a line and no number is broken.
CHARACTERS_PER_LINE = {18: 33, 16: 37}
NAME_SCALE = 22 / 18  # the name is set larger
ISSUER_MOST, ISSUER_ONE_LINE = 40, 20


@dataclass(frozen=True)
class CertificateContent:
    """Everything that is printed, frozen at issue. Dates are printed as they are: the platform's time zone, chosen at issue."""

    number: str
    name: str
    body: str  # the sentence, holding the name once
    issuer: str
    issued_on: str  # 2026年11月24日
    valid_until: str
    post: str
    verify_url: str  # upper case, at most 60 characters, so that the QR code stays at version 3
    state_mark: str = ""  # 已过期 or 已撤销, drawn across
    demonstration: bool = True


@dataclass(frozen=True)
class RenderedCertificate:
    pdf: bytes
    sha256: str


def qr_svg(url: str) -> bytes:
    """QR code, error level M, quiet zone of 4 modules (drawn by segno)."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", border=4, scale=10, xmldecl=False, dark="#000", light="#fff"
    )
    return out.getvalue()


class PackagedOnly:
    """Answers the packaged names and refuses every other address: a name or a text can make the renderer fetch nothing."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        self.files = files
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        found = self.files.get(url)
        if found is None:
            self.refused.append(url)
            raise ValueError(f"Refused: {url}")
        body, kind = found
        return URLFetcherResponse(url, body, {"Content-Type": kind})

    __call__ = fetch


def _fetcher(fonts: list[FontFile], qr: bytes) -> PackagedOnly:
    files: dict[str, tuple[bytes, str]] = {
        "packaged:seal": ((HERE / "seal.svg").read_bytes(), "image/svg+xml"),
        "packaged:corner": ((HERE / "corner.svg").read_bytes(), "image/svg+xml"),
        "packaged:qr": (qr, "image/svg+xml"),
    }
    for font in fonts:
        files[f"packaged:font/{font.path.name}"] = (font.path.read_bytes(), "font/ttf")
    return PackagedOnly(files)


def _font_faces(fonts: list[FontFile]) -> str:
    return "".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {"bold" if font.bold else "normal"}; '
        f'src: url("packaged:font/{font.path.name}"); }}\n'
        for font in fonts
    )


def _families(fonts: list[FontFile]) -> str:
    return ", ".join(dict.fromkeys(f'"{font.family}"' for font in fonts))


@cache
def _common_style() -> tuple[FontConfiguration, list[CSS]]:
    """The shared configuration of the common fonts: loading them costs as much as two certificates."""
    fonts, _only = fonts_for("")
    return _style(fonts)


def _style(fonts: list[FontFile]) -> tuple[FontConfiguration, list[CSS]]:
    configuration = FontConfiguration()
    fetcher = _fetcher(fonts, b"")
    text = _font_faces(fonts) + (HERE / "design.css").read_text().replace("FAMILIES", _families(fonts))
    sheet = CSS(string=text, font_config=configuration, url_fetcher=fetcher)
    return configuration, [sheet]


def _width(text: str) -> float:
    """In characters of the text's own size; digits and Latin letters take about half of one."""
    return sum(1.0 if ord(c) > 0xFF else 0.56 for c in text)


def _body_size(content: CertificateContent) -> int:
    name = content.name if content.name in content.body else ""
    wide = 2 + _width(content.body) + _width(name) * (NAME_SCALE - 1)
    for size, per_line in CHARACTERS_PER_LINE.items():
        if wide <= per_line * LINES_MOST:
            return size
    raise Refused(_("证书正文太长，%(most)s 行放不下。请缩短课程名称或标准名称后重新发证。") % {"most": LINES_MOST})


def _issuer_lines(issuer: str) -> list[str]:
    if len(issuer) <= ISSUER_ONE_LINE:
        return [issuer]
    half = -(-len(issuer) // 2)
    return [issuer[:half], issuer[half:]]


def render(content: CertificateContent) -> RenderedCertificate:
    """One A4 landscape page. Raises Refused for a missing glyph (named) or a text that does not fit."""
    printed = "".join((content.number, content.name, content.body, content.issuer, content.post))
    missing = missing_characters(printed)
    if missing:
        named = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in missing)
        raise Refused(
            _("字库里没有这个字：%(characters)s。证书暂不能生成，请联系管理员安装含此字的字体后重试。")
            % {"characters": named}
        )
    if len(content.issuer) > ISSUER_MOST:
        raise Refused(_("发证机关名称超过 40 个字，证书上放不下。请在认证方案里改用规范简称。"))
    fonts, only_common = fonts_for(printed)
    configuration, sheets = _common_style() if only_common else _style(fonts)
    before, found, after = content.body.partition(content.name)
    body = format_html("{}<strong class=name>{}</strong>{}", before, found, after) if found else content.body
    html = render_to_string(
        "certificates/design.html",
        {
            "c": content,
            "body": body,
            "body_size": _body_size(content),
            "issuer_small": len(content.issuer) > 24,
            "issuer_tight": len(content.issuer) > 36,
            "issuer_lines": _issuer_lines(content.issuer),
            "sign_small": len(content.issuer) > 16,
        },
    )
    document = HTML(string=html, url_fetcher=_fetcher([], qr_svg(content.verify_url)))
    pdf = document.write_pdf(font_config=configuration, stylesheets=sheets, pdf_variant="pdf/ua-1", pdf_tags=True)
    return RenderedCertificate(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
