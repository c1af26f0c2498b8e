from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jobs.access import job_for
from jobs.models import Job

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    jobs = Job.objects.filter(owner_id=cast("int", request.user.pk)).order_by("-created_at")[:50]
    return render(request, "jobs/list.html", {"jobs": jobs})


@require_GET
@login_required
def job_detail(request: HttpRequest, code: str) -> HttpResponse:
    job = job_for(request.user, code)
    return render(
        request, "jobs/detail.html", {"job": job, "unfinished": job.state in (Job.State.QUEUED, Job.State.RUNNING)}
    )


@require_GET
@login_required
def job_file(request: HttpRequest, code: str) -> FileResponse:
    job = job_for(request.user, code)
    if not job.result_file or not storages["private"].exists(job.result_file):
        raise Http404
    return FileResponse(storages["private"].open(job.result_file), as_attachment=True, filename=job.result_name)
