from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from notices.models import Notice
from notices.services import notices_mark_read

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    notices = list(Notice.objects.filter(user_id=cast("int", request.user.pk)).order_by("-created_at")[:20])
    notices.sort(key=lambda notice: notice.read_at is not None)
    return render(request, "notices/list.html", {"notices": notices, "unread": any(n.read_at is None for n in notices)})


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    notices_mark_read(user_id=int(request.user.pk or 0))
    return redirect("notices:list")
