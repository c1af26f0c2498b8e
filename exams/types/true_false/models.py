from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.bank import Question


class TrueFalseQuestion(Question):
    type_code = "true_false"
    is_true = models.BooleanField(_("题干说法正确"), default=True)

    class Meta:
        verbose_name = _("判断题")
        verbose_name_plural = _("判断题")
