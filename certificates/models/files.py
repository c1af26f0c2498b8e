from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.awards import Award, Validity


class AwardFile(models.Model):
    """A file that was handed out, or may have been. Rows are only added: what somebody holds can always be told apart from what
    was drawn later, and the newest of a kind is the one that is served."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        PICTURE = "picture", _("图片")

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="files", db_index=False)
    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    stored = models.CharField(max_length=255, unique=True)  # its name in the private storage
    digest = models.CharField("SHA-256", max_length=64)
    shows = models.CharField(_("显示的状态"), max_length=10, choices=Validity)
    made_at = models.DateTimeField(_("生成时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证书文件")
        verbose_name_plural = _("证书文件")
        constraints = [
            models.CheckConstraint(condition=~models.Q(stored=""), name="award_file_is_stored"),
        ]
        indexes = [
            models.Index(fields=["award", "kind", "-id"], name="award_file_newest"),
            models.Index(fields=["digest"], name="award_file_by_digest"),
        ]

    def __str__(self) -> str:
        return self.stored

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A file of a certificate is never changed; a new drawing is a new row.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A file of a certificate is never deleted.")
