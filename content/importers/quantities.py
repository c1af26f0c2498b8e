"""Numbers with units in a text: 24学时, 30户至50户, 百分之八十, 三十日. Dates, ordinals and the numbers of tables are none."""

from __future__ import annotations

import re

from content.importers.numerals import from_han, narrow
from content.importers.parsed import Quantity

# Longer units first. What follows a unit may make another word of it: 1分类, 3人民, 2日常.
_TIME = (
    "个工作日|工作日|个自然日|自然日|个日历日|个小时|小时|分钟|秒钟|秒|个月|个季度|个星期|星期|个学时|学时|课时|个学年|学年|个学期|学期|"
    "周岁|岁|年(?!级|龄|会|报|检|审|度|轻|代)|日(?!常|期|志|均|益|报|本)|天(?!然|气|线|津)|周(?!边|期|围|岁|末)"
)
_MONEY = "亿元|万元|千元|百元|元(?!素|旦|件)"
_COUNT = (
    "人次|人(?!民|员|口|大|工|才|事|数|均|格|身|力|为|生|类)|名(?!称|单|录|义|额|字)|户(?!籍|口|主|外|内)|"
    "次(?!要|性|日|年|序|数)|遍|倍"
)
_MORE = (
    "分(?!类|析|为|别|布|工|级|配|局|管|支|公司|批|期|层|组|部|开|散|之|值|钟|项)|万人|万户|件(?!数)|项(?!目)|家(?!庭|属|长|具|电|园|访)|"
    "个(?!人|体|性|别|案)|份(?!额)|页|张|辆|台(?!账|阶|风|湾)|套(?!餐)|间(?!隔|接|距)|栋|幢|条(?!件|例|款|文|第|目)|级(?!别)|亩|"
    "平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|米|公斤|千克|毫克|克|吨|毫升|升(?!级|降)|度(?!量)|千瓦时|千瓦|伏|安培|"
    "%|‰|℃|°C|mm2|m²|m³|km|cm|mm|m(?![a-zA-Z])|kg|mg|g(?![a-zA-Z])|t(?![a-zA-Z])|mL|ml|L(?![a-zA-Z])|dB|kPa|MPa|Pa|kW|"
    "W(?![a-zA-Z])|kV|V(?![a-zA-Z])|kHz|MHz|Hz|GB(?![/ ])|MB|KB|lx|s(?![a-zA-Z])|min|h(?![a-zA-Z])"
)
_UNIT = f"(?:{_TIME}|{_MONEY}|{_COUNT}|{_MORE})"
_HAN_UNIT = f"(?:{_TIME}|{_MONEY}|{_COUNT})"
_HAN = "[〇零一二两三四五六七八九十百千]"
_TO = r"(?:至|到|~|～|—|–|-|或者|或|、)"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"

_DATE = re.compile(
    rf"\d{{4}}年(?:度|版)?(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?|\d{{1,2}}月\d{{1,2}}日|[〇○零一二三四五六七八九]{{4}}年(?:{_HAN}{{1,3}}月(?:{_HAN}{{1,3}}日)?)?"
    rf"|{_HAN}{{1,3}}月{_HAN}{{1,3}}日|\d{{1,2}}月(?!内|以)|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
)
_NUMBERED = re.compile(
    r"[表图式]\s*[A-Z]?\.?\d+(?:\.\d+)*|第\s*\d+\s*\w|附录\s*[A-Z]|[A-Z]{2,}(?:/[A-Z]+)?\s?\d[\d.]*(?:[—–-]\d{4})?"
)
_FRACTION = re.compile(rf"({_HAN}+|万)分之({_HAN}+(?:点{_HAN}+)?|\d+(?:\.\d+)?)")
_ARABIC = re.compile(rf"(?<![\d.A-Za-z/第〔\[])({_DIGITS})(?:\s*{_TO}\s*({_DIGITS}))?\s*({_UNIT})")
# 千家万户, 十分, 统一, 任一: neither a bare 百 or 千 nor a numeral that belongs to the word before it.
_HAN_AMOUNT = re.compile(
    rf"(?<![第唯统同任之某逐单每其不专万划〇零一二两三四五六七八九十百千])([一二两三四五六七八九十]{_HAN}*)(?:{_TO}({_HAN}+))?({_HAN_UNIT})"
)


def _plain(digits: str) -> str:
    return digits.replace(",", "")


def _decimal(text: str) -> str | None:
    if text.isascii():
        return text
    whole, _point, part = text.partition("点")
    value = from_han(whole)
    if value is None:
        return None
    tail = "".join(str(from_han(char)) for char in part)
    return f"{value}.{tail}" if tail else str(value)


def quantities_of(text: str) -> tuple[Quantity, ...]:
    """In the order of the text. Both ends of a range carry the unit; 百分之八十 is 80 %; a fraction has no unit."""
    text = narrow(text)
    text = _DATE.sub(lambda found: " " * len(found.group()), text)
    text = _NUMBERED.sub(lambda found: " " * len(found.group()), text)
    found: list[tuple[int, Quantity]] = []
    for match in _FRACTION.finditer(text):
        value = _decimal(match[2])
        if value is None:
            continue
        if match[1] in ("百", "千"):
            found.append((match.start(), Quantity(value, "%" if match[1] == "百" else "‰")))
        elif (whole := from_han(match[1])) is not None:
            found.append((match.start(), Quantity(f"{value}/{whole}", "")))
    text = _FRACTION.sub(lambda match: " " * len(match.group()), text)
    for match in _ARABIC.finditer(text):
        found += [(match.start(n), Quantity(_plain(match[n]), match[3])) for n in (1, 2) if match[n]]
    for match in _HAN_AMOUNT.finditer(text):
        for n in (1, 2):
            value = str(from_han(match[n])) if match[n] else None
            if value is not None:
                found.append((match.start(n), Quantity(value, match[3])))
    return tuple(quantity for _at, quantity in sorted(found, key=lambda pair: pair[0]))
