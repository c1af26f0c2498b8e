from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.roster.columns import ColumnNames
from people.roster.options import Options
from people.roster.readers.registry import endings
from uploads.pages import FileForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from people.models import Organisation
    from uploads.models import Upload

NEW_UNITS_MOST = 200


class UploadForm(FileForm):
    unit = forms.ChoiceField(
        label=_("这是哪个单位的花名册"),
        help_text=_("只会改动这个单位及其下级的人员。"),
        error_messages={"required": _("请选择单位。"), "invalid_choice": _("请从列表中选择单位。")},
    )
    complete = forms.BooleanField(label=_("这是完整花名册，名单外人员按离岗处理"), required=False)
    cure_for_too_large = _("请只保留花名册，或按镇分成几个文件。")

    def __init__(self, request: HttpRequest, *, units: Sequence[Organisation]) -> None:
        super().__init__(request, endings=endings())
        self.fields["file"].label = _("花名册文件")
        self.fields["file"].help_text = _(
            "Excel（.xlsx、.xls）或 CSV，不超过 50 MB。按列名识别，列的顺序不限，多余的列不读取。"
        )
        least = min((unit.depth for unit in units), default=1)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101
        choice.choices = [(unit.code, "　" * (unit.depth - least) + unit.name) for unit in units]
        if len(units) == 1:
            choice.initial = units[0].code


class ConfirmForm(forms.Form):
    plan = forms.CharField(max_length=64, required=False)  # the digest of what was shown; the service refuses none
    create_units = forms.BooleanField(required=False)


class RecheckForm(forms.Form):
    """How the same file is to be read: which column is which, which sheet, who counts as having left."""

    complete = forms.BooleanField(label=_("这是完整花名册，名单外人员按离岗处理"), required=False)

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        self.names = ColumnNames()
        self.kept = Options.from_json(upload.options)
        super().__init__(*args, **kwargs)
        self.fields["complete"].initial = self.kept.complete
        summary = upload.summary
        self.headers: list[str] = summary.get("headers", [])
        self.new_unit_labels = list(
            dict.fromkeys(error["new_unit"] for error in upload.errors if error.get("new_unit"))
        )[:NEW_UNITS_MOST]
        used: dict[str, int] = summary.get("columns", {}) or self._known()
        if self.headers:
            choices = [("", _("没有这一列"))] + [
                (str(index), header) for index, header in enumerate(self.headers) if header
            ]
            for each, label in self.names.labels.items():
                self.fields[f"column_{each}"] = forms.ChoiceField(
                    label=label, choices=choices, required=False, initial=str(used.get(each, ""))
                )
        if sheets := summary.get("sheets", []):
            self.fields["sheet"] = forms.ChoiceField(
                label=_("读取哪张工作表"), choices=[(name, name) for name in sheets], widget=forms.RadioSelect
            )
        if self.new_unit_labels:
            self.fields["new_units"] = forms.MultipleChoiceField(
                label=_("这些单位和已有单位名称相近。确实是新单位的，请勾选"),
                choices=[(label, label) for label in self.new_unit_labels],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.used = used

    def _known(self) -> dict[str, int]:
        """What the names of the columns say, where no header was taken for sure."""
        known = ((self.names.field_of(header), index) for index, header in enumerate(self.headers) if header)
        return {str(found[0]): index for found, index in reversed([(f, i) for f, i in known if f])}

    @property
    def column_fields(self) -> Iterable[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def options(self) -> Options:
        """Only what differs from how the columns were found by themselves is remembered."""
        columns = dict(self.kept.columns)
        for each in map(str, self.names.labels):
            name = f"column_{each}"
            if name not in self.cleaned_data:
                continue
            chosen = int(self.cleaned_data[name]) if self.cleaned_data[name] else None
            if chosen != self.used.get(each):
                columns[each] = chosen
        return Options(
            complete=self.cleaned_data["complete"],
            sheet=self.cleaned_data.get("sheet") or self.kept.sheet,
            columns=columns,
            new_units=(*self.kept.new_units, *self.cleaned_data.get("new_units", ())),
        )
