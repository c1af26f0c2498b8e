from __future__ import annotations

from django.db import models

from people.models import Member


class Drill(models.Model):
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="drills")
    place = models.CharField(max_length=40)
    ended_at = models.DateTimeField()
