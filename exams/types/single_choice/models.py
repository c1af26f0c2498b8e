from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.bank import Question


class SingleChoiceQuestion(Question):
    type_code = "single_choice"
    options = models.JSONField(_("选项"), default=list)  # [{"text": str, "correct": bool, "pinned": bool}]

    class Meta:
        verbose_name = _("单选题")
        verbose_name_plural = _("单选题")
