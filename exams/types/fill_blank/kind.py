from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.cms.forms.questions import QuestionForm
from exams.types.base import QuestionType
from exams.types.fill_blank.models import FillBlankQuestion
from exams.types.registry import register
from textkeys import BLANK

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from exams.models import Question

GAP = re.compile(r"_{3,}")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # a database text holds neither NUL nor half a character
LONGEST = 200
MOST_BLANKS = 6
# Answers of somebody who does not know, wrong whatever the blank asks for.
GUESSES = ("不清楚", "没有规定", "由村里决定")


class FillBlankForm(QuestionForm):
    """One row for each blank; the accepted texts are separated by |."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = getattr(self.question, "blanks", None) or []
        self.shown_rows = max(2, len(stored), self._posted_rows())
        self.fields["stem"].help_text = gettext_lazy(
            "用 ____（至少三个下划线）标出空的位置，例如：每____个工作日走访一次。"
        )
        for place in range(MOST_BLANKS):
            accepted = stored[place] if place < len(stored) else []
            self.fields[f"blank_{place}"] = forms.CharField(
                label=_("第 %(n)s 空") % {"n": place + 1},
                max_length=400,
                required=False,
                initial=" | ".join(accepted),
                help_text=_("几种写法都算对时，用 | 分开，例如：24 | 二十四") if place == 0 else "",
            )

    def _posted_rows(self) -> int:
        return max((i + 1 for i in range(MOST_BLANKS) if self.data.get(f"blank_{i}")), default=0)

    def blanks(self) -> list[dict[str, Any]]:
        return [{"field": self[f"blank_{i}"], "hidden": i >= self.shown_rows} for i in range(MOST_BLANKS)]

    def content(self) -> dict[str, Any]:
        rows = []
        for place in range(MOST_BLANKS):
            accepted = [t.strip() for t in re.split(r"[|｜]", self.cleaned_data[f"blank_{place}"]) if t.strip()]
            rows.append(accepted)
        while rows and not rows[-1]:
            rows.pop()
        return {"blanks": rows}


@register
class FillBlank(QuestionType):
    """Each blank earns its share of the marks; any of its accepted texts is right."""

    code = "fill_blank"
    model = FillBlankQuestion
    form = FillBlankForm
    order = 40
    letter = "T"
    seconds = 60

    @property
    def title(self) -> str:
        return _("填空题")

    def room_words(self) -> dict[str, str]:
        return {"blank": _("第 {number} 空"), "one_blank": _("填写答案")}

    def _blanks(self, question: Question) -> list[list[str]]:
        return list(question.blanks)  # type: ignore[attr-defined]

    def problems(self, question: Question) -> list[str]:
        blanks = self._blanks(question)
        places = len(GAP.findall(question.stem))
        found = []
        if not places:
            found.append(_("填空题的题干里要用 ____（至少三个下划线）标出空的位置。"))
        if places != len(blanks):
            found.append(
                _("题干里有 %(places)s 个空，答案却有 %(answers)s 组。请一空一组。")
                % {"places": places, "answers": len(blanks)}
            )
        for number, accepted in enumerate(blanks, start=1):
            if not any(BLANK(str(text)) for text in accepted):
                found.append(_("第 %(n)s 空没有答案。") % {"n": number})
        return found

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        blanks = self._blanks(question)
        return {"blanks": len(blanks)}, [list(accepted) for accepted in blanks]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        if not isinstance(value, list) or len(value) != entry["blanks"]:
            return False
        return all(isinstance(text, str) and len(text) <= LONGEST and not UNSTORABLE.search(text) for text in value)

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        given = value if isinstance(value, list) else []
        right = 0
        for accepted, text in zip(key, given, strict=False):
            wanted = {BLANK(str(a)) for a in accepted} - {""}  # a lone 。 among the answers makes no empty blank right
            right += isinstance(text, str) and BLANK(text) in wanted
        return right, len(key)

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        if not isinstance(value, list) or not any(value):
            return _("未作答")
        # A key holds a list of accepted texts for each blank, an answer one text.
        return "；".join((" / ".join(v) if isinstance(v, list) else v) or _("（空）") for v in value)

    def record_key(self, question: Question) -> list[list[str]]:
        return self._blanks(question)

    def content(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"blanks": [list(accepted) for accepted in record["key"]]}

    def right_answer(self, key: Any) -> Any:
        return [accepted[0] for accepted in key]

    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        return self.some_answer(entry, rng)

    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        return [rng.choice(GUESSES) for _blank in range(entry["blanks"])]
