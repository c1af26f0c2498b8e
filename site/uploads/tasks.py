from __future__ import annotations

import logging

from celery import shared_task
from django.utils.translation import gettext as _

from acts import Refused
from jobs.registry import job
from jobs.services import Run
from uploads import services

logger = logging.getLogger(__name__)


@job("uploads.check")
def check(run: Run) -> None:
    upload_id = int(run.arguments["upload"])
    try:
        services.upload_check(upload_id=upload_id, progress=run.progress)
    except Exception:
        services.upload_check_failed(upload_id=upload_id)
        raise
    run.finish(_("核对完成。"))


@job("uploads.apply")
def apply(run: Run) -> None:
    upload_id = int(run.arguments["upload"])
    try:
        services.upload_apply(upload_id=upload_id)
    except Exception:
        logger.exception("Upload %s could not be applied", upload_id)
        services.upload_apply_failed(upload_id=upload_id)
        raise Refused(_("系统出了问题，没有导入任何数据。请回到预览重新确认。")) from None
    run.finish(_("导入完成。"))


@shared_task
def forget_old_files() -> None:
    services.uploads_forget()
