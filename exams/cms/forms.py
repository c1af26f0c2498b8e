"""The shape of what a trainer enters. Meaning is checked by the services."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from content.models import Clause, Edition
from courses.models import CoursePage
from exams.models import Blueprint, Question, Sitting, marks_text
from exams.papers import chapters_of
from exams.services import QuestionDraft, Row, SittingPlan
from exams.types import SECTION_ORDER, type_for
from people.access import Role, organisations_visible_to
from people.models import Organisation, Post

if TYPE_CHECKING:
    from people.models import User

MOST_OPTIONS = 8
MOST_BLANKS = 6


def marks_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=Decimal("0.01"), max_value=1000, decimal_places=2, **kwargs)


def hundredths(marks: Decimal) -> int:
    return int(marks * 100)


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


# --- blueprints -------------------------------------------------------------------------------------------------------


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, type_for(kind).title) for kind in SECTION_ORDER]


class BlueprintForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=100, error_messages={"required": _("请填写蓝图名称。")})
    edition = forms.ModelChoiceField(
        label=_("标准版本"), queryset=Edition.objects.none(), empty_label=None, help_text=_("按这个版本的条款抽题。")
    )

    def __init__(self, *args: Any, blueprint: Blueprint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = Edition.objects.exclude(state=Edition.State.DRAFT)
        self.fields["edition"].queryset = editions.order_by("state", "-effective_on", "pk")  # type: ignore[attr-defined]


def name_in_row(form: forms.Form) -> None:
    """In a table the heading is the label for the eye; a screen reader is told the row as well."""
    place = str(form.prefix).rsplit("-", 1)[-1]
    if place.isdigit():
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = _("第 %(n)s 行 %(label)s") % {"n": int(place) + 1, "label": field.label}


class RowForm(forms.Form):
    kind = forms.ChoiceField(label=_("题型"), choices=[])
    chapter = forms.ChoiceField(label=_("章"), choices=[], required=False)
    count = forms.IntegerField(
        label=_("题数"), min_value=1, max_value=200, error_messages={"required": _("请填写题数。")}
    )
    marks_each = marks_field(_("每题分值"), error_messages={"required": _("请填写每题分值。")})

    def __init__(self, *args: Any, edition: Edition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kind_choices()
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0]  # what a list stands at by itself: a spare row is sent with it
        chapters = chapters_of(edition.pk).values() if edition is not None else []
        self.fields["chapter"].choices = [("", _("全部章节"))] + [  # type: ignore[attr-defined]
            (c.label, f"{c} {c.title}".strip()) for c in chapters
        ]
        for name in ("count", "marks_each"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        name_in_row(self)

    @property
    def is_spare(self) -> bool:
        return not self.initial and not (self.is_bound and self.has_changed())

    def row(self) -> Row:
        data = self.cleaned_data
        return Row(data["kind"], data["chapter"], data["count"], hundredths(data["marks_each"]))


class BaseRows(forms.BaseFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name_in_row(form)

    def rows(self) -> list[Row]:
        return [f.row() for f in self.forms if f.has_changed() and not f.cleaned_data.get("DELETE")]


RowFormSet = forms.formset_factory(RowForm, formset=BaseRows, extra=3, can_delete=True, max_num=60)


# --- sittings ---------------------------------------------------------------------------------------------------------

INDENT = {"city": "", "town": "　", "village": "　　"}


class SittingForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=100, error_messages={"required": _("请填写场次名称。")})
    blueprint = forms.ModelChoiceField(
        label=_("组卷蓝图"),
        queryset=Blueprint.objects.none(),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择组卷蓝图。")},
    )
    organisation = forms.ModelChoiceField(
        label=_("参加单位"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("这个单位和下属单位的在岗人员可以参加。"),
        error_messages={"required": _("请选择参加单位。")},
    )
    posts = forms.ModelMultipleChoiceField(
        label=_("参加岗位"),
        queryset=Post.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选为全部岗位。"),
    )
    opens_at = forms.DateTimeField(label=_("开始时间"), widget=AdminDateTimeInput)
    closes_at = forms.DateTimeField(
        label=_("结束时间"), widget=AdminDateTimeInput, help_text=_("到时自动交卷；有便利延长的人相应顺延。")
    )
    duration_minutes = forms.IntegerField(label=_("考试时长（分钟）"), min_value=1, max_value=600, initial=60)
    pass_mark = marks_field(_("合格线（分）"), initial=80)
    max_attempts = forms.IntegerField(
        label=_("每人次数"), min_value=1, max_value=50, required=False, initial=2, help_text=_("空着为不限次数。")
    )
    form_count = forms.IntegerField(
        label=_("试卷套数"), min_value=1, max_value=10, initial=2, help_text=_("相邻考生拿到不同的卷。")
    )
    release = forms.ChoiceField(
        label=_("成绩公布"), choices=Sitting.Release.choices, initial=Sitting.Release.RESULT_ONLY
    )
    course_slug = forms.ChoiceField(label=_("须先学完的课程"), choices=[], required=False)

    def __init__(self, *args: Any, actor: User, sitting: Sitting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["blueprint"].queryset = Blueprint.objects.order_by("-pk")  # type: ignore[attr-defined]
        organisations = organisations_visible_to(actor, Role.TRAINER).filter(kind__in=INDENT).order_by("path")
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["organisation"].label_from_instance = lambda o: f"{INDENT[o.kind]}{o.name}"  # type: ignore[attr-defined]
        self.fields["posts"].queryset = Post.objects.all()  # type: ignore[attr-defined]
        courses = CoursePage.objects.live().order_by("path").values_list("slug", "title")
        self.fields["course_slug"].choices = [("", _("没有要求")), *courses]  # type: ignore[attr-defined]
        if sitting is not None:
            self._fill(sitting)

    def _fill(self, sitting: Sitting) -> None:
        for name in ("title", "blueprint", "organisation", "opens_at", "closes_at", "duration_minutes"):
            self.initial.setdefault(name, getattr(sitting, name))
        for name in ("max_attempts", "form_count", "release", "course_slug"):
            self.initial.setdefault(name, getattr(sitting, name))
        self.initial.setdefault("pass_mark", marks_text(sitting.pass_mark))
        self.initial.setdefault("posts", [post.pk for post in sitting.posts.all()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("结束时间要晚于开始时间。"))
        return cleaned

    def plan(self) -> SittingPlan:
        data = dict(self.cleaned_data)
        data["pass_mark"] = hundredths(data["pass_mark"])
        data["posts"] = list(data["posts"])
        return SittingPlan(**data)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=100,
        help_text=_("会记入操作记录。"),
        error_messages={"required": _("请填写原因。")},
    )


class ExtendForm(ReasonForm):
    minutes = forms.IntegerField(
        label=_("延长（分钟）"),
        min_value=1,
        max_value=240,
        initial=10,
        error_messages={"required": _("请填写延长的分钟数。")},
    )

    field_order = ["minutes", "reason"]


class ExtraTimeForm(forms.Form):
    number = forms.CharField(label=_("工号"), max_length=32, error_messages={"required": _("请填写工号。")})
    percent = forms.TypedChoiceField(
        label=_("延长"), choices=[(25, "25%"), (50, "50%"), (100, "100%")], coerce=int, initial=50
    )
    reason = forms.ChoiceField(
        label=_("事由类别"),
        choices=[
            ("视力", _("视力")),
            ("听力", _("听力")),
            ("肢体", _("肢体")),
            ("读写", _("读写")),
            ("年龄", _("年龄")),
            ("其他", _("其他")),
        ],
        help_text=_("只记类别，不记病情。"),
    )
