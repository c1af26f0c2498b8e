from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from exams.types.registry import register

if TYPE_CHECKING:
    import random

    from exams.models import Question


@register
class TrueFalse:
    code: ClassVar[str] = "true_false"

    @property
    def title(self) -> str:
        return _("判断题")

    @property
    def heading(self) -> str:
        return self.title

    def problems(self, question: Question) -> list[str]:
        return []

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        shown = [{"k": "true", "t": _("正确")}, {"k": "false", "t": _("错误")}]
        return {"options": shown}, "true" if question.is_true else "false"  # type: ignore[attr-defined]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        return value in ("true", "false")

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(value == key), 1

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        return {"true": _("正确"), "false": _("错误")}.get(str(value), _("未作答"))
