from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.bank import Question


class FillBlankQuestion(Question):
    type_code = "fill_blank"
    blanks = models.JSONField(_("各空答案"), default=list)  # [[accepted text, ...], ...] one list per ____

    class Meta:
        verbose_name = _("填空题")
        verbose_name_plural = _("填空题")
