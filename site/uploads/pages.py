"""What every import wizard shows alike: the file's field, waiting for the job, what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.models import Job
from uploads.models import Upload
from uploads.receiving import TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

# A worker takes a job within seconds. When nobody has taken it for so long, the person should know whom to tell.
UNATTENDED = timedelta(seconds=45)


class FileForm(forms.Form):
    """One file. The upload handler stops reading behind the limit: the form then finds none, and says why."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        max_length=255,
        error_messages={
            "required": gettext_lazy("请选择要导入的文件。"),
            "missing": gettext_lazy("请选择要导入的文件。"),
            "empty": gettext_lazy("这个文件是空的。请检查后重新选择。"),
            "max_length": gettext_lazy("文件名太长。请改短后重新选择。"),
            "invalid": gettext_lazy("文件没有传上来。请重新选择。"),
        },
        widget=forms.FileInput,
    )
    cure_for_too_large = gettext_lazy("请删去不需要的内容，或拆成几份后再上传。")

    def __init__(self, request: HttpRequest, *, endings: Iterable[str], **kwargs: Any) -> None:
        is_sent = request.method == "POST"
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None, **kwargs)
        self.too_large = bool(request.META.get(TOO_LARGE))
        self.fields["file"].widget.attrs["accept"] = ",".join(endings)

    def add_error(self, field: str | None, error: Any) -> None:
        if field == "file" and self.too_large:
            megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
            told = _("文件超过 %(n)s MB，没有接收。") % {"n": megabytes}
            error = f"{told}{self.cure_for_too_large}"
        super().add_error(field, error)


@dataclass(frozen=True)
class Waiting:
    """An upload that a job is to check or to import, for uploads/_waiting.html."""

    upload: Upload

    @property
    def is_applying(self) -> bool:
        return self.upload.state == Upload.State.APPLYING

    @property
    def is_given_up(self) -> bool:
        job = self.upload.job
        return job is not None and job.state == Job.State.FAILED

    @cached_property
    def is_unattended(self) -> bool:
        """Nobody has taken the job: most likely no worker runs."""
        job = self.upload.job
        return job is not None and job.state == Job.State.QUEUED and timezone.now() - job.created_at > UNATTENDED

    @property
    def done(self) -> int:
        return self.upload.job.done if self.upload.job is not None else 0

    @property
    def total(self) -> int:
        return self.upload.job.total if self.upload.job is not None else 0


def waiting_for(upload: Upload) -> Waiting | None:
    """None where nothing is to be waited for."""
    return Waiting(upload) if upload.state in (Upload.State.CHECKING, Upload.State.APPLYING) else None
