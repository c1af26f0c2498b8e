from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from notices.queries import notices_shown
from notices.services import notice_mark_read, notices_mark_read

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    notices = notices_shown(user_id=cast("int", request.user.pk))
    return render(request, "notices/list.html", {"notices": notices, "unread": any(n.read_at is None for n in notices)})


@require_POST
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it, and go where it leads."""
    notice = notice_mark_read(user_id=cast("int", request.user.pk), notice_id=pk)
    if notice is None:
        raise Http404
    return redirect(notice.url or "notices:list")


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    notices_mark_read(user_id=cast("int", request.user.pk))
    return redirect("notices:list")
