from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as SecondFactorAgain
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.backends import login_name
from people.models import Feedback, RoleGrant, User

if TYPE_CHECKING:
    from django.forms import Field

PASSWORD_RULE = _("密码至少 8 个字，可以用一句好记的话，不能全是数字。")


def word(field: Field, label: Any, missing: Any, help_text: Any = "") -> None:
    """Our words on a library's field: a label above it, a sentence when it is empty, no placeholder."""
    field.label, field.help_text = label, help_text
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["login"], _("手机号或工号"), _("请填写手机号或工号。"))
        word(self.fields["password"], _("密码"), _("请填写密码。"))
        # Not inputmode=numeric: member numbers may hold letters, which such a keyboard doesn't have.
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")

    def clean_login(self) -> str:
        return login_name(self.cleaned_data["login"])

    def clean(self) -> Any:
        try:
            return super().clean()
        except ValidationError as refusal:
            failures = getattr(self.request, "axes_failures_since_start", None)
            if refusal.code != "username_password_mismatch" or failures is None:
                raise
            left = max(0, settings.AXES_FAILURE_LIMIT - failures)
            message = _("工号、手机号或密码不对，请检查后重试。还可以试 %(left)s 次。") % {"left": left}
            raise ValidationError({"login": message}) from refusal


class ChangePasswordForm(AllauthChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["oldpassword"], _("现在的密码"), _("请填写现在的密码。"))
        word(self.fields["password1"], _("新密码"), _("请填写新密码。"), PASSWORD_RULE)
        word(self.fields["password2"], _("再填一次新密码"), _("请再填一次新密码。"))


class FirstPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["password1"], _("新密码"), _("请填写新密码。"), PASSWORD_RULE)
        word(self.fields["password2"], _("再填一次新密码"), _("请再填一次新密码。"))

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if self.user is not None and self.user.check_password(password):
            raise ValidationError(_("新密码不能和初始密码一样，请换一个。"))
        return password


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["password"], _("密码"), _("请填写密码。"))


def _word_code(field: Field, help_text: Any = "") -> None:
    word(field, _("验证码"), _("请填写验证码。"), help_text)


class CodeForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self.fields["code"], _("手机验证器上现在显示的 6 位数字；手机不在身边时，填一个备用码。"))


class CodeAgainForm(SecondFactorAgain):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self.fields["code"], _("手机验证器上现在显示的 6 位数字；手机不在身边时，填一个备用码。"))


class ActivateForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self.fields["code"], _("扫码后，验证器上显示的 6 位数字。"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class TextSizeForm(forms.Form):
    text_size = forms.ChoiceField(
        label=_("字号"), choices=User.TextSize, error_messages={"required": _("请选一种字号。")}
    )


class LinesField(forms.CharField):
    """Counts a line's end as one character, as the browser does that limits the box."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class FeedbackForm(forms.Form):
    text = LinesField(
        label=_("您的投诉或建议"),
        max_length=Feedback._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("请写下您的投诉或建议。"),
            "max_length": _("最多写 %(limit_value)d 个字，现在有 %(show_value)d 个字。"),
        },
    )
    contact = forms.CharField(
        label=_("联系方式（选填）"),
        help_text=_("手机号或邮箱。不登录也能提交；不留联系方式就收不到答复。"),
        max_length=80,
        required=False,
        error_messages={"max_length": _("联系方式最多 %(limit_value)d 个字。")},
        validators=[RegexValidator(r"(?:\d[\s-]*){7,}|.@.", _("请填手机号或邮箱；不需要答复可以不填。"))],
    )
    page = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)


class HandOnForm(forms.Form):
    handler = forms.CharField(label=_("转给谁"), error_messages={"required": _("请选择转给谁。")})
    note = forms.CharField(
        label=_("转办意见"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明转办意见。"), "max_length": _("转办意见最多 %(limit_value)d 个字。")},
    )


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label=_("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写下答复。"), "max_length": _("答复最多 %(limit_value)d 个字。")},
    )


class LeaveForm(forms.Form):
    on = forms.DateField(
        label=_("离岗日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
        error_messages={"required": _("请填写离岗日期。"), "invalid": _("日期的写法不对，请写成 2026-11-23 这样。")},
    )


ROLE = forms.ChoiceField(
    label=_("角色"),
    choices=RoleGrant.Role,
    widget=forms.RadioSelect,
    error_messages={"required": _("请选择角色。"), "invalid_choice": _("没有这个角色，请重新选择。")},
)


class GrantForm(forms.Form):
    account = forms.CharField(
        label=_("工号、账号或手机号"), max_length=150, error_messages={"required": _("请填写授权给谁。")}
    )
    role = ROLE


class StaffForm(forms.Form):
    username = forms.CharField(
        label=_("账号"),
        help_text=_("登录用，3–32 个字，只用英文字母、数字和 . - _"),
        max_length=32,
        error_messages={"required": _("请填写账号。"), "max_length": _("账号最多 %(limit_value)d 个字。")},
    )
    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        error_messages={"required": _("请填写姓名。"), "max_length": _("姓名最多 %(limit_value)d 个字。")},
    )
    role = ROLE
