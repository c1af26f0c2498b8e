from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from exams.cms.forms.questions import QuestionForm
from exams.types import Part, QuestionType, register
from tests.exams.story_plugin.models import StoryQuestion

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from exams.models import Question


class StoryForm(QuestionForm):
    asks = forms.CharField(
        label="小题（每行：问题|选项;选项|答案|权重|条款）", widget=forms.Textarea(attrs={"rows": 4})
    )

    def _fill(self, question: Question) -> None:
        super()._fill(question)
        assert isinstance(question, StoryQuestion)
        lines = [
            "|".join([one["ask"], ";".join(one["options"]), one["right"], str(one["weight"]), one["clause"]])
            for one in question.asks
        ]
        self.initial.setdefault("asks", "\n".join(lines))

    def content(self) -> dict[str, Any]:
        found = []
        for line in self.cleaned_data["asks"].splitlines():
            ask, options, right, weight, clause = (line + "||||").split("|")[:5]
            found.append(
                {
                    "ask": ask,
                    "options": [text for text in options.split(";") if text],
                    "right": right,
                    "weight": int(weight or 1),
                    "clause": clause.strip(),
                }
            )
        return {"asks": found}


@register
class Story(QuestionType):
    code = "story"
    model = StoryQuestion
    form = StoryForm
    order = 95
    letter = "ST"
    seconds = 60

    @property
    def title(self) -> str:
        return "情景题"

    def room_words(self) -> dict[str, str]:
        return {"write": "写下您的做法"}

    def problems(self, question: Question) -> list[str]:
        assert isinstance(question, StoryQuestion)
        return [] if len(question.asks) > 1 else ["情景题至少要有 2 个小题。"]

    def numbers(self, question: Question) -> int:
        assert isinstance(question, StoryQuestion)
        return len(question.asks)

    def parts(self, question: Question, rng: random.Random) -> list[Part]:
        assert isinstance(question, StoryQuestion)
        return [self._part(one) for one in question.asks]

    def _part(self, one: dict[str, Any]) -> Part:
        shown = [{"k": "ABCD"[place], "t": text} for place, text in enumerate(one["options"])]
        return Part(
            entry={"options": shown} if shown else {},
            key=one["right"],
            ask=one["ask"],
            weight=one["weight"],
            clause=one["clause"],
            marked_by="key" if shown else "people",
        )

    def face(self, question: Question) -> list[str]:
        assert isinstance(question, StoryQuestion)
        return [one["ask"] for one in question.asks]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        options = [option["k"] for option in entry.get("options", [])]
        return isinstance(value, str) and (value in options if options else len(value) <= 500)

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(isinstance(value, str) and value == key), 1

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        return "未作答" if value is None else str(value)

    def printed(self, entry: dict[str, Any]) -> list[str]:
        return [f"{option['k']}．{option['t']}" for option in entry.get("options", [])]

    def record_key(self, question: Question) -> Any:
        assert isinstance(question, StoryQuestion)
        return question.asks

    def content(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"asks": record["key"]}

    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        others = [option["k"] for option in entry.get("options", []) if option["k"] != key]
        return rng.choice(others) if others else "不知道"

    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        options = [option["k"] for option in entry.get("options", [])]
        return rng.choice(options) if options else "先去看看"
