"""Pictures, videos and attachments of lessons: for people who may see courses, and in parts, as players ask for videos."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.views.static import serve

from courses.access import courses_visible_to
from people.access import has_power

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PART_BYTES = 1024 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def may_read(request: HttpRequest) -> bool:
    return has_power(request.user) or courses_visible_to(request.user).exists()


def document_answer(document: Any, request: HttpRequest) -> HttpResponse | None:
    """None lets Wagtail send the whole file. Players of iPhones refuse a video that does not come in parts."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if not may_read(request):
        raise Http404
    wanted = RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or wanted.groups() == ("", "") or "If-Range" in request.headers:
        return None
    first, last = _bounds(wanted[1], wanted[2], document.file.size)
    return _part(document, first, last, document.file.size)


def picture_answer(request: HttpRequest, name: str) -> HttpResponseBase:
    """A rendition of a picture. Its name changes with its content, so the browser may keep it."""
    answer = serve(request, name, document_root=str(Path(settings.MEDIA_ROOT) / "images"))
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last n bytes
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(document: Any, first: int, last: int, size: int) -> HttpResponse:
    """Not streamed, because Wagtail's hook takes no streams; never more than PART_BYTES, after which the player asks on."""
    if first > last or first >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    last = min(last, first + PART_BYTES - 1)
    with document.file.open("rb") as source:
        source.seek(first)
        content = source.read(last - first + 1)
    return HttpResponse(
        content,
        status=206,
        headers={
            "Content-Type": document.content_type,
            "Content-Range": f"bytes {first}-{last}/{size}",
            "Accept-Ranges": "bytes",
            "Content-Disposition": document.content_disposition,
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
