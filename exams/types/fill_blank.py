from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from exams.types.registry import register

if TYPE_CHECKING:
    import random

    from exams.models import Question

BLANK = re.compile(r"_{3,}")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # a database text holds neither NUL nor half a character
LONGEST = 200


def plain(text: str) -> str:
    """A text for comparison: width, case, spaces and closing punctuation make no difference."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", "", folded).strip("。.,，;；、\"'“”‘’")


@register
class FillBlank:
    """Each blank earns its share of the marks; any of its accepted texts is right."""

    code: ClassVar[str] = "fill_blank"

    @property
    def title(self) -> str:
        return _("填空题")

    @property
    def heading(self) -> str:
        return self.title

    def problems(self, question: Question) -> list[str]:
        blanks = question.blanks  # type: ignore[attr-defined]
        places = len(BLANK.findall(question.stem))
        found = []
        if not places:
            found.append(_("填空题的题干里要用 ____（至少三个下划线）标出空的位置。"))
        if places != len(blanks):
            found.append(
                _("题干里有 %(places)s 个空，答案却有 %(answers)s 组。请一空一组。")
                % {"places": places, "answers": len(blanks)}
            )
        for number, accepted in enumerate(blanks, start=1):
            if not any(plain(str(text)) for text in accepted):
                found.append(_("第 %(n)s 空没有答案。") % {"n": number})
        return found

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        blanks = question.blanks  # type: ignore[attr-defined]
        return {"blanks": len(blanks)}, [list(accepted) for accepted in blanks]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        if not isinstance(value, list) or len(value) != entry["blanks"]:
            return False
        return all(isinstance(text, str) and len(text) <= LONGEST and not UNSTORABLE.search(text) for text in value)

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        given = value if isinstance(value, list) else []
        right = 0
        for accepted, text in zip(key, given, strict=False):
            wanted = {plain(str(a)) for a in accepted}
            right += isinstance(text, str) and plain(text) in wanted
        return right, len(key)

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        if not isinstance(value, list) or not any(value):
            return _("未作答")
        # A key holds a list of accepted texts for each blank, an answer one text.
        return "；".join((" / ".join(v) if isinstance(v, list) else v) or _("（空）") for v in value)
