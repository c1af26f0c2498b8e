from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.numbers import check_digits_fit, doubtful_groups, normalise


class VerifyForm(forms.Form):
    number = forms.CharField(
        label=_("证书编号"),
        max_length=60,
        error_messages={"required": _("请输入证书编号。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    name = forms.CharField(label=_("持证人姓名"), max_length=60, error_messages={"required": _("请输入持证人姓名。")})

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        number = normalise(typed)
        if number is None:
            raise forms.ValidationError(
                _("编号的样子不对。应为“字母-6位-4位-7位-2位”，例如 GY-990000-2026-0000123-84。")
            )
        if not check_digits_fit(number):
            groups = doubtful_groups(number)
            if groups:
                places = "、".join(map(str, groups))
                raise forms.ValidationError(_("编号可能输错了一位，请核对第 %(groups)s 组。") % {"groups": places})
            raise forms.ValidationError(_("编号可能输错了，请逐组核对。"))
        return number


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("撤销原因"),
        help_text=_("持证人会看到这个原因。撤销后不能恢复，须重新完成认证方案要求的考试等，才能再发证。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("请填写撤销原因。"),
            "max_length": _("撤销原因最多 %(limit_value)d 个字，现在有 %(show_value)d 个字。"),
        },
    )
