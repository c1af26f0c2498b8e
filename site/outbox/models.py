"""What the layers above have still to be told. A row lives from the write that made it until everybody has heard of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Every default is the database's, so that a writer with SQL of its own names three columns (services.PUT_SQL)."""

    topic = models.CharField(max_length=60)  # a name in outbox.registry
    subject = models.BigIntegerField()  # the primary key of what changed; the topic says of which table
    hold = models.CharField(max_length=60, db_default="")  # what it waits for, e.g. "sitting:12"
    claim = models.CharField(max_length=16, db_default="")  # of the teller who took it last; "" = nobody has yet
    due_at = models.DateTimeField(db_default=Now())  # not before; the end of a claim, or of the wait after a failure
    failures = models.PositiveSmallIntegerField(db_default=0)
    last_error = models.CharField(max_length=500, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("待告知的事件")
        verbose_name_plural = _("待告知的事件")
        constraints = [
            # The same subject waits once. One that a teller has taken carries a claim, so that a later change is a new row.
            models.UniqueConstraint(fields=["topic", "subject", "claim"], name="outbox_event_waits_once")
        ]
        indexes = [
            models.Index(fields=["topic", "due_at", "id"], condition=Q(hold=""), name="outbox_event_due"),
            models.Index(fields=["hold"], condition=~Q(hold=""), name="outbox_event_held"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"
