"""What stands before and after the exam room: my exams, the notice, the result, the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from acts import Refused
from exams import outcome, queries, services
from exams.access import own_attempt
from exams.eligibility import moment_text
from exams.models import Attempt, marks_text
from exams.views.room import _fresh, device_of, new_device, remember_device
from people.access import member_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from people.models import Member
    from people.requests import ActorRequest


@require_GET
@login_required
def my_exams(request: HttpRequest) -> HttpResponse:
    member = member_of(request.user)
    return render(request, "exams/mine.html", {"lines": queries.sittings_for_member(member)})


def _entry(member: Member, code: str) -> queries.Entry:
    entry = queries.entry_of(member, code, timezone.now())
    if entry is None or entry.is_hidden:
        raise Http404
    return entry


@require_GET
@never_cache
@login_required
def notice(request: HttpRequest, code: str) -> HttpResponse:
    member = member_of(request.user)
    entry = _entry(member, code)
    now = timezone.now()
    minutes_now = max(0, int((entry.facts.deadline(now) - now).total_seconds() // 60))
    context = {
        "entry": entry,
        "sitting": entry.sitting,
        "facts": entry.facts,
        "candidate": queries.candidate_text(member),
        "pass_mark": marks_text(entry.sitting.pass_mark),
        "total": marks_text(entry.sitting.total_marks),
        "window": (moment_text(entry.facts.opens_at), moment_text(entry.facts.closes_at)),
        # A late starter is told how long it really is, before the clock starts.
        "short_of_time": minutes_now if entry.eligibility.allowed and minutes_now < entry.facts.minutes else None,
        "opens_in": queries.milliseconds(entry.facts.opens_at) - queries.milliseconds(now),
    }
    response = render(request, "exams/notice.html", context)
    if not device_of(request):
        remember_device(response, new_device())
    return response


@require_POST
@login_required
def start(request: HttpRequest, code: str) -> HttpResponse:
    member = member_of(request.user)
    entry = _entry(member, code)
    device = device_of(request) or new_device()
    try:
        started = services.attempt_start(actor=member, entry=entry, device=device)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:notice", code=code)
    response = redirect("exams:room", code=started.code)
    remember_device(response, device)
    return response


@require_GET
@never_cache
@login_required
def result(request: ActorRequest, code: str) -> HttpResponse:
    attempt = _fresh(own_attempt(request.user, code))
    if attempt.state == Attempt.State.OPEN:
        return redirect("exams:room", code=code)
    return render(
        request, "exams/result.html", {"attempt": attempt, "outcome": outcome.outcome_of(attempt, actor=request.user)}
    )


@require_GET
@never_cache
@login_required
def review(request: ActorRequest, code: str) -> HttpResponse:
    attempt = _fresh(own_attempt(request.user, code))
    if attempt.state == Attempt.State.OPEN:
        return redirect("exams:room", code=code)
    show_all = request.GET.get("all") == "1"
    context = {
        "attempt": attempt,
        "review": outcome.review_of(attempt, actor=request.user, show_all=show_all),
        "show_all": show_all,
    }
    return render(request, "exams/review.html", context)


@require_GET
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where signing in again inside the room ends; the room behind it notices by itself."""
    return render(request, "exams/signed_in.html")
