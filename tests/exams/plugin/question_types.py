from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from exams.cms.forms.questions import QuestionForm
from exams.types import QuestionType, register
from tests.exams.plugin.models import ScaleQuestion

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from exams.models import Question

FIELDS = ("low", "high", "right", "tolerance")


class ScaleForm(QuestionForm):
    low = forms.IntegerField(label="最小值", initial=0)
    high = forms.IntegerField(label="最大值", initial=10)
    right = forms.IntegerField(label="正确值")
    tolerance = forms.IntegerField(label="允许误差", initial=0, min_value=0)

    def _fill(self, question: Question) -> None:
        super()._fill(question)
        for name in FIELDS:
            self.initial.setdefault(name, getattr(question, name))

    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


@register
class Scale(QuestionType):
    code = "scale"
    model = ScaleQuestion
    form = ScaleForm
    order = 90
    letter = "SC"
    seconds = 20

    @property
    def title(self) -> str:
        return "标尺题"

    @property
    def note(self) -> str:
        return "在允许误差内即得分"

    def room_words(self) -> dict[str, str]:
        return {"value": "您的数值：{value}", "move": "拖动标尺", "hint": "选一个数"}

    def problems(self, question: Question) -> list[str]:
        assert isinstance(question, ScaleQuestion)
        inside = question.low <= question.right <= question.high and question.low < question.high
        return [] if inside else ["正确值要在最小值和最大值之间。"]

    def face(self, question: Question) -> list[str]:
        assert isinstance(question, ScaleQuestion)
        return [f"{question.low} —— {question.high}"]

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        assert isinstance(question, ScaleQuestion)
        return {"low": question.low, "high": question.high}, [question.right, question.tolerance]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and entry["low"] <= value <= entry["high"]

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        right, tolerance = key
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return int(is_number and abs(value - right) <= tolerance), 1

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        if isinstance(value, list):
            return f"{value[0]} ± {value[1]}"
        return "未作答" if value is None else str(value)

    def printed(self, entry: dict[str, Any]) -> list[str]:
        return [f"{entry['low']} —— {entry['high']}"]

    def record_key(self, question: Question) -> dict[str, int]:
        return {name: getattr(question, name) for name in FIELDS}

    def content(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: record["key"][name] for name in FIELDS}

    def right_answer(self, key: Any) -> Any:
        return key[0]

    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        right, tolerance = key
        inside = range(entry["low"], entry["high"] + 1)
        return rng.choice([value for value in inside if abs(value - right) > tolerance] or [None])

    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        return rng.randint(entry["low"], entry["high"])
