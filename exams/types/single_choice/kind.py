from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.types.options import Options, OptionsForm
from exams.types.registry import register
from exams.types.single_choice.models import SingleChoiceQuestion

if TYPE_CHECKING:
    import random

    from exams.models import Question


class SingleChoiceForm(OptionsForm):
    is_single = True
    ask = gettext_lazy("选项（选一个正确的）")


@register
class SingleChoice(Options):
    code = "single_choice"
    model = SingleChoiceQuestion
    form = SingleChoiceForm
    order = 10
    letter = "D"
    seconds = 45

    @property
    def title(self) -> str:
        return _("单选题")

    @property
    def heading(self) -> str:
        return _("单项选择题")

    def problems(self, question: Question) -> list[str]:
        found = super().problems(question)
        right = sum(bool(o.get("correct")) for o in self._options(question))
        if right != 1:
            found.append(_("单选题要有且只有 1 个正确选项。现在有 %(n)s 个。") % {"n": right})
        return found

    def key_of(self, right: list[str]) -> str:
        return right[0]

    def accepts(self, entry: dict[str, Any], value: Any) -> bool:
        return isinstance(value, str) and value in self.labels(entry)

    def share(self, key: Any, value: Any) -> tuple[int, int]:
        return int(value == key), 1

    def wrong_answer(self, entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
        return rng.choice([label for label in self.labels(entry) if label != key])

    def some_answer(self, entry: dict[str, Any], rng: random.Random) -> Any:
        return rng.choice(self.labels(entry))
