from __future__ import annotations

from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from notices.channels import Channel, Undeliverable, register

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from notices.models import Notice

NO_MAIL = ("django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend")


class Email(Channel):
    name = "email"

    def is_open(self) -> bool:
        return settings.EMAIL_BACKEND not in NO_MAIL

    def reaches(self, user: AbstractUser) -> bool:
        return user.is_active and bool(user.email)

    def deliver(self, notice: Notice) -> None:
        address = notice.user.email
        if not self.reaches(notice.user):
            raise Undeliverable(_("账号已停用，或没有邮箱地址。"))
        lines = [notice.text]
        if notice.url:
            lines.append(f"{notice.action or _('查看')}：{settings.BASE_URL}{notice.url}")
        subject = _("%(site)s：您有一条新消息") % {"site": settings.WAGTAIL_SITE_NAME}
        try:
            EmailMessage(subject, "\n\n".join(lines), to=[address]).send()
        except SMTPRecipientsRefused as refusal:
            code, reason = next(iter(refusal.recipients.values()))
            if code < 500:
                raise
            raise Undeliverable(f"{code} {reason.decode(errors='replace')}") from refusal


register(Email())
