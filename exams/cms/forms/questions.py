"""The shape of a question as a trainer enters it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import Clause, Edition
from exams.models import Question
from exams.services import QuestionDraft

MOST_OPTIONS = 8
MOST_BLANKS = 6


class QuestionForm(forms.Form):
    """What all types share. `kind` is fixed by the address, not by the form."""

    stem = forms.CharField(
        label=_("题干"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请填写题干。")},
    )
    edition = forms.ModelChoiceField(label=_("标准"), queryset=Edition.objects.none(), empty_label=None)
    main_clause = forms.CharField(
        label=_("主要依据条款"),
        max_length=60,
        help_text=_("输入条款编号，例如 5.2.3。组卷和成绩按这一条归章。"),
        widget=forms.TextInput(attrs={"list": "clause-numbers", "autocomplete": "off"}),
        error_messages={"required": _("请填写主要依据条款。")},
    )
    other_clauses = forms.CharField(
        label=_("其他依据条款"), max_length=300, required=False, help_text=_("可填多条，用顿号分开，例如 4.2.1、5.3。")
    )
    explanation = forms.CharField(
        label=_("解析"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    difficulty = forms.ChoiceField(
        label=_("难度"), choices=Question.Difficulty.choices, initial=Question.Difficulty.MEDIUM
    )
    state = forms.ChoiceField(
        label=_("状态"),
        choices=Question.State.choices,
        initial=Question.State.READY,
        help_text=_("只有“可用”的题会被抽到试卷里。"),
    )

    def __init__(self, *args: Any, kind: str, question: Question | None = None, **kwargs: Any) -> None:
        self.kind = kind
        self.question = question
        super().__init__(*args, **kwargs)
        editions = Edition.objects.filter(state__in=[Edition.State.IN_FORCE, Edition.State.UPCOMING])
        if question is not None:
            editions = editions | Edition.objects.filter(clauses__questions=question)
        self.fields["edition"].queryset = editions.distinct().order_by("state", "pk")  # type: ignore[attr-defined]
        if question is not None:
            self._fill(question)
        first = self.fields["edition"].queryset.first()  # type: ignore[attr-defined]
        self.initial.setdefault("edition", first.pk if first is not None else None)

    def _fill(self, question: Question) -> None:
        links = list(question.clause_links.select_related("clause").order_by("-is_main", "pk"))
        self.initial.setdefault("stem", question.stem)
        self.initial.setdefault("explanation", question.explanation)
        self.initial.setdefault("difficulty", question.difficulty)
        self.initial.setdefault("state", question.state)
        if links:
            self.initial.setdefault("edition", links[0].clause.edition_id)
            self.initial.setdefault("main_clause", links[0].clause.number)
            self.initial.setdefault("other_clauses", "、".join(link.clause.number for link in links[1:]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        edition = cleaned.get("edition")
        main = (cleaned.get("main_clause") or "").strip()
        if edition is None or not main:
            return cleaned
        others = [n for n in re.split(r"[、,，;；\s]+", cleaned.get("other_clauses") or "") if n]
        known = dict(Clause.objects.filter(edition=edition, number__in=[main, *others]).values_list("number", "pk"))
        if main not in known:
            self.add_error(
                "main_clause", _("“%(edition)s”里没有第 %(number)s 条。") % {"edition": edition, "number": main}
            )
        for number in others:
            if number not in known:
                self.add_error(
                    "other_clauses", _("“%(edition)s”里没有第 %(number)s 条。") % {"edition": edition, "number": number}
                )
        cleaned["clause_ids"] = [known[n] for n in [main, *others] if n in known]
        return cleaned

    def content(self) -> dict[str, Any]:
        """The fields of the type, from cleaned data."""
        raise NotImplementedError

    def draft(self) -> QuestionDraft:
        data = self.cleaned_data
        return QuestionDraft(
            kind=self.kind,
            stem=data["stem"],
            content=self.content(),
            clause_ids=data["clause_ids"],
            explanation=data["explanation"],
            difficulty=data["difficulty"],
            state=data["state"],
        )


class OptionsForm(QuestionForm):
    """Rows of option and tick; empty rows are left out. Single choice has one tick for all rows."""

    is_single = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = getattr(self.question, "options", None) or []
        for place in range(MOST_OPTIONS):
            option = stored[place] if place < len(stored) else {}
            self.fields[f"option_{place}"] = forms.CharField(
                label=_("选项 %(letter)s") % {"letter": "ABCDEFGH"[place]},
                max_length=300,
                required=False,
                initial=option.get("text", ""),
            )
            if not self.is_single:
                self.fields[f"correct_{place}"] = forms.BooleanField(
                    label=_("正确"), required=False, initial=bool(option.get("correct"))
                )
        if self.is_single:
            right = next((str(i) for i, o in enumerate(stored) if o.get("correct")), "")
            self.fields["correct"] = forms.ChoiceField(
                label=_("正确选项"),
                choices=[(str(i), "ABCDEFGH"[i]) for i in range(MOST_OPTIONS)],
                required=False,
                initial=right,
                widget=forms.RadioSelect,
            )
        self.shown_rows = max(4, len(stored), self._posted_rows())

    def _posted_rows(self) -> int:
        return max((i + 1 for i in range(MOST_OPTIONS) if self.data.get(f"option_{i}")), default=0)

    def rows(self) -> list[dict[str, Any]]:
        chosen = self["correct"].value() if self.is_single else None
        return [
            {
                "letter": "ABCDEFGH"[i],
                "text": self[f"option_{i}"],
                "correct": None if self.is_single else self[f"correct_{i}"],
                "is_right": chosen == str(i) if self.is_single else bool(self[f"correct_{i}"].value()),
                "place": i,
                "hidden": i >= self.shown_rows,
            }
            for i in range(MOST_OPTIONS)
        ]

    def content(self) -> dict[str, Any]:
        data = self.cleaned_data
        options = []
        for i in range(MOST_OPTIONS):
            text = data[f"option_{i}"].strip()
            if text:
                correct = data["correct"] == str(i) if self.is_single else data[f"correct_{i}"]
                options.append({"text": text, "correct": correct})
        return {"options": options}


class SingleChoiceForm(OptionsForm):
    is_single = True


class TrueFalseForm(QuestionForm):
    is_true = forms.ChoiceField(
        label=_("题干的说法"),
        choices=[("true", _("正确")), ("false", _("错误"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择题干的说法是正确还是错误。")},
    )

    def _fill(self, question: Question) -> None:
        super()._fill(question)
        self.initial.setdefault("is_true", "true" if question.is_true else "false")  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        return {"is_true": self.cleaned_data["is_true"] == "true"}


class FillBlankForm(QuestionForm):
    """One row for each blank; the accepted texts are separated by |."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = getattr(self.question, "blanks", None) or []
        self.shown_rows = max(2, len(stored), self._posted_rows())
        self.fields["stem"].help_text = _("用 ____（至少三个下划线）标出空的位置，例如：每____个工作日走访一次。")
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


FORMS: dict[str, type[QuestionForm]] = {
    "single_choice": SingleChoiceForm,
    "multiple_choice": OptionsForm,
    "true_false": TrueFalseForm,
    "fill_blank": FillBlankForm,
}
