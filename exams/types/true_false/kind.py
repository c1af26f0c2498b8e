from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.cms.forms.questions import QuestionForm
from exams.types.base import Line, QuestionType, Reviewed
from exams.types.registry import register
from exams.types.true_false.models import TrueFalseQuestion

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from exams.models import Question


class TrueFalseForm(QuestionForm):
    is_true = forms.ChoiceField(
        label=gettext_lazy("题干的说法"),
        choices=[("true", gettext_lazy("正确")), ("false", gettext_lazy("错误"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择题干的说法是正确还是错误。")},
    )

    def _fill(self, question: Question) -> None:
        super()._fill(question)
        self.initial.setdefault("is_true", "true" if question.is_true else "false")  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        return {"is_true": self.cleaned_data["is_true"] == "true"}


@register
class TrueFalse(QuestionType):
    code = "true_false"
    model = TrueFalseQuestion
    form = TrueFalseForm
    order = 30
    letter = "P"
    seconds = 30
    is_statement = True

    @property
    def title(self) -> str:
        return _("判断题")

    def _words(self) -> dict[str, str]:
        return {"true": _("正确"), "false": _("错误")}

    def problems(self, question: Question) -> list[str]:
        return []

    def face(self, question: Question) -> list[str]:
        return list(self._words().values())

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        shown = [{"k": value, "t": word} for value, word in self._words().items()]
        return {"options": shown}, "true" if question.is_true else "false"  # type: ignore[attr-defined]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        return value in ("true", "false")

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(value == key), 1

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        return self._words().get(str(value), _("未作答"))

    def reviewed(self, entry: dict[str, Any], key: Any, value: Any) -> Reviewed:
        return Reviewed(tuple(Line(o["t"], o["k"] == key, o["k"] == value) for o in entry["options"]))

    def printed(self, entry: dict[str, Any]) -> list[str]:
        return [option["t"] for option in entry["options"]]

    def record_key(self, question: Question) -> bool:
        return bool(question.is_true)  # type: ignore[attr-defined]

    def content(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"is_true": record["key"]}

    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        return "false" if key == "true" else "true"

    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        return rng.choice(("true", "false"))
