from __future__ import annotations

import logging

from celery import shared_task
from django.utils.translation import gettext as _

from acts import Refused
from jobs.registry import job
from jobs.services import Run
from people.services import roster
from people.services.audit_watch import audit_watch

logger = logging.getLogger(__name__)


@job("people.roster_check")
def check_roster(run: Run) -> None:
    roster_import_id = int(run.arguments["roster_import"])
    try:
        roster.roster_check(roster_import_id=roster_import_id, progress=run.progress)
    except Exception:
        roster.roster_check_failed(roster_import_id=roster_import_id)
        raise
    run.finish(_("核对完成。"))


@job("people.roster_import")
def import_roster(run: Run) -> None:
    roster_import_id = int(run.arguments["roster_import"])
    try:
        roster.roster_apply(roster_import_id=roster_import_id)
    except Exception:
        logger.exception("Roster import %s failed", roster_import_id)
        roster.roster_apply_failed(roster_import_id=roster_import_id)
        raise Refused(_("系统出了问题，没有导入任何数据。请回到预览重新确认。")) from None
    run.finish(_("导入完成。"))


@shared_task
def forget_old_rosters() -> None:
    roster.rosters_forget()


@shared_task
def check_audit(full: bool = False) -> None:
    audit_watch(full=full)
