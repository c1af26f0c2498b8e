from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.types.base import LABELS
from exams.types.multiple_choice.models import MultipleChoiceQuestion
from exams.types.options import Options, OptionsForm
from exams.types.registry import register

if TYPE_CHECKING:
    import random

    from exams.models import Question


class MultipleChoiceForm(OptionsForm):
    ask = gettext_lazy("选项（勾出所有正确的，至少 2 个）")


@register
class MultipleChoice(Options):
    """All right ones and no other, or nothing. The rule is printed on the paper."""

    code = "multiple_choice"
    model = MultipleChoiceQuestion
    form = MultipleChoiceForm
    order = 20
    letter = "X"
    seconds = 75

    @property
    def title(self) -> str:
        return _("多选题")

    @property
    def heading(self) -> str:
        return _("多项选择题")

    @property
    def note(self) -> str:
        return _("多选、少选、错选均不得分")

    def room_words(self) -> dict[str, str]:
        return {"choose_all": _("选出所有正确答案")}

    def problems(self, question: Question) -> list[str]:
        found = super().problems(question)
        right = sum(bool(o.get("correct")) for o in self._options(question))
        if right < 2:
            found.append(_("多选题至少要有 2 个正确选项。现在只有 %(n)s 个。") % {"n": right})
        return found

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        if not isinstance(value, list) or len(value) > len(LABELS):
            return False
        return (
            all(isinstance(v, str) for v in value)
            and len(set(value)) == len(value)
            and set(value) <= set(self.labels(entry))
        )

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(isinstance(value, list) and sorted(map(str, value)) == sorted(key)), 1

    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        """One too few, or one too many."""
        chosen = sorted(key)
        others = [label for label in self.labels(entry) if label not in key]
        if not others or (len(chosen) > 2 and rng.random() < 0.6):
            chosen.remove(rng.choice(chosen))
            return chosen
        return sorted({*chosen, rng.choice(others)})

    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        labels = self.labels(entry)
        return sorted(rng.sample(labels, rng.randint(1, len(labels))))
