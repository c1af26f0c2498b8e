from __future__ import annotations

from celery import shared_task
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from acts import Refused
from assessment.standing import exports, services
from assessment.standing.access import unit_for
from assessment.standing.listing import MemberFilter
from jobs.registry import job
from jobs.services import Run
from people.models import Organisation, User


@shared_task
def refresh_figures() -> None:
    services.schemes_prepare()
    services.figures_refresh()


@shared_task
def refresh_due_standings() -> None:
    services.standings_sweep()
    services.figures_refresh()


@shared_task
def reconcile_standings() -> None:
    services.standings_reconcile()
    services.figures_refresh()


def _unit_in_scope(run: Run) -> Organisation:
    try:
        return unit_for(User.objects.get(pk=run.job.owner_id or 0), run.arguments["unit"])
    except (Http404, PermissionDenied) as gone:
        raise Refused(_("这个单位已不在您的管辖范围，没有导出。")) from gone


@job("assessment.export")
def export_members(run: Run) -> None:
    """The same file as in the request, for lists that take longer. The scope is asked again when it runs."""
    arguments = run.arguments
    unit = _unit_in_scope(run)
    chosen = MemberFilter(**{**arguments["filter"], "status": tuple(arguments["filter"]["status"])})
    content, rows = exports.workbook(unit, chosen, progress=run.progress)
    _unit_in_scope(run)  # it takes minutes for a city
    run.keep_file(exports.file_name(unit), content)
    run.finish(_("已导出 %(rows)s 行。") % {"rows": rows})
