"""The page 消息 and the number beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notices.channels import Channel, register

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from notices.models import Notice


class InApp(Channel):
    name = "in_app"
    queued = False

    def reaches(self, user: AbstractUser) -> bool:
        return True

    def deliver(self, notice: Notice) -> None:
        """It lies there already."""


register(InApp())
