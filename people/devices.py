"""What a browser calls itself, in words that people know: 「安卓手机 · 微信」."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first that fits counts: each browser also names those that it resembles.
MACHINES = (
    ("iPad", gettext_lazy("苹果平板")),
    ("iPhone", gettext_lazy("苹果手机")),
    ("HarmonyOS", gettext_lazy("鸿蒙手机")),
    ("Android", gettext_lazy("安卓手机")),
    ("Windows", gettext_lazy("Windows 电脑")),
    ("Macintosh", gettext_lazy("苹果电脑")),
    ("Linux", gettext_lazy("Linux 电脑")),
)
PROGRAMS = (
    ("MicroMessenger", gettext_lazy("微信")),
    ("wxwork", gettext_lazy("企业微信")),
    ("DingTalk", gettext_lazy("钉钉")),
    ("HuaweiBrowser", gettext_lazy("华为浏览器")),
    ("MiuiBrowser", gettext_lazy("小米浏览器")),
    ("QQBrowser", gettext_lazy("QQ 浏览器")),
    ("UCBrowser", gettext_lazy("UC 浏览器")),
    ("Edg/", gettext_lazy("Edge 浏览器")),
    ("Firefox", gettext_lazy("火狐浏览器")),
    ("Chrome", gettext_lazy("谷歌浏览器")),
    ("Safari", gettext_lazy("苹果浏览器")),
)


def device_name(user_agent: str) -> str:
    machine = next((name for mark, name in MACHINES if mark in user_agent), _("其他设备"))
    program = next((name for mark, name in PROGRAMS if mark in user_agent), "")
    return f"{machine} · {program}" if program else str(machine)
