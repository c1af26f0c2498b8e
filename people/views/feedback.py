from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from people import queries, services
from people.access import feedback_for, feedback_visible_to, handlers_for, has_power
from people.forms import FeedbackForm, HandOnForm, ReplyForm
from people.models import Feedback

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from people.requests import ActorRequest

PER_PAGE = 50
FIRST_SIGN_IN = "/first-sign-in/"  # whence somebody says that the own data is wrong
HANDLERS_MOST = 20


@require_http_methods(["GET", "POST"])
def feedback_form(request: HttpRequest) -> HttpResponse:
    """For everybody, signed in or not."""
    if request.method == "GET":
        page = request.GET.get("page", "")[:300]
        text = _("我的信息有误，应改为：") if page == FIRST_SIGN_IN else ""
        form = FeedbackForm(initial={"page": page, "text": text})
        return render(request, "people/feedback/form.html", {"form": form})
    form = FeedbackForm(request.POST)
    status = 200
    if form.is_valid():
        if ratelimit.consume(request, action="feedback"):
            services.feedback_send(
                actor=request.user if request.user.is_authenticated else None,
                text=form.cleaned_data["text"],
                contact=form.cleaned_data["contact"],
                page=form.cleaned_data["page"],
            )
            if request.user.is_authenticated and form.cleaned_data["page"] == FIRST_SIGN_IN:
                messages.success(request, _("已告诉管理员。您可以接着往下做，不影响学习。"))
                return redirect("people:first_sign_in")
            if request.user.is_authenticated:
                messages.success(request, _("已收到，谢谢。办理情况和答复在这里看。"))
                return redirect("people:feedback_mine")
            return render(request, "people/feedback/thanks.html", {"contact": form.cleaned_data["contact"]})
        form.add_error(None, _("提交太频繁。您写的内容还在，请 1 小时后再提交，或拨打服务电话。"))
        status = 429
    return render(request, "people/feedback/form.html", {"form": form}, status=status)


@require_GET
@login_required
def feedback_mine(request: ActorRequest) -> HttpResponse:
    mine = queries.feedback_in_order(Feedback.objects.filter(author=request.user))
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "people/feedback/mine.html", {"page": page})


# --- for those who answer --------------------------------------------------------------------------------------------


@require_GET
@login_required
def feedback_list(request: ActorRequest) -> HttpResponse:
    if not has_power(request.user):
        raise PermissionDenied
    state = request.GET.get("state", "")
    found = queries.feedback_in_order(feedback_visible_to(request.user))
    if state in Feedback.State.values:
        found = found.filter(state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "state": state,
        "states": Feedback.State.choices,
        "query": f"state={state}&" if state else "",
    }
    return render(request, "people/feedback/list.html", context)


def _detail(
    request: ActorRequest, feedback: Feedback, *, reply: Form | None = None, hand_on: Form | None = None
) -> HttpResponse:
    searched = request.GET.get("who", "").replace("\x00", "").strip()[:40]
    handlers = queries.handlers_with_roles(handlers_for(request.user, feedback))
    if searched:
        handlers = queries.people_named(handlers, searched)
    found = list(handlers[: HANDLERS_MOST + 1])
    context = {
        "feedback": feedback,
        "reply": reply or ReplyForm(auto_id="reply_%s"),
        "hand_on": hand_on or HandOnForm(auto_id="hand_on_%s"),
        "handlers": found[:HANDLERS_MOST],
        "more": len(found) > HANDLERS_MOST,
        "searched": searched,
        "answered": feedback.state == Feedback.State.ANSWERED,
    }
    return render(request, "people/feedback/detail.html", context)


@require_GET
@login_required
def feedback_detail(request: ActorRequest, code: str) -> HttpResponse:
    return _detail(request, feedback_for(request.user, code))


@require_POST
@login_required
def feedback_hand_on(request: ActorRequest, code: str) -> HttpResponse:
    feedback = feedback_for(request.user, code)
    form = HandOnForm(request.POST, auto_id="hand_on_%s")
    if not form.is_valid():
        return _detail(request, feedback, hand_on=form)
    handler = handlers_for(request.user, feedback).filter(username=form.cleaned_data["handler"]).first()
    try:
        if handler is None:
            raise Refused(_("不能转办给此人：只能转给管理这个单位的管理员或主管。"))
        services.feedback_hand_on(
            actor=request.user, feedback=feedback, handler=handler, note=form.cleaned_data["note"]
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _detail(request, feedback, hand_on=form)
    messages.success(request, _("已转办给%(name)s。") % {"name": handler.get_full_name()})
    return redirect("people:feedback_list")


@require_POST
@login_required
def feedback_reply(request: ActorRequest, code: str) -> HttpResponse:
    feedback = feedback_for(request.user, code)
    form = ReplyForm(request.POST, auto_id="reply_%s")
    if form.is_valid():
        try:
            services.feedback_reply(actor=request.user, feedback=feedback, reply=form.cleaned_data["reply"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已答复。"))
            return redirect("people:feedback", code=code)
    return _detail(request, feedback, reply=form)
