from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from acts import Refused
from certificates.rendering import CertificateContent, document, render
from certificates.rendering.picture import picture_of

NAME = "演示甲一"
BODY = (
    "{name}同志于2026年11月1日至2026年11月20日参加《新任网格员岗前培训（演示）》，考试成绩92分（合格线80分），"
    "符合《社区网格员工作基本要求（演示文本）》（2025年版）对专职网格员岗位的要求，准予合格，特发此证。"
)


def content(name: str = NAME, **fields: Any) -> CertificateContent:
    made = CertificateContent(
        number="GY-990000-2026-0000123-84",
        name=name,
        body=BODY.format(name=name),
        issuer="演示市网格化服务管理中心",
        issued_on="2026年11月24日",
        valid_until="2029年11月23日",
        post="专职网格员",
        verify_url="HTTP://127.0.0.1:8000/V/ABCDEFGHIJKLMNOP",
    )
    return replace(made, **fields)


def text_of(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    assert len(opened) == 1, "a certificate is one page"
    page = opened[0]
    assert round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4) == (297, 210)
    return "".join(page.get_textpage().get_text_bounded().split())


def test_everything_promised_is_on_the_page() -> None:
    text = text_of(render(content()).pdf)
    for part in (
        "培训合格证书",
        "GY-990000-2026-0000123-84",
        NAME,
        "考试成绩92分",
        "演示市网格化服务管理中心",
        "2029年11月23日",
    ):
        assert part in text
    assert "不作为国家职业资格证书使用" in text
    assert "职业技能等级证书" not in text


def test_the_qr_code_leads_to_the_verification_page() -> None:
    page = pypdfium2.PdfDocument(render(content()).pdf)[0]
    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert [code.text for code in found] == ["HTTP://127.0.0.1:8000/V/ABCDEFGHIJKLMNOP"]


def test_rare_characters_and_minority_names_are_printed() -> None:
    for name in ("演示𠮷", "演示·阿卜杜热西提·买买提明", "演示𫖯"):
        assert name in text_of(render(content(name)).pdf)


def test_a_missing_glyph_stops_the_award_and_names_the_character() -> None:
    with pytest.raises(Refused, match=r"“𰀀”（U\+30000）"):
        render(content("演示𰀀"))


def test_a_text_that_does_not_fit_is_refused_not_cut() -> None:
    with pytest.raises(Refused, match="证书正文太长"):
        render(content(body=NAME + "很长的标准名称" * 40))


def test_a_longer_text_gets_smaller_type_and_stays_one_page() -> None:
    body = BODY.format(name=NAME) + "另附说明" * 18
    assert "另附说明" in text_of(render(content(body=body)).pdf)


def body_lines(pdf: bytes) -> list[str]:
    """What stands between the rule and the QR code, line by line."""
    page = pypdfium2.PdfDocument(pdf)[0]
    millimetre = 72 / 25.4
    text = page.get_textpage().get_text_bounded(
        left=38 * millimetre, right=259 * millimetre, top=(210 - 69) * millimetre, bottom=(210 - 141) * millimetre
    )
    return [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", [NAME, "演示·阿卜杜热西提·买买提明·阿卜杜热西提·买买提明"])
def test_a_text_of_any_length_keeps_to_five_lines_or_is_refused(name: str) -> None:
    more = "符合12条的说明（演示）；"
    for length in range(0, 120, 4):
        body = BODY.format(name=name) + (more * 12)[:length]
        try:
            made = render(content(name, body=body))
        except Refused:
            assert length > 20, "an ordinary text is not refused"
            return
        lines = body_lines(made.pdf)
        assert len(lines) <= 5, (length, lines)
        assert "".join("".join(lines).split()) == body, "nothing of it is lost, and nothing else lies there"
    raise AssertionError("a text without end was not refused")


@pytest.mark.parametrize("length", [16, 20, 21, 36, 40])
def test_a_long_issuer_stays_on_its_line_and_in_its_frame(length: int) -> None:
    issuer = ("演示市社会治理综合服务与网格化服务管理指挥中心（联合发证办公室）演示用名称甲乙丙丁" * 2)[:length]
    page = pypdfium2.PdfDocument(render(content(issuer=issuer)).pdf)[0]
    millimetre = 72 / 25.4
    top = page.get_textpage().get_text_bounded(
        left=0, right=842, top=(210 - 20) * millimetre, bottom=(210 - 33) * millimetre
    )
    assert len(top.strip().splitlines()) == 1
    assert "".join(top.split()) == issuer
    sign = page.get_textpage().get_text_bounded(
        left=180 * millimetre, right=274 * millimetre, top=(210 - 146) * millimetre, bottom=(210 - 172) * millimetre
    )
    assert issuer in "".join(sign.split())
    assert "2026年11月24日" in sign


def test_an_issuer_that_is_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="超过 40 个字"):
        render(content(issuer="演" * 41))


def test_a_certificate_drawn_twice_is_the_same_file() -> None:
    assert render(content()).sha256 == render(content()).sha256


def test_an_expired_certificate_says_so_across_the_page() -> None:
    assert "已过期" in text_of(render(content(state_mark="已过期")).pdf)


@pytest.mark.parametrize(
    "name",
    [
        '<img src="http://127.0.0.1:9/x">',
        '<link rel=attachment href="file:///etc/passwd">',
        "<style>@import url(https://example.invalid/x.css)</style>",
        '"><script>alert(1)</script>',
    ],
)
def test_a_hostile_name_is_text_and_fetches_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    plain = document.PackagedOnly.fetch

    def watched(self: Any, url: str, headers: Any = None) -> Any:
        asked.append(url)
        return plain(self, url, headers)

    monkeypatch.setattr(document.PackagedOnly, "fetch", watched)
    text = text_of(render(content(name)).pdf)
    assert all(url.startswith("packaged:") for url in asked)
    assert "".join(name.split())[:10] in text


def test_the_fetcher_refuses_every_other_address() -> None:
    fetcher = document.PackagedOnly({"packaged:seal": (b"<svg/>", "image/svg+xml")})
    for url in ("http://127.0.0.1/", "https://example.invalid", "file:///etc/passwd", "ftp://x/y", "data:text/html,x"):
        with pytest.raises(ValueError, match="Refused"):
            fetcher.fetch(url)


def test_the_file_is_small_and_tagged() -> None:
    made = render(content())
    assert len(made.pdf) < 500_000
    assert pypdfium2.raw.FPDFCatalog_IsTagged(pypdfium2.PdfDocument(made.pdf))


def test_the_picture_for_the_phone_is_at_most_60_kb() -> None:
    picture = picture_of(render(content()).pdf)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= 60_000


def test_the_design_uses_no_flex_boxes() -> None:
    css = (Path(document.__file__).parent / "design.css").read_text()
    assert "flex" not in css
    assert "grid-template" not in css
