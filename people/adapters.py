from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.conf import settings
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from people.access import has_power

if TYPE_CHECKING:
    from django.http import HttpRequest

    from people.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the roster: nobody signs up, and no e-mail is sent."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("工号、手机号或密码不对，请检查后重试。"),
        "incorrect_password": _("密码不对，请重新输入。"),
        "enter_current_password": _("现在的密码不对，请重新输入。"),
        "too_many_login_attempts": _("输错次数较多，请 15 分钟后再试。"),
        "rate_limited": _("输错次数较多，请 15 分钟后再试。"),
        "incorrect_code": _("验证码不对或已过期，请输入手机上现在显示的 6 位数字。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only this host: the library would also follow links to any other name in ALLOWED_HOSTS."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Who is locked out by axes (account and address) doesn't use up the wider limits for account and for address:
        one address alone cannot lock anybody out everywhere."""
        from people.views import locked_out

        if not AxesProxyHandler.is_allowed(request, get_credentials(**credentials)):
            raise ImmediateHttpResponse(locked_out(request))
        super().pre_authenticate(request, **credentials)

    def set_password(self, user: User, password: str) -> None:
        """Every way in which people choose their own password ends here."""
        from people.services import password_choose

        password_choose(actor=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:me")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The roster has no addresses; what happens to an account stands in 消息 and in the audit trail."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对或已过期，请输入手机上现在显示的 6 位数字。"),
        "cannot_delete_authenticator": _("您的账号有管理权限，必须使用两步验证，不能关闭。换手机时请重新绑定。"),
        "cannot_generate_recovery_codes": _("请先开启两步验证，再生成备用码。"),
    }

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not (settings.REQUIRE_SECOND_FACTOR and has_power(authenticator.user))
