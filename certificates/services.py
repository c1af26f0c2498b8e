"""Issuing, rendering, revoking. An award is made only by the rule from evidence; making it twice gives the same award."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from certificates import signals
from certificates.models import Award, Revocation, Scheme
from certificates.numbers import next_serial, number_for
from certificates.rendering import CertificateContent, CertificateRefused, render
from certificates.rendering.fonts import FontsMissing
from certificates.rendering.picture import picture_of
from courses.models import Enrolment
from exams.models import Result, marks_text
from notices.services import notice_send
from people.models import Assignment

if TYPE_CHECKING:
    from datetime import date

    from people.models import Member, User

logger = logging.getLogger(__name__)


class AwardRefused(Exception):
    """Carries a sentence for the person."""


@dataclass(frozen=True)
class Standing:
    """What a member has towards a scheme. `reasons` is empty when the scheme is fulfilled."""

    result: Result | None
    enrolment: Enrolment | None
    assignment: Assignment | None
    reasons: tuple[str, ...]

    @property
    def fulfilled(self) -> bool:
        return not self.reasons


def scheme_evaluate(scheme: Scheme, member: Member) -> Standing:
    """Whether the member fulfils the scheme now; the reasons are what the person reads. Writes nothing."""
    reasons = []
    assignment = (
        Assignment.objects.filter(member=member, ends_on__isnull=True).select_related("post", "organisation").first()
    )
    post_ids = {post.pk for post in scheme.posts.all()}
    if assignment is None:
        reasons.append(_("目前没有在岗任职。"))
    elif post_ids and assignment.post_id not in post_ids:
        reasons.append(_("“%(post)s”岗位不在本方案的适用范围内。") % {"post": assignment.post.name})
    enrolment = None
    if scheme.course_id is not None:
        enrolment = Enrolment.objects.filter(
            member=member, course_id=scheme.course_id, completed_at__isnull=False
        ).first()
        if enrolment is None:
            reasons.append(_("还没有学完课程“%(course)s”。") % {"course": scheme.course.title if scheme.course else ""})
    result = (
        Result.objects.filter(attempt__member=member, attempt__sitting__blueprint_id=scheme.blueprint_id, passed=True)
        .select_related("attempt__sitting__blueprint__edition")
        .order_by("-marked_at")
        .first()
    )
    if result is None:
        reasons.append(_("考试还没有合格。"))
    return Standing(result=result, enrolment=enrolment, assignment=assignment, reasons=tuple(reasons))


def printed_at_issue(scheme: Scheme, member: Member, standing: Standing, issued_on: date) -> dict[str, Any]:
    result, assignment = standing.result, standing.assignment
    assert result is not None and assignment is not None  # noqa: S101 - fulfilled says so
    edition = result.attempt.sitting.blueprint.edition
    course = scheme.course.title if scheme.course is not None else edition.title
    began = standing.enrolment.enrolled_at if standing.enrolment is not None else result.attempt.started_at
    body = _(
        "%(name)s同志于%(begin)s至%(end)s参加《%(course)s》，考试成绩%(score)s分（合格线%(mark)s分），"
        "符合《%(standard)s》（%(edition)s）对%(post)s岗位的要求，准予合格，特发此证。"
    ) % {
        "name": member.name,
        "begin": date_format(timezone.localtime(began), "Y年n月j日"),
        "end": date_format(timezone.localtime(result.marked_at), "Y年n月j日"),
        "course": course,
        "score": marks_text(result.score),
        "mark": marks_text(result.attempt.sitting.pass_mark),
        "standard": edition.title,
        "edition": edition.label,
        "post": assignment.post.name,
    }
    return {
        "name": member.name,
        "body": body,
        "issuer": scheme.issuer,
        "post": assignment.post.name,
        "scheme": scheme.title,
        "edition": str(edition),
        "demonstration": bool(settings.DEMONSTRATION or edition.is_demonstration),
    }


def award_issue(*, actor: User | None, scheme: Scheme, member: Member, issued_on: date | None = None) -> Award:
    """The member's live award: issued now, or the one that is there. Raises AwardRefused with the reasons.

    Safe under concurrent calls: the number is given under a row lock in the same transaction, and the one-live-award
    constraint lets a single caller win; the others get that award back.
    """
    live = Award.objects.filter(member=member, scheme=scheme, state=Award.State.ISSUED).first()
    if live is not None and not live.is_expired:
        return live
    standing = scheme_evaluate(scheme, member)
    if not standing.fulfilled:
        raise AwardRefused(" ".join(standing.reasons))
    result = standing.result
    assert result is not None  # noqa: S101
    if live is not None and result.marked_at.date() <= live.issued_on:
        raise AwardRefused(_("证书已过期，需要重新考试合格后换证。"))
    day = issued_on or timezone.localdate()
    try:
        with transaction.atomic():
            serial = next_serial(letters=scheme.letters, region_code=scheme.region_code, year=day.year)
            cycle = Award.objects.filter(member=member, scheme=scheme).count() + 1
            if live is not None:
                Award.objects.filter(pk=live.pk, state=Award.State.ISSUED).update(state=Award.State.SUPERSEDED)
            award = Award.objects.create(
                scheme=scheme,
                member=member,
                cycle=cycle,
                number=number_for(letters=scheme.letters, region_code=scheme.region_code, year=day.year, serial=serial),
                serial=serial,
                year=day.year,
                issued_on=day,
                valid_until=day + relativedelta(months=scheme.validity_months) - relativedelta(days=1),
                printed=printed_at_issue(scheme, member, standing, day),
                evidence={
                    "attempt": result.attempt.code,
                    "score": result.score,
                    "max_score": result.max_score,
                    "pass_mark": result.attempt.sitting.pass_mark,
                    "edition": result.attempt.sitting.blueprint.edition.code,
                    "course": scheme.course.slug if scheme.course is not None else "",
                },
            )
            if actor is not None:
                record(actor=actor, action="award.issue", target=f"award:{award.code}", detail={"number": award.number})
    except IntegrityError:
        winner = Award.objects.filter(member=member, scheme=scheme, state=Award.State.ISSUED).first()
        if winner is None:
            raise
        return winner
    transaction.on_commit(lambda: award_announce(award_id=award.pk))
    return award


def award_announce(*, award_id: int) -> None:
    """After the commit: tell the upper layers and have the PDF made. The sweep renders what a dead process left."""
    from certificates.tasks import render_award

    award = Award.objects.select_related("member", "scheme").get(pk=award_id)
    signals.award_issued.send(sender=Award, award=award)
    try:
        render_award.delay(award_id)
    except (OSError, ConnectionError):
        logger.exception("The queue did not take award %s; the sweep renders it", award.number)


def awards_consider(*, member: Member, blueprint_id: int | None = None) -> list[Award]:
    """Issue what the member has earned by now. Called after each mark and each completed course; repeating it changes nothing."""
    schemes = Scheme.objects.filter(is_active=True).select_related("course").prefetch_related("posts")
    if blueprint_id is not None:
        schemes = schemes.filter(blueprint_id=blueprint_id)
    issued = []
    for scheme in schemes:
        try:
            issued.append(award_issue(actor=None, scheme=scheme, member=member))
        except AwardRefused:
            continue
    return issued


def content_of(award: Award) -> CertificateContent:
    mark = {"expired": _("已过期"), "revoked": _("已撤销"), "superseded": _("已换证")}.get(award.standing, "")
    printed = award.printed
    return CertificateContent(
        number=award.number,
        name=printed["name"],
        body=printed["body"],
        issuer=printed["issuer"],
        issued_on=date_format(award.issued_on, "Y年n月j日"),
        valid_until=date_format(award.valid_until, "Y年n月j日"),
        post=printed["post"],
        verify_url=f"{settings.BASE_URL}/V/{award.token}".upper(),
        state_mark=mark,
        demonstration=printed["demonstration"],
    )


def award_render(*, award_id: int) -> None:
    """Make the PDF and the picture and keep them. Run twice = once: only a waiting award is rendered."""
    award = Award.objects.select_related("member").get(pk=award_id)
    if award.render_state == Award.RenderState.READY:
        return
    try:
        made = render(content_of(award))
    except CertificateRefused as refusal:
        Award.objects.filter(pk=award_id).update(render_state=Award.RenderState.REFUSED, render_note=str(refusal)[:300])
        return
    except FontsMissing:
        logger.exception("Certificate fonts are missing; run `make setup`")
        return
    storage = storages["private"]
    folder = f"certificates/{award.year}/{award.serial // 1000:05d}/{award.code}-{made.sha256[:8]}"
    names = {}
    for suffix, content in (("pdf", made.pdf), ("webp", picture_of(made.pdf))):
        path = f"{folder}.{suffix}"
        if storage.exists(path):
            storage.delete(path)
        names[suffix] = storage.save(path, ContentFile(content))
    Award.objects.filter(pk=award_id).update(
        render_state=Award.RenderState.READY,
        render_note="",
        pdf=names["pdf"],
        picture=names["webp"],
        pdf_sha256=made.sha256,
    )
    notice_send(
        user_id=award.member.user_id,
        key=f"award:{award.code}",
        text=_("您的培训合格证书已生成，编号 %(number)s。") % {"number": award.number},
        url=reverse("certificates:detail", args=[award.code]),
        action=_("查看证书"),
    )


def award_render_request(*, award: Award) -> None:
    """Have a deferred certificate made now. Asking again, or for one that is made or under way, changes nothing."""
    from certificates.tasks import render_award

    def send() -> None:
        try:
            render_award.delay(award.pk)
        except (OSError, ConnectionError):
            logger.exception("The queue did not take award %s; the sweep renders it", award.number)

    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, render_state=Award.RenderState.DEFERRED).update(
            render_state=Award.RenderState.WAITING
        )
        if changed:
            transaction.on_commit(send)


def awards_render_waiting(*, most: int = 200) -> int:
    waiting = list(
        Award.objects.filter(render_state=Award.RenderState.WAITING)
        .order_by("issued_at")
        .values_list("pk", flat=True)[:most]
    )
    for pk in waiting:
        award_render(award_id=pk)
    return len(waiting)


def award_revoke(*, actor: User, award: Award, reason: str) -> None:
    """Revoke for good; the PDF is made anew with the mark across. Raises AwardRefused without a reason or when not live."""
    reason = reason.strip()
    if not reason:
        raise AwardRefused(_("请填写撤销原因。"))
    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, state=Award.State.ISSUED).update(
            state=Award.State.REVOKED, render_state=Award.RenderState.WAITING
        )
        if not changed:
            raise AwardRefused(_("这张证书已不是有效状态，不能撤销。"))
        Revocation.objects.create(award=award, reason=reason[:200], revoked_by=actor)
        record(actor=actor, action="award.revoke", target=f"award:{award.code}", detail={"number": award.number})
    award.refresh_from_db()
    transaction.on_commit(lambda: signals.award_changed.send(sender=Award, award=award))
