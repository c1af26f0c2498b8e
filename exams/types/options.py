"""What types share whose question offers options: the order in which they are shown, what is wrong with them, their form."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.cms.forms.questions import QuestionForm
from exams.types.base import LABELS, Line, QuestionType, Reviewed

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from exams.models import Question

# An option that speaks of its neighbours: 以上都是, 上述说法均不正确, A和B都对, 选项A、C, 前两项都对, 其余各项均可, 都不对, 没有正确选项, ABD.
# Not: A角和B角轮换, 以上级通知为准, 前三天都要在场, 都不对外公布.
OF_THE_OTHERS = re.compile(
    r"(以上|上述|前述|前面)(各项|几项|[两三四五]项|选项|说法|做法|答案|内容|情形)?(都|全|均|皆|没有|无)"
    r"|(前|后|其他|其余|其它|另外)?([两三四五几各2345][项者个种条]|二者|选项)(说法|做法|答案|选项|情形|内容)?(都|全|均|皆)"
    r"|(其余|其他|其它|另外)(的)?(说法|做法|答案|选项)?(都|全|均|皆)"
    r"|^(全部|全|都|均|皆)(不|没有?)?(是|对|正确|错误|错|可以|可|选)[。.]?$"
    r"|(没有|无)(一项|一个|任何)?(正确|合适|符合)(的)?(答案|选项|说法|做法|项)"
    r"|^([A-H]\s*[、,和与及]?\s*){2,8}[。.]?$"
    r"|(?<![A-Za-z])[A-H]\s*(、|,|和|与|及|或)\s*[A-H](?![A-Za-z角级类型座区组])"
    r"|(?<![A-Za-z])[A-H]{2,4}(都|均|全)",
    re.IGNORECASE,
)
# 正确答案为A, 故选 B, C项错误, 选项D. Not: A级风险, 选A角.
NAMES_A_LETTER = re.compile(
    r"(答案|应选|故选|选项|选择)\s*(是|为|:)?\s*[A-H](?![A-Za-z角级类型座区组])"
    r"|(?<![A-Za-z])[A-H]\s*(项|选项|是|为)?\s*(正确|错误|不正确|不对|对|错)(?!齐|面)",
    re.IGNORECASE,
)


def speaks_of_others(text: str) -> bool:
    return OF_THE_OTHERS.search(unicodedata.normalize("NFKC", text).strip()) is not None


def names_a_letter(text: str) -> bool:
    return NAMES_A_LETTER.search(unicodedata.normalize("NFKC", text)) is not None


def is_pinned(option: Mapping[str, Any]) -> bool:
    """Stays in its place. What the author has not decided is decided by what the option says."""
    pinned = option.get("pinned")
    return speaks_of_others(str(option.get("text", ""))) if pinned is None else bool(pinned)


def shown_order(options: Sequence[Mapping[str, Any]], rng: random.Random) -> list[int]:
    """Which option stands at which place: pinned ones where they were written, the others drawn."""
    free = [place for place, option in enumerate(options) if not is_pinned(option)]
    drawn = list(free)
    rng.shuffle(drawn)
    order = list(range(len(options)))
    for place, taken in zip(free, drawn, strict=True):
        order[place] = taken
    return order


class Options(QuestionType):
    """Of a model with `options`: [{"text": str, "correct": bool, "pinned": bool}]."""

    @property
    def editor_template(self) -> str:
        return "exams/cms/_options.html"

    def _options(self, question: Question) -> list[dict[str, Any]]:
        return list(question.options)  # type: ignore[attr-defined]

    def problems(self, question: Question) -> list[str]:
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

    def advice(self, question: Question) -> list[str]:
        options = self._options(question)
        found = []
        right = [len(o["text"]) for o in options if o.get("correct")]
        wrong = [len(o["text"]) for o in options if not o.get("correct")]
        if right and wrong and min(right) > 1.6 * max(wrong) and min(right) - max(wrong) > 6:
            found.append(_("正确选项明显比其他选项长，容易被猜中。"))
        for option in options:
            if not speaks_of_others(option["text"]):
                continue
            if is_pinned(option):
                text = _("选项“%(text)s”说的是别的选项，已固定在原处。写明具体内容更好。")
            else:
                text = _("选项“%(text)s”说的是别的选项，换序后会读不通。请勾选“固定”，或写明具体内容。")
            found.append(text % {"text": option["text"]})
        if names_a_letter(question.explanation):
            found.append(_("解析里提到选项的字母，而考生看到的顺序会打乱。请写出选项的内容。"))
        return found

    def face(self, question: Question) -> list[str]:
        return [str(option.get("text", "")) for option in self._options(question)]

    def entry(self, question: Question, rng: random.Random) -> tuple[dict[str, Any], Any]:
        options = self._options(question)
        order = shown_order(options, rng)
        shown = [{"k": LABELS[place], "t": options[i]["text"]} for place, i in enumerate(order)]
        right = [LABELS[place] for place, i in enumerate(order) if options[i].get("correct")]
        return {"options": shown}, self.key_of(right)

    def key_of(self, right: list[str]) -> Any:
        return right

    @staticmethod
    def labels(entry: dict[str, Any]) -> list[str]:
        return [option["k"] for option in entry["options"]]

    def chosen(self, value: Any) -> frozenset[str]:
        """The labels in an answer or a key, whatever a browser sent."""
        if isinstance(value, str):
            return frozenset({value})
        return frozenset(v for v in value if isinstance(v, str)) if isinstance(value, list) else frozenset()

    def in_words(self, entry: dict[str, Any], value: Any) -> str:
        chosen = self.chosen(value)
        return "；".join(f"{o['k']}. {o['t']}" for o in entry["options"] if o["k"] in chosen) or _("未作答")

    def reviewed(self, entry: dict[str, Any], key: Any, value: Any) -> Reviewed:
        right, own = self.chosen(key), self.chosen(value)
        texts = self.printed(entry)
        return Reviewed(
            tuple(
                Line(text, label in right, label in own) for label, text in zip(self.labels(entry), texts, strict=True)
            )
        )

    def printed(self, entry: dict[str, Any]) -> list[str]:
        return [f"{option['k']}. {option['t']}" for option in entry["options"]]

    def record_options(self, question: Question) -> list[dict[str, Any]]:
        return [
            {
                "label": label,
                "text": option["text"],
                "correct": bool(option.get("correct")),
                "pinned": is_pinned(option),
            }
            for label, option in zip(LABELS, self._options(question), strict=False)
        ]

    def record_key(self, question: Question) -> list[str]:
        return [option["label"] for option in self.record_options(question) if option["correct"]]

    def content(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "options": [
                {"text": option["text"], "correct": bool(option.get("correct")), "pinned": is_pinned(option)}
                for option in record["options"]
            ]
        }


class OptionsForm(QuestionForm):
    """Rows of option, tick and pin; empty rows are left out. Single choice has one tick for all rows."""

    is_single = False
    ask: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self._stored()
        for place, letter in enumerate(LABELS):
            option = stored[place] if place < len(stored) else {}
            self.fields[f"option_{place}"] = forms.CharField(
                label=_("选项 %(letter)s") % {"letter": letter},
                max_length=300,
                required=False,
                initial=option.get("text", ""),
            )
            self.fields[f"pinned_{place}"] = forms.BooleanField(
                label=gettext_lazy("固定"), required=False, initial=is_pinned(option)
            )
            if not self.is_single:
                self.fields[f"correct_{place}"] = forms.BooleanField(
                    label=_("正确"), required=False, initial=bool(option.get("correct"))
                )
        if self.is_single:
            right = next((str(i) for i, o in enumerate(stored) if o.get("correct")), "")
            self.fields["correct"] = forms.ChoiceField(
                label=_("正确选项"),
                choices=[(str(i), letter) for i, letter in enumerate(LABELS)],
                required=False,
                initial=right,
                widget=forms.RadioSelect,
            )
        self.shown_rows = max(4, len(stored), self._posted_rows())

    def _stored(self) -> list[dict[str, Any]]:
        return getattr(self.question, "options", None) or []

    def _posted_rows(self) -> int:
        return max((i + 1 for i in range(len(LABELS)) if self.data.get(f"option_{i}")), default=0)

    def rows(self) -> list[dict[str, Any]]:
        chosen = self["correct"].value() if self.is_single else None
        return [
            {
                "letter": letter,
                "text": self[f"option_{i}"],
                "pinned": self[f"pinned_{i}"],
                "correct": None if self.is_single else self[f"correct_{i}"],
                "is_right": chosen == str(i) if self.is_single else bool(self[f"correct_{i}"].value()),
                "place": i,
                "hidden": i >= self.shown_rows,
            }
            for i, letter in enumerate(LABELS)
        ]

    def content(self) -> dict[str, Any]:
        data = self.cleaned_data
        known = {option.get("text") for option in self._stored()}
        options = []
        for i in range(len(LABELS)):
            text = data[f"option_{i}"].strip()
            if text:
                correct = data["correct"] == str(i) if self.is_single else data[f"correct_{i}"]
                # 以上都是 is pinned when it is first written; who takes the tick away afterwards means it.
                pinned = data[f"pinned_{i}"] or (text not in known and speaks_of_others(text))
                options.append({"text": text, "correct": correct, "pinned": pinned})
        return {"options": options}
