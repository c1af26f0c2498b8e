"""The shape of what trainers send; the services decide what it means."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import Clause

if TYPE_CHECKING:
    from content.models import Edition


class FromClausesForm(forms.Form):
    """The clauses are ticked in a tree that the template draws; whatever is refused keeps its ticks."""

    title = forms.CharField(
        label=_("课程名称"),
        max_length=100,
        error_messages={
            "required": _("请填写课程名称。"),
            "max_length": _("课程名称最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
        },
    )
    grouping = forms.ChoiceField(
        label=_("怎样分课"),
        choices=[("parent", _("同一上级的条款合成一课")), ("clause", _("一条一课"))],
        initial="parent",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎样分课。"), "invalid_choice": _("请选择怎样分课。")},
    )
    clauses = forms.ModelMultipleChoiceField(
        queryset=Clause.objects.none(),
        error_messages={
            "required": _("请至少勾选一条条款。"),
            "invalid_choice": _("有条款不属于这个版本，请刷新页面后重新勾选。"),
            "invalid_pk_value": _("有条款不属于这个版本，请刷新页面后重新勾选。"),
        },
    )
    key = forms.RegexField(
        r"^[0-9a-f]{32}$",
        widget=forms.HiddenInput,
        error_messages={"required": _("请刷新页面后重试。"), "invalid": _("请刷新页面后重试。")},
    )

    def __init__(self, data: Any, *, edition: Edition) -> None:
        super().__init__(data, initial={"key": secrets.token_hex(16)}, label_suffix="")
        field: Any = self.fields["clauses"]
        parts = (Clause.Kind.ITEM, Clause.Kind.PARAGRAPH)
        field.queryset = Clause.objects.filter(edition=edition).exclude(kind__in=parts).select_related("edition")

    @property
    def chosen(self) -> set[int]:
        values = self.data.getlist("clauses") if hasattr(self.data, "getlist") else []
        return {int(value) for value in values if value.isdecimal() and value.isascii()}
