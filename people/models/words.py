from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from textkeys import LABEL


class OtherName(models.Model):
    """Another word for something that has a name already, as rosters write it. `key` makes 专网 and 专 网 one word."""

    name = models.CharField(_("其他写法"), max_length=40)
    key = models.CharField(max_length=80, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.key = LABEL(self.name)
        super().save(**kwargs)
