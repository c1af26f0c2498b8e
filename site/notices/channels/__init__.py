"""Ways to a person. Each is one module here, or a module notice_channels.py of any app; both are found by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from notices.models import Notice


class Undeliverable(Exception):
    """Raised by `deliver` where trying again would not help; carries the reason."""


class Channel:
    name: str
    queued = True  # False: the notice's row is all it needs

    def is_open(self) -> bool:
        """Whether the installation has what the channel needs."""
        return True

    def reaches(self, user: AbstractUser) -> bool:
        raise NotImplementedError

    def deliver(self, notice: Notice) -> None:
        """Send it, in the language that is active. Any exception but Undeliverable means: try again later."""
        raise NotImplementedError


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    if type(_channels.setdefault(channel.name, channel)) is not type(channel):
        raise ValueError(f"Two channels named {channel.name}")


def channel_named(name: str) -> Channel | None:
    return _channels.get(name)


def queued_channels() -> list[Channel]:
    return [channel for channel in _channels.values() if channel.queued and channel.is_open()]
