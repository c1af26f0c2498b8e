from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable


class Notice(models.Model):
    """One line in 消息. It keeps what happened, and is put into words for whoever reads it.

    `key` names the event, so that an event that is repeated tells the person once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(_("类别"), max_length=60)  # a name in notices.kinds
    key = models.CharField(max_length=120)
    parameters = models.JSONField(default=dict, blank=True)
    target = models.CharField(max_length=300, blank=True, default="")  # where the kind computes no link
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_users_newest"),
            models.Index(fields=["user", "-created_at"], condition=Q(read_at=None), name="notice_users_unread"),
        ]

    collected: kinds.Parameters | None = None  # the parameters with what the kind reads for them

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """In the language that is active."""
        if not kinds.known(self.kind):  # of an app that is not installed any more
            return gettext("这条消息的内容已无法显示。")
        kind = kinds.kind_named(self.kind)
        if self.collected is None:
            collect([self])
        parameters = self.collected or {}
        return str(kind.text) % (kind.words(parameters) if kind.words else parameters)

    @property
    def action(self) -> str:
        return str(kinds.kind_named(self.kind).action) if kinds.known(self.kind) else ""

    @property
    def url(self) -> str:
        link = kinds.kind_named(self.kind).link if kinds.known(self.kind) else None
        return link(self.parameters) if link else self.target


def collect(notices: Iterable[Notice]) -> None:
    """Reads what the texts need, once for each kind however many notices there are."""
    by_kind: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_kind[notice.kind].append(notice)
    for name, alike in by_kind.items():
        reads = kinds.kind_named(name).collect if kinds.known(name) else None
        stored: list[kinds.Parameters] = [notice.parameters for notice in alike]
        for notice, parameters in zip(alike, reads(stored) if reads else stored, strict=True):
            notice.collected = parameters


class Delivery(models.Model):
    """A notice on its way through a channel that leaves the house. The page 消息 needs none: it reads the notices themselves."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        GIVEN_UP = "given_up", _("未能发送")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(_("渠道"), max_length=40)  # a name in notices.channels
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    due_at = models.DateTimeField()  # not before; of one that is being sent: when it should have ended
    error = models.CharField(_("原因"), max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("消息发送")
        verbose_name_plural = _("消息发送")
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_delivered_once"),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="notice_sent_has_time"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "sending"]), name="notice_delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.notice_id}"
