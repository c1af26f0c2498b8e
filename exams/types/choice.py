from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from exams.types.base import LABELS
from exams.types.registry import register

if TYPE_CHECKING:
    import random

    from exams.models import Question

NATURAL = re.compile(r"^[\d一二三四五六七八九十百]+|^(优秀|称职|基本称职|不称职|合格|不合格)$")


class Choice:
    """What single and multiple choice share. Options keep their written order where it has a meaning (numbers, grades)."""

    def _options(self, question: Question) -> list[dict[str, Any]]:
        return list(question.options)  # type: ignore[attr-defined]

    def _option_problems(self, question: Question) -> list[str]:
        options = self._options(question)
        found = []
        texts = [str(o.get("text", "")).strip() for o in options]
        if len(options) < 2:
            found.append(_("至少要有 2 个选项。现在只有 %(n)s 个。") % {"n": len(options)})
        if len(options) > len(LABELS):
            found.append(_("最多 %(most)s 个选项。") % {"most": len(LABELS)})
        if any(not text for text in texts):
            found.append(_("第 %(n)s 个选项是空的。请填写或删除。") % {"n": texts.index("") + 1})
        same = next((text for text in texts if text and texts.count(text) > 1), None)
        if same is not None:
            found.append(_("有两个选项相同：“%(text)s”。") % {"text": same})
        return found

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        options = self._options(question)
        order = list(range(len(options)))
        if not all(NATURAL.match(str(o["text"]).strip()) for o in options):
            rng.shuffle(order)
        shown = [{"k": LABELS[place], "t": options[i]["text"]} for place, i in enumerate(order)]
        right = [LABELS[place] for place, i in enumerate(order) if options[i].get("correct")]
        return {"options": shown}, self._key(right)

    def _key(self, right: list[str]) -> Any:
        return right

    @staticmethod
    def labels(entry: dict[str, Any]) -> set[str]:
        return {option["k"] for option in entry["options"]}


@register
class SingleChoice(Choice):
    code: ClassVar[str] = "single_choice"

    @property
    def title(self) -> str:
        return _("单选题")

    @property
    def heading(self) -> str:
        return _("单项选择题")

    def problems(self, question: Question) -> list[str]:
        found = self._option_problems(question)
        right = sum(bool(o.get("correct")) for o in self._options(question))
        if right != 1:
            found.append(_("单选题要有且只有 1 个正确选项。现在有 %(n)s 个。") % {"n": right})
        return found

    def _key(self, right: list[str]) -> Any:
        return right[0]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        return isinstance(value, str) and value in self.labels(entry)

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(value == key), 1

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        return next((f"{o['k']}. {o['t']}" for o in entry["options"] if o["k"] == value), _("未作答"))


@register
class MultipleChoice(Choice):
    """多选、少选、错选均不得分: all right ones and no other, or nothing. The rule is printed on the paper."""

    code: ClassVar[str] = "multiple_choice"

    @property
    def title(self) -> str:
        return _("多选题")

    @property
    def heading(self) -> str:
        return _("多项选择题")

    def problems(self, question: Question) -> list[str]:
        found = self._option_problems(question)
        right = sum(bool(o.get("correct")) for o in self._options(question))
        if right < 2:
            found.append(_("多选题至少要有 2 个正确选项。现在只有 %(n)s 个。") % {"n": right})
        return found

    def _key(self, right: list[str]) -> Any:
        return right

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        if not isinstance(value, list) or len(value) > len(LABELS):
            return False
        return (
            all(isinstance(v, str) for v in value)
            and len(set(value)) == len(value)
            and set(value) <= self.labels(entry)
        )

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(isinstance(value, list) and sorted(map(str, value)) == sorted(key)), 1

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        chosen = [f"{o['k']}. {o['t']}" for o in entry["options"] if isinstance(value, list) and o["k"] in value]
        return "；".join(chosen) or _("未作答")
