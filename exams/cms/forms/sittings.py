"""The shape of what a trainer enters about a sitting and its attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.cms.widgets import TypedDateTime
from courses.access import courses_visible_to
from courses.models import CoursePage
from exams.access import exams_seen_by
from exams.cms.forms.fields import hundredths, marks_field, number_field
from exams.models import Exam, Sitting, marks_text
from exams.services import SittingPlan
from people.access import Role, organisations_visible_to
from people.models import Organisation, Post

if TYPE_CHECKING:
    from people.models import User

WRONG_TIME = _("时间的写法不对，请写成 2026-11-23 08:30 这样。")
INDENT = {"city": "", "town": "　", "village": "　　"}


class PlanForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=100, error_messages={"required": _("请填写场次名称。")})
    exam = forms.ModelChoiceField(
        label=_("考试（组卷蓝图）"),
        queryset=Exam.objects.none(),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择考试。")},
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
    opens_at = forms.DateTimeField(
        label=_("开始时间"),
        widget=TypedDateTime,
        error_messages={"required": _("请填写开始时间。"), "invalid": WRONG_TIME},
    )
    closes_at = forms.DateTimeField(
        label=_("结束时间"),
        widget=TypedDateTime,
        help_text=_("到时自动交卷；有便利延长的人相应顺延。"),
        error_messages={"required": _("请填写结束时间。"), "invalid": WRONG_TIME},
    )
    duration_minutes = number_field(_("考试时长（分钟）"), least=1, most=600, initial=60, missing=_("请填写考试时长。"))
    pass_mark = marks_field(_("合格线（分）"), initial=80, missing=_("请填写合格线。"))
    max_attempts = number_field(
        _("每人次数"), least=1, most=50, required=False, initial=2, help_text=_("空着为不限次数。")
    )
    form_count = number_field(
        _("试卷套数"),
        least=1,
        most=10,
        initial=2,
        help_text=_("相邻考生拿到不同的卷。"),
        missing=_("请填写试卷套数。"),
    )
    release = forms.ChoiceField(
        label=_("成绩公布"),
        choices=Sitting.Release.choices,
        initial=Sitting.Release.RESULT_ONLY,
        error_messages={"required": _("请选择怎样公布成绩。")},
    )
    course = forms.ModelChoiceField(
        label=_("须先学完的课程"), queryset=CoursePage.objects.none(), required=False, empty_label=_("没有要求")
    )

    def __init__(self, *args: Any, actor: User, sitting: Sitting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exam"].queryset = exams_seen_by(actor).order_by("-pk")  # type: ignore[attr-defined]
        organisations = organisations_visible_to(actor, Role.TRAINER).filter(level_id__in=list(INDENT)).order_by("path")
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["organisation"].label_from_instance = lambda o: f"{INDENT[o.level_id]}{o.name}"  # type: ignore[attr-defined]
        self.fields["posts"].queryset = Post.objects.all()  # type: ignore[attr-defined]
        self.fields["course"].queryset = courses_visible_to(actor).order_by("path")  # type: ignore[attr-defined]
        if sitting is not None:
            self._fill(sitting)

    def _fill(self, sitting: Sitting) -> None:
        for name in ("title", "exam", "organisation", "opens_at", "closes_at", "duration_minutes"):
            self.initial.setdefault(name, getattr(sitting, name))
        for name in ("max_attempts", "form_count", "release", "course"):
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
    minutes = number_field(_("延长（分钟）"), least=1, most=240, initial=10, missing=_("请填写延长的分钟数。"))

    field_order = ["minutes", "reason"]


class ExtraTimeForm(forms.Form):
    number = forms.CharField(label=_("工号"), max_length=32, error_messages={"required": _("请填写工号。")})
    percent = forms.TypedChoiceField(
        label=_("延长"),
        choices=[(25, "25%"), (50, "50%"), (100, "100%")],
        coerce=int,
        initial=50,
        error_messages={"required": _("请选择延长多少。")},
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
        error_messages={"required": _("请选择事由类别。")},
    )
