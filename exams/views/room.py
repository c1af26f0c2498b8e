"""The exam room's addresses. What they say to the browser is written down in docs/exam-room.md."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from exams import queries, services
from exams.access import own_attempt
from exams.models import Attempt
from exams.papers import form_entries
from exams.saving import Answer, answers_save
from exams.tokens import Token, token_read
from exams.types import type_for
from people.access import account_is_open, member_of
from people.requests import by_token

if TYPE_CHECKING:
    from django.http import HttpRequest

DEVICE_COOKIE = "exam_device"
LARGEST_BODY = 256 * 1024
MOST_ANSWERS = 100
LARGEST_INTEGER = 2**53


# --- the page ---------------------------------------------------------------------------------------------------------


def device_of(request: HttpRequest) -> str:
    return request.COOKIES.get(DEVICE_COOKIE, "")[:64]


def remember_device(response: HttpResponse, device: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        device,
        max_age=365 * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def new_device() -> str:
    return secrets.token_urlsafe(18)


@require_GET
@never_cache
@login_required
def room(request: HttpRequest, code: str) -> HttpResponse:
    attempt = _fresh(own_attempt(request.user, code))
    device = device_of(request)
    if attempt.state == Attempt.State.OPEN and (not device or attempt.device != device):
        left = max(0, int((attempt.deadline - timezone.now()).total_seconds() // 60))
        return render(request, "exams/take_over.html", {"attempt": attempt, "left": left})
    context = {
        "paper_data": queries.paper_data(attempt),
        "attempt_data": queries.attempt_data(attempt, device_bound=True),
    }
    return render(request, "exams/room.html", context)


@require_POST
@login_required
def take_over(request: HttpRequest, code: str) -> HttpResponse:
    attempt = _fresh(own_attempt(request.user, code))
    device = device_of(request) or new_device()
    services.attempt_resume(actor=attempt.member, attempt=attempt, device=device, take_over=True)
    response = redirect("exams:room", code=code)
    remember_device(response, device)
    return response


def _fresh(attempt: Attempt) -> Attempt:
    """The attempt, closed first if its time is over: a dead worker delays nothing."""
    if attempt.state == Attempt.State.OPEN and attempt.deadline < timezone.now() - services.grace():
        services.attempt_close_overdue(attempt_id=attempt.pk)
        attempt.refresh_from_db(fields=["state", "closed_by", "submitted_at"])
    return attempt


# --- JSON -------------------------------------------------------------------------------------------------------------


class Malformed(Exception):
    """What our page never sends."""


def _answer(status: int, **content: Any) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def _bad(message: str) -> JsonResponse:
    return _answer(400, state="bad", message=message)


def _signed_out() -> JsonResponse:
    return _answer(401, state="signed_out", message=_("登录已过期。答案在手机上，重新登录后会自动上传。"))


def _not_found() -> JsonResponse:
    return _answer(404, state="bad", message=_("没有找到这份答卷。"))


def _closed(code: str, *, state: str, late: tuple[int, ...] = (), saved: tuple[int, ...] = ()) -> JsonResponse:
    message = _("考试已结束。")
    if late:
        message = _("考试已结束。有 %(n)s 题在结束后才上传，由管理员决定是否采纳。") % {"n": len(late)}
    return _answer(
        409,
        state=state,
        saved=list(saved),
        late=list(late),
        message=message,
        result=reverse("exams:result", args=[code]),
    )


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Malformed(_("内容不是 JSON。")) from error
    if not isinstance(body, dict):
        raise Malformed(_("内容应为一个对象。"))
    return body


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < LARGEST_INTEGER


def answers_read(given: Any, form_id: int) -> list[Answer]:
    """The answers of a save, one for each question (the newest), in order. Raises Malformed."""
    if not isinstance(given, list) or len(given) > MOST_ANSWERS:
        raise Malformed(_("一次最多保存 %(most)s 题。") % {"most": MOST_ANSWERS})
    entries = form_entries(form_id)
    newest: dict[int, Answer] = {}
    for one in given:
        if not isinstance(one, list) or len(one) != 5:
            raise Malformed(_("每题应有五项：题号、序号、答案、标记、时间。"))
        number, sequence, value, flagged, stamp = one
        if not _whole(number) or number not in entries:
            raise Malformed(_("试卷里没有这个题号。"))
        if not _whole(sequence) or not isinstance(flagged, bool) or isinstance(stamp, bool):
            raise Malformed(_("第 %(n)s 题的序号或标记不对。") % {"n": number})
        if not isinstance(stamp, (int, float)) or not 0 <= stamp < 4e12:
            raise Malformed(_("第 %(n)s 题的时间不对。") % {"n": number})
        entry = entries[number]
        text = json.dumps(value, ensure_ascii=False)
        kind = type_for(entry["type"])
        if len(text) > kind.limit:
            raise Malformed(_("第 %(n)s 题的答案太长，请删减后再保存。") % {"n": number})
        if value is not None and not kind.accepts(entry, value):
            raise Malformed(_("第 %(n)s 题的答案格式不对。") % {"n": number})
        answer = Answer(number, sequence, text, flagged, datetime.fromtimestamp(stamp / 1000, tz=UTC))
        if number not in newest or newest[number].sequence < sequence:
            newest[number] = answer
    return [newest[number] for number in sorted(newest)]


def _too_large(request: HttpRequest) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY
    except ValueError:
        return True


def _read(request: HttpRequest, code: str) -> tuple[dict[str, Any], Token] | JsonResponse:
    """Body and token, or the refusal. The token stands in for cookie and CSRF: nobody else can make one."""
    if _too_large(request):
        return _answer(413, state="bad", message=_("一次上传的内容太多。"))
    try:
        body = _body(request)
    except RequestDataTooBig:
        return _answer(413, state="bad", message=_("一次上传的内容太多。"))
    except Malformed as error:
        return _bad(str(error))
    token = token_read(body.get("t"))
    if token is None:
        return _signed_out()
    if token.code != code:
        return _not_found()
    return body, token


@by_token
@require_POST
def save(request: HttpRequest, code: str) -> HttpResponse:
    """One statement, answered after its commit. No session, no model, no template."""
    read = _read(request, code)
    if isinstance(read, JsonResponse):
        return read
    body, token = read
    try:
        answers = answers_read(body.get("a"), token.form_id)
    except Malformed as error:
        return _bad(str(error))
    held = answers_save(token=token, answers=answers)
    if held is None:
        return _not_found() if account_is_open(token.member_id) else _signed_out()
    now = timezone.now()
    if held.state != Attempt.State.OPEN or held.late or now > held.deadline + services.grace():
        services.attempt_close_overdue(attempt_id=token.attempt_id)
        state = "closed" if held.state == Attempt.State.OPEN else "submitted"
        return _closed(code, state=state, late=held.late, saved=held.saved)
    return _answer(
        200,
        saved=list(held.saved),
        left=held.left_ms(now),
        deadline=queries.milliseconds(held.deadline),
        state="open" if held.epoch == token.epoch else "taken_over",
    )


@by_token
@require_POST
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Closes the attempt over the answers saved; carries none. Repeating it gives the same answer."""
    read = _read(request, code)
    if isinstance(read, JsonResponse):
        return read
    _body_unused, token = read
    attempt = services.attempt_submit(member_id=token.member_id, attempt_id=token.attempt_id, epoch=token.epoch)
    if attempt is None and not account_is_open(token.member_id):
        return _signed_out()
    if attempt is None:
        return _answer(200, state="taken_over", message=_("这场考试已在另一台设备上继续，本页只能查看。"))
    if attempt.closed_by != Attempt.ClosedBy.MEMBER:
        return _closed(code, state="submitted")
    return _answer(200, state="submitted", result=reverse("exams:result", args=[code]))


@require_POST
@never_cache
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """A new token after signing in again, and the way back for a device from which another one took over."""
    if not request.user.is_authenticated:
        return _signed_out()
    member_of(request.user)
    attempt = _fresh(own_attempt(request.user, code))
    device = device_of(request) or new_device()
    take_over = request.POST.get("take_over") == "1"
    if not services.attempt_resume(actor=attempt.member, attempt=attempt, device=device, take_over=take_over):
        return _answer(200, state="taken_over", message=_("这场考试已在另一台设备上继续，本页只能查看。"))
    data = queries.attempt_data(attempt, device_bound=True)
    if attempt.state != Attempt.State.OPEN:
        data["message"] = _("考试已结束。")
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    remember_device(response, device)
    return response
