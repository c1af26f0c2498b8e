"""Word's formulas in one line: (a+b)/2, x², √(x), ∑_(i=1)^n x_i."""

from __future__ import annotations

from content.importers.readers.word_package import Element, attribute, child, short
from content.importers.readers.wording import shifted

_OWN_TEXT = ("m:t", "w:t")
_PROPERTIES = "Pr"


def linear(element: Element | None) -> str:
    if element is None:
        return ""
    name = short(element)
    if name in _OWN_TEXT:
        return element.text or ""
    if name in ("w:del", "w:moveFrom", "w:rPr") or (name.startswith("m:") and name.endswith(_PROPERTIES)):
        return ""
    make = _FORMS.get(name)
    return make(element) if make else "".join(linear(each) for each in element)


def _part(element: Element, name: str) -> str:
    return linear(child(element, name)).strip()


def _grouped(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _character(element: Element, properties: str, name: str, default: str) -> str:
    found = child(element, properties, name)
    return default if found is None else attribute(found, "m:val") or ""


def _power(text: str, raised: bool) -> str:
    if not text:
        return ""
    short_form = shifted(text, raised)
    return short_form if short_form != text else ("^" if raised else "_") + _grouped(text)


def _fraction(element: Element) -> str:
    over, under = _part(element, "m:num"), _part(element, "m:den")
    if _character(element, "m:fPr", "m:type", "bar") == "noBar":
        return f"({over} {under})"
    return f"{_grouped(over)}/{_grouped(under)}"


def _scripts(element: Element) -> str:
    base = _part(element, "m:e")
    return f"{base}{_power(_part(element, 'm:sub'), False)}{_power(_part(element, 'm:sup'), True)}"


def _before(element: Element) -> str:
    return f"{_power(_part(element, 'm:sub'), False)}{_power(_part(element, 'm:sup'), True)}{_part(element, 'm:e')}"


def _root(element: Element) -> str:
    degree = _part(element, "m:deg")
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree) or f"{_power(degree, True)}√"
    return f"{sign}({_part(element, 'm:e')})"


def _large(element: Element) -> str:
    sign = _character(element, "m:naryPr", "m:chr", "∫")
    sub, sup = _part(element, "m:sub"), _part(element, "m:sup")
    return f"{sign}{_power(sub, False)}{_power(sup, True)} {_part(element, 'm:e')}"


def _delimited(element: Element) -> str:
    between = _character(element, "m:dPr", "m:sepChr", "|")
    inside = between.join(linear(each).strip() for each in element if short(each) == "m:e")
    return f"{_character(element, 'm:dPr', 'm:begChr', '(')}{inside}{_character(element, 'm:dPr', 'm:endChr', ')')}"


def _function(element: Element) -> str:
    return f"{_part(element, 'm:fName')} {_part(element, 'm:e')}"


def _limit(element: Element) -> str:
    return f"{_part(element, 'm:e')}_{_grouped(_part(element, 'm:lim'))}"


def _rows(element: Element) -> str:
    return "; ".join(linear(each).strip() for each in element if short(each) in ("m:mr", "m:e"))


def _row(element: Element) -> str:
    return ", ".join(linear(each).strip() for each in element if short(each) == "m:e")


_FORMS = {
    "m:f": _fraction,
    "m:sSub": _scripts,
    "m:sSup": _scripts,
    "m:sSubSup": _scripts,
    "m:sPre": _before,
    "m:rad": _root,
    "m:nary": _large,
    "m:d": _delimited,
    "m:func": _function,
    "m:limLow": _limit,
    "m:limUpp": _limit,
    "m:m": _rows,
    "m:mr": _row,
    "m:eqArr": _rows,
}
