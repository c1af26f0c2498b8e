from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts import Refused
from acts.pages import act_then_go
from certificates import queries, services
from certificates.access import award_for, award_to_revoke_for, may_revoke, may_supervise, refused_visible_to
from certificates.forms import RevokeForm, VerifyForm
from certificates.models import Award, AwardFile
from people.access import member_of
from people.masking import masked_name

if TYPE_CHECKING:
    from django.http import HttpRequest

    from people.requests import ActorRequest


VERIFY_RATE = {"verify": "30/m/ip"}
PER_PAGE = 100
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png"}


@require_GET
@login_required
def award_list(request: ActorRequest) -> HttpResponse:
    member = member_of(request.user)
    awards = queries.awards_of(member)
    context = {
        "awards": awards,
        "wanted": queries.certificates_wanted(member, awards),
        "is_coming": not awards and queries.award_is_coming(member),
    }
    return render(request, "certificates/list.html", context)


@require_GET
@login_required
def award_detail(request: ActorRequest, code: str) -> HttpResponse:
    award = award_for(request.user, code)
    is_own = award.member.user_id == request.user.pk
    return render(
        request,
        "certificates/detail.html",
        {
            "award": award,
            "printed": award.printed,
            "bases": queries.bases_of(award),
            "files": queries.files_of(award),
            "is_own": is_own,
            "may_retry": award.render_state == Award.RenderState.REFUSED and may_supervise(request.user, award),
            "may_revoke": not is_own and award.state == Award.State.ISSUED and may_revoke(request.user, award),
            "is_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        },
    )


@require_POST
@login_required
def award_render(request: ActorRequest, code: str) -> HttpResponse:
    award = award_for(request.user, code)
    services.award_render_request(award=award, again=may_supervise(request.user, award))
    return redirect("certificates:detail", award.code)


@require_http_methods(["GET", "POST"])
@login_required
def award_revoke(request: ActorRequest, code: str) -> HttpResponse:
    award = award_to_revoke_for(request.user, code)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.award_revoke(actor=request.user, award=award, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("证书已撤销，查验页立即显示“已撤销”。"))
            return redirect("certificates:detail", award.code)
    status = 422 if request.method == "POST" else 200
    return render(request, "certificates/revoke.html", {"award": award, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def problems(request: ActorRequest) -> HttpResponse:
    """Certificates of my subtree that can't be made, with the reason; POST tries them all again."""
    refused = refused_visible_to(request.user)
    if request.method == "POST":
        return act_then_go(
            request,
            lambda: services.awards_retry(awards=refused),
            success=lambda tried: _("%(n)s 张证书已重新提交，通常 1 分钟内完成。") % {"n": tried},
            to="certificates:problems",
        )
    page = Paginator(refused.select_related("member").order_by("issued_at", "pk"), PER_PAGE).get_page(
        request.GET.get("p")
    )
    return render(request, "certificates/problems.html", {"page": page})


def _file(award: Award, kind: AwardFile.Kind, *, download: bool) -> FileResponse:
    file = queries.file_of(award, kind)
    if file is None or not storages["private"].exists(file.stored):
        raise Http404
    ending = file.stored.rpartition(".")[2]
    return FileResponse(
        storages["private"].open(file.stored),
        as_attachment=download,
        filename=f"{award.number}.{ending}",
        content_type=CONTENT_TYPES[ending],
    )


@require_GET
@login_required
def award_pdf(request: ActorRequest, code: str) -> FileResponse:
    return _file(award_for(request.user, code), AwardFile.Kind.PDF, download=True)


@require_GET
@login_required
def award_picture(request: ActorRequest, code: str) -> FileResponse:
    return _file(award_for(request.user, code), AwardFile.Kind.PICTURE, download="download" in request.GET)


@require_GET
@login_required
def award_qr(request: ActorRequest, code: str) -> HttpResponse:
    award = award_for(request.user, code)
    svg = segno.make(award.verify_url, error="m", micro=False).svg_inline(border=4, scale=8, light="#fff", dark="#000")
    return HttpResponse(
        svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )


def _too_many(request: HttpRequest) -> HttpResponse | None:
    # allauth's public function leaves GET alone; the page behind the QR code is a GET.
    if ratelimit.consume(request, app="certificates", action="verify", config=VERIFY_RATE, limit_get=True):
        return None
    return render(request, "certificates/verify.html", {"form": VerifyForm(), "too_many": True}, status=429)


@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """查验 by hand: number and name. A wrong name and an unknown number get the same answer."""
    if request.method == "GET":
        return render(request, "certificates/verify.html", {"form": VerifyForm()})
    refused = _too_many(request)
    if refused is not None:
        return refused
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form}, status=422)
    award = queries.award_by_number_and_name(form.cleaned_data["number"], form.cleaned_data["name"])
    return _verdict(request, award)


@never_cache
@require_GET
def verify_token(request: HttpRequest, token: str) -> HttpResponse:
    """The address of the QR code: the answer is the page. Nothing is rendered or written."""
    refused = _too_many(request)
    if refused is not None:
        return refused
    return _verdict(request, queries.award_by_token(token))


def _verdict(request: HttpRequest, award: Award | None) -> HttpResponse:
    context = {
        "award": award,
        "validity": award.validity if award is not None else "unknown",
        "printed": award.printed if award is not None else {},
        "masked_name": masked_name(award.printed["name"]) if award is not None else "",
        "checked_at": timezone.now(),
    }
    return render(request, "certificates/verdict.html", context, status=200 if award is not None else 404)
