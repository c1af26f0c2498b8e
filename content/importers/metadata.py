"""What stands before the first clause: title, number and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from content.importers.numerals import from_han, narrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.source import Line, Source

_NUMBER = r"(?:GB(?:/[TZ])?|DB\s?\d{2,6}(?:/T)?|T/[A-Z]{2,8}|Q/[A-Z0-9]{2,10}|[A-Z]{2,6}(?:/[TZ])?)\s*\d+(?:\.\d+)?\s*[—–－-]+\s*\d{4}"
_NUMBER_LINE = re.compile(rf"^(?:文件编号|标准编号|标准号|编号)?[：:]?\s*({_NUMBER})\s*$")
_DECREE = re.compile(r"^(?:文号[：:]\s*)?(\S{1,12}〔\d{4}〕\s*\d+号)$")
_DAY = r"([\d〇○零一二三四五六七八九]{4})\s*[年./-]\s*([\d一二三四五六七八九十]{1,3})\s*[月./-]\s*([\d一二三四五六七八九十]{1,3})日?"
_ISSUED = re.compile(rf"发布日期[：:]\s*{_DAY}|{_DAY}[ \t　]*(?:发布|印发)")
_EFFECTIVE = re.compile(
    rf"(?:实施|施行|生效)日期[：:]\s*{_DAY}|{_DAY}[ \t　]*(?:起?(?:实施|施行))|自\s*{_DAY}起?(?:施行|实施|生效)"
)
_ENACTED = re.compile(rf"{_DAY}[^，。；]*?(?:公布|发布|通过|修订|修正|批准|印发)")
_AT_ONCE = re.compile(r"自(?:公布|发布|印发)之日起(?:施行|实施)")
_NO_TITLE = re.compile(
    r"^(?:ICS|CCS|备案号|前\s*言|引\s*言|目\s*[次录]|.{0,14}(?:国家|行业|地方|团体|企业)标准$|中华人民共和国国家标准化|文件编号|标准编号|标准号|代替|发布日期|实施日期"
    r"|[^\u4e00-\u9fff]+$|.*(?:发布|实施)$|[（(]|附件|演示文本)"
)


@dataclass(frozen=True)
class About:
    title: str
    number: str
    issued_on: date | None
    effective_on: date | None


def _days(pattern: re.Pattern[str], text: str) -> list[date]:
    found = []
    for match in pattern.finditer(text):
        parts = [part for part in match.groups() if part]
        year, month, day = (from_han(part) for part in parts[:3])
        if year and month and day:
            try:
                found.append(date(year, month, day))
            except ValueError:
                continue
    return found


def about(source: Source, front: Sequence[Line], whole: Sequence[str]) -> About:
    """`front` is what comes before the first numbered unit; `whole` all text, for «自……起施行» in a last article."""
    texts = [narrow(line.text.strip()) for line in front if line.text.strip()]
    head = "\n".join(texts)
    number = next((found[1] for text in texts if (found := _NUMBER_LINE.match(text) or _DECREE.match(text))), "")
    issued = _days(_ISSUED, head) or _days(_ENACTED, head)
    effective = _days(_EFFECTIVE, head)
    if not effective:
        for text in whole:
            if said := _days(_EFFECTIVE, narrow(text)):
                effective = said[-1:]
    if not effective and issued and any(_AT_ONCE.search(text) for text in whole):
        effective = [max(issued)]
    return About(
        title=_title(source, front),
        number=re.sub(r"\s+", " ", number),
        issued_on=max(issued) if issued else None,
        effective_on=effective[-1] if effective else None,
    )


def _title(source: Source, front: Sequence[Line]) -> str:
    if source.title:
        return source.title[:200]
    for line in front:
        text = line.text.strip()
        plain = narrow(text)
        if not text or len(text) > 80 or re.search(r"[。；]", text):
            continue
        if not _NO_TITLE.match(plain) and not _NUMBER_LINE.match(plain):
            return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)
    return ""
