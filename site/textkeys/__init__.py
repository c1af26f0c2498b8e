"""Keys for what people type: two texts mean the same where their keys are equal.

Each key says which differences it folds. A key is for comparing and looking up; `written` is how a text is kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

# Nobody sees these, and everything differs by them: soft hyphen, joiners, zero-width spaces, directions, byte order mark,
# variation selectors. They come with copies from web pages, from address books and from keyboards for two directions.
INVISIBLE = dict.fromkeys(
    [
        *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)
MIDDLE_DOT = "·"
# What keyboards and other systems write between the parts of a name, for want of the middle dot.
MIDDLE_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･᛫⸱●．.", MIDDLE_DOT))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－─", "-"))
# A circle in a name is the numeral 〇, which fonts and old roster files write as a symbol. It is no 0, and 零 is another name.
CIRCLES = str.maketrans(dict.fromkeys("○◯⚪", "〇"))
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_EDGES = "。.,，;；、\"'“”‘’"


def written(text: str) -> str:
    """As it is kept and shown: no invisible marks, every run of space one space, none at the ends."""
    return _SPACE.sub(" ", text.translate(INVISIBLE)).strip()


def half_width(text: str) -> str:
    """NFKC: full-width letters and digits, Kangxi radicals (⽅ is 方), ligatures and other forms made for old printers."""
    return unicodedata.normalize("NFKC", text)


@dataclass(frozen=True)
class Key:
    """Every key drops invisible marks and folds width; the fields say what else it folds."""

    case: Literal["upper", "fold"] = "fold"
    spaces: Literal["none", "one"] = "none"
    dashes: Literal["keep", "alike", "none"] = "keep"  # alike: – ‐ − — are -
    middle_dots: bool = False  # • ・ ● . and others are ·
    circles: bool = False  # ○ is 〇
    edges: str = ""  # characters that mean nothing at the ends
    without: str = ""  # a regular expression of what means nothing anywhere

    def __call__(self, text: str) -> str:
        # Folding once may bring up something to fold (a letter and its accent come together when a space between goes).
        while (folded := self._once(text)) != text:
            text = folded
        return text

    def _once(self, text: str) -> str:
        text = half_width(text.translate(INVISIBLE))
        text = text.upper() if self.case == "upper" else text.casefold()
        text = _SPACE.sub(" " if self.spaces == "one" else "", text).strip()
        if self.dashes != "keep":
            text = text.translate(DASHES)
        if self.dashes == "none":
            text = text.replace("-", "")
        if self.middle_dots:
            text = text.translate(MIDDLE_DOTS)
        if self.circles:
            text = text.translate(CIRCLES)
        if self.without:
            text = re.sub(self.without, "", text)
        return text.strip(self.edges) if self.edges else text


# YS010006, ys010006 and ＹＳ ０１０００６ are one number. A dash in a number counts, whichever dash it is.
MEMBER_NUMBER = Key(case="upper", dashes="alike")
# 100 4000 0006, 100-4000-0006, （100）40000006 and +86 100… are one number. 86 goes only before a whole mobile number.
PHONE = Key(dashes="none", without=r"[()]|^(?:\+|00)?86(?=1\d{10}$)")
# With or without its hyphens, and with the words that stand before it on the certificate.
CERTIFICATE_NUMBER = Key(case="upper", dashes="none", without=r"_|^(?:证书)?(?:编号|号码|号):?")
# Spaces between the parts of a name come from typesetting (王 明). A name keeps its characters: 〇 is no 0, 零 is no 〇.
PERSON_NAME = Key(middle_dots=True, circles=True)
# Names of units, posts and columns.
LABEL = Key()
# What stands in a blank: a full stop or quotation marks around it are not part of the answer.
BLANK = Key(dashes="alike", middle_dots=True, circles=True, edges=_EDGES)
# What is looked for in a text: see `words`.
SEARCH = Key(spaces="one", circles=True)


def words(text: str) -> list[str]:
    """The words of a search, each of which must be found: 演示 罗雾 finds 演示罗雾."""
    return SEARCH(text).split()


_MOBILE = re.compile(r"1\d{10}", re.ASCII)


def mobile_number(text: str) -> str:
    """The 11 digits where the text is a mobile number, otherwise nothing."""
    key = PHONE(text)
    return key if _MOBILE.fullmatch(key) else ""
