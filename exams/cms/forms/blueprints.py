"""The shape of a blueprint as a trainer enters it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import Edition
from exams.access import editions_to_examine
from exams.cms.forms.fields import hundredths, kind_choices, marks_field, number_field
from exams.papers import chapters_of
from exams.services import Row

if TYPE_CHECKING:
    from people.models import User


class BlueprintForm(forms.Form):
    title = forms.CharField(label=_("考试名称"), max_length=100, error_messages={"required": _("请填写考试名称。")})
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the exam's revision when the page was drawn
    edition = forms.ModelChoiceField(
        label=_("标准版本"),
        queryset=Edition.objects.none(),
        empty_label=None,
        help_text=_("按这个版本的条款抽题。"),
        error_messages={"required": _("请选择标准版本。还没有标准时，请先导入标准。")},
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = editions_to_examine(actor)
        self.fields["edition"].queryset = editions.order_by("state", "-effective_on", "pk")  # type: ignore[attr-defined]


def name_in_row(form: forms.Form) -> None:
    """In a table the heading is the label for the eye; a screen reader is told the row as well."""
    place = str(form.prefix).rsplit("-", 1)[-1]
    if place.isdigit():
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = _("第 %(n)s 行 %(label)s") % {"n": int(place) + 1, "label": field.label}


class RowForm(forms.Form):
    kind = forms.ChoiceField(label=_("题型"), choices=[], error_messages={"required": _("请选择题型。")})
    chapter = forms.ChoiceField(label=_("章"), choices=[], required=False)
    count = number_field(_("题数"), least=1, most=200, missing=_("请填写题数。"))
    marks_each = marks_field(_("每题分值"), missing=_("请填写每题分值。"))

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
