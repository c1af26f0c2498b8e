"""The shape of a question as a trainer enters it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models import Clause, Edition
from exams.models import Question
from exams.services import QuestionDraft

if TYPE_CHECKING:
    from django.db.models import QuerySet


class QuestionForm(forms.Form):
    """What all types share; each type adds its own fields and their `content`. `kind` is fixed by the address."""

    stem = forms.CharField(
        label=_("题干"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请填写题干。")},
    )
    edition = forms.ModelChoiceField(
        label=_("标准"),
        queryset=Edition.objects.none(),
        empty_label=None,
        error_messages={"required": _("请选择标准。还没有标准时，请先导入标准。")},
    )
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
        label=_("难度"),
        choices=Question.Difficulty.choices,
        initial=Question.Difficulty.MEDIUM,
        error_messages={"required": _("请选择难度。")},
    )
    state = forms.ChoiceField(
        label=_("状态"),
        choices=Question.State.choices,
        initial=Question.State.READY,
        help_text=_("只有“可用”的题会被抽到试卷里。"),
        error_messages={"required": _("请选择状态。")},
    )

    def __init__(
        self, *args: Any, kind: str, editions: QuerySet[Edition], question: Question | None = None, **kwargs: Any
    ) -> None:
        """`editions`: those that the person's questions may rest on, besides those of the question."""
        self.kind = kind
        self.question = question
        super().__init__(*args, **kwargs)
        usable = Q(pk__in=editions.filter(state__in=[Edition.State.IN_FORCE, Edition.State.UPCOMING]).values("pk"))
        if question is not None:
            usable |= Q(pk__in=question.clause_links.values("clause__edition"))
        self.fields["edition"].queryset = Edition.objects.filter(usable).order_by("state", "pk")  # type: ignore[attr-defined]
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
