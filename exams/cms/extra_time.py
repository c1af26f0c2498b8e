"""便利安排: more time for one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from acts import Refused
from exams import services
from exams.cms.forms.sittings import ExtraTimeForm
from exams.cms.pages import page
from exams.models import ExtraTime
from people.access import Role, member_for, members_visible_to

if TYPE_CHECKING:
    from django.http import HttpResponse

    from people.requests import ActorRequest


@require_http_methods(["GET", "POST"])
def extra_time(request: ActorRequest) -> HttpResponse:
    visible = members_visible_to(request.user, Role.TRAINER)
    form = ExtraTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = visible.filter(number=form.cleaned_data["number"].strip()).first()
        if member is None:
            form.add_error("number", _("没有找到工号为“%(number)s”的人。") % {"number": form.cleaned_data["number"]})
        else:
            try:
                running = services.extra_time_grant(
                    actor=request.user,
                    member=member,
                    percent=form.cleaned_data["percent"],
                    reason=form.cleaned_data["reason"],
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                text = _("已为%(name)s延长 %(percent)s%%，对以后的考试都有效。") % {
                    "name": member.name,
                    "percent": form.cleaned_data["percent"],
                }
                if running:
                    text += _("正在进行的考试立即生效，考生页面会在下次保存时更新时间。")
                messages.success(request, text)
                return redirect("exams_cms:extra_time")
    granted = (
        ExtraTime.objects.filter(member__in=visible)
        .select_related("member", "granted_by__member")
        .order_by("-granted_at")
    )
    return page(
        request,
        "extra_time.html",
        title=_("便利安排"),
        trail=[],
        icon="time",
        status=422 if request.method == "POST" else 200,
        form=form,
        granted=list(granted[:500]),
    )


@require_POST
def extra_time_withdraw(request: ActorRequest, member_code: str) -> HttpResponse:
    member = member_for(request.user, member_code, Role.TRAINER)
    services.extra_time_withdraw(actor=request.user, member=member)
    messages.success(request, _("已取消%(name)s的便利延长。已经开始的考试不受影响。") % {"name": member.name})
    return redirect("exams_cms:extra_time")
