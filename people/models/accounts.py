from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """The account. `username` is the member number, or a name for accounts outside the roster."""

    class TextSize(models.TextChoices):
        STANDARD = "standard", _("标准")
        LARGE = "large", _("大")
        XLARGE = "xlarge", _("超大")

    class Theme(models.TextChoices):
        AUTO = "auto", _("跟随系统")
        LIGHT = "light", _("浅色")
        DARK = "dark", _("深色")
        CONTRAST = "contrast", _("高对比")

    must_change_password = models.BooleanField(_("须修改初始密码"), default=False)
    initial_password_until = models.DateTimeField(_("初始密码有效期至"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("首次登录核对时间"), null=True, blank=True)
    text_size = models.CharField(_("字号"), max_length=10, choices=TextSize, default=TextSize.STANDARD)
    theme = models.CharField(_("配色"), max_length=10, choices=Theme, default=Theme.AUTO)

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            # ys010006 and YS010006 sign in alike; the index behind it is how a sign-in finds the account.
            models.UniqueConstraint(
                Upper("username"),
                name="account_name_is_one_in_any_case",
                violation_error_message=_("这个账号已有人使用。"),
            ),
        ]

    def get_full_name(self) -> str:
        member = getattr(self, "member", None)
        return member.name if member is not None else (self.first_name or self.username)

    def get_short_name(self) -> str:
        return self.get_full_name()
