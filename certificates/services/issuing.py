"""Issuing and revoking. An award is made only by the rule from evidence; making it twice gives the same award."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from certificates import signals
from certificates.models import Award, Revocation, Scheme
from certificates.numbers import next_serial, number_for
from certificates.services.files import award_send_to_renderer
from courses.models import Enrolment
from exams.models import marks_text
from exams.queries import released_results
from notices.services import notice_send
from people.models import Assignment

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from exams.models import Result
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


def scheme_evaluate(scheme: Scheme, member: Member, *, spent: Collection[str] = ()) -> Standing:
    """Whether the member fulfils the scheme now; the reasons are what the person reads. Writes nothing.

    `spent` holds the codes of attempts that count no more: another scheme's certificate rested on them and has ended."""
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
        released_results()
        .filter(attempt__member=member, attempt__sitting__blueprint_id=scheme.blueprint_id, passed=True)
        .exclude(attempt__code__in=spent)
        .select_related("attempt__sitting__blueprint__edition")
        .order_by("-marked_at")
        .first()
    )
    if result is None:
        reasons.append(_("原来的证书已过期或已撤销，需要重新考试合格后发证。") if spent else _("考试还没有合格。"))
    return Standing(result=result, enrolment=enrolment, assignment=assignment, reasons=tuple(reasons))


def printed_at_issue(scheme: Scheme, member: Member, standing: Standing, issued_on: date) -> dict[str, Any]:
    """Everything printed, as it stands on this day. In Chinese, also where the member reads the site in another language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _printed(scheme, member, standing)


def _printed(scheme: Scheme, member: Member, standing: Standing) -> dict[str, Any]:
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


def _to_renew(previous: Award, result: Result) -> bool:
    """Whether the newest award gives way to a new one. That needs a newer exam: what was used once earns nothing again."""
    if previous.state == Award.State.REVOKED:
        if result.marked_at <= previous.revocation.revoked_at:
            raise AwardRefused(_("证书已撤销，需要重新考试合格后发证。"))
        return True
    is_newer = timezone.localdate(result.marked_at) > previous.issued_on
    if not is_newer and previous.standing != "valid":
        raise AwardRefused(_("证书已过期，需要重新考试合格后换证。"))
    return is_newer


@dataclass(frozen=True)
class Case:
    """A member's newest award of a scheme, and what a new one would rest on; None when the award that is there stands."""

    previous: Award | None
    grounds: tuple[Standing, Result] | None


def _case(scheme: Scheme, member: Member) -> Case:
    """Whether an award is due now. Writes nothing. Raises AwardRefused when there is none and none is due."""
    # Those of other schemes that ask for the same exam too: a scheme may have taken the place of an older one.
    held = list(
        Award.objects.filter(member=member, scheme__blueprint_id=scheme.blueprint_id)
        .select_related("scheme", "revocation")
        .order_by("-cycle")
    )
    previous = next((award for award in held if award.scheme_id == scheme.pk), None)
    spent = {
        award.evidence["attempt"]
        for award in held
        if award.scheme_id != scheme.pk and award.standing in ("expired", "revoked")
    }
    is_live = previous is not None and previous.standing == "valid"
    if previous is not None and is_live and timezone.localdate() < previous.renewable_from:
        return Case(previous, None)
    standing = scheme_evaluate(scheme, member, spent=spent)
    result = standing.result
    if result is None or not standing.fulfilled:
        if is_live:
            return Case(previous, None)
        raise AwardRefused(" ".join(standing.reasons))
    if previous is not None and not _to_renew(previous, result):
        return Case(previous, None)
    return Case(previous, (standing, result))


def award_outlook(scheme: Scheme, member: Member) -> Award | None:
    """The award that the member holds; None when a new one is due and only has to be made. Raises AwardRefused."""
    case = _case(scheme, member)
    return case.previous if case.grounds is None else None


def award_issue(*, actor: User | None, scheme: Scheme, member: Member, issued_on: date | None = None) -> Award:
    """The member's live award: issued now, or the one that is there. Raises AwardRefused with the reasons.

    Safe under concurrent calls: the number is given under a row lock in the same transaction, and the one-live-award
    constraint lets a single caller win; the others get that award back.
    """
    case = _case(scheme, member)
    previous = case.previous
    if case.grounds is None:
        assert previous is not None  # noqa: S101 - else _case has refused
        return previous
    standing, result = case.grounds
    mine = Award.objects.filter(member=member, scheme=scheme)
    day = issued_on or timezone.localdate()
    try:
        with transaction.atomic():
            serial = next_serial(letters=scheme.letters, region_code=scheme.region_code, year=day.year)
            if previous is not None:
                old = mine.filter(pk=previous.pk, state=Award.State.ISSUED)
                old.filter(render_state=Award.RenderState.READY).update(render_state=Award.RenderState.WAITING)
                old.update(state=Award.State.SUPERSEDED)
            award = Award.objects.create(
                scheme=scheme,
                member=member,
                cycle=previous.cycle + 1 if previous is not None else 1,
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
                to_announce=True,
            )
            transaction.on_commit(lambda: award_announce(award_id=award.pk))
            if actor is not None:
                record(actor=actor, action="award.issue", target=f"award:{award.code}", detail={"number": award.number})
    except IntegrityError:
        winner = mine.filter(state=Award.State.ISSUED).first()
        if winner is None:
            raise
        return winner
    return award


def award_announce(*, award_id: int) -> None:
    """After the commit: tell the upper layers, have the PDF made, then note that they were told."""
    award = Award.objects.select_related("member", "scheme").get(pk=award_id)
    if award.render_state == Award.RenderState.WAITING:
        award_send_to_renderer(award_id=award_id)
    signal = signals.award_changed if award.state == Award.State.REVOKED else signals.award_issued
    outcomes = signal.send_robust(sender=Award, award=award)
    failed = [(receiver, answer) for receiver, answer in outcomes if isinstance(answer, Exception)]
    for receiver, answer in failed:
        logger.error("%s failed for award %s", receiver, award.number, exc_info=answer)
    if not failed:
        Award.objects.filter(pk=award_id).update(to_announce=False)


def awards_announce(*, most: int = 500) -> int:
    """Announce again what a killed process did not get told, or what a receiver failed to take."""
    before = timezone.now() - timedelta(seconds=15)
    untold = list(
        Award.objects.filter(to_announce=True, issued_at__lt=before)
        .order_by("-issued_at")
        .values_list("pk", flat=True)[:most]
    )
    for pk in untold:
        award_announce(award_id=pk)
    return len(untold)


def awards_consider(*, member: Member, blueprint_id: int | None = None, course_id: int | None = None) -> list[Award]:
    """Issue what the member has earned by now. Called after each mark and each completed course; repeating it changes nothing."""
    schemes = Scheme.objects.filter(is_active=True).select_related("course").prefetch_related("posts")
    if blueprint_id is not None:
        schemes = schemes.filter(blueprint_id=blueprint_id)
    if course_id is not None:
        schemes = schemes.filter(course_id=course_id)
    issued = []
    for scheme in schemes:
        try:
            issued.append(award_issue(actor=None, scheme=scheme, member=member))
        except AwardRefused:
            continue
    return issued


def award_revoke(*, actor: User, award: Award, reason: str) -> None:
    """Revoke for good; the PDF is made anew with the mark across. Raises AwardRefused without a reason or when not live."""
    reason = reason.strip()
    if not reason:
        raise AwardRefused(_("请填写撤销原因。"))
    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, state=Award.State.ISSUED).update(
            state=Award.State.REVOKED, render_state=Award.RenderState.WAITING, to_announce=True
        )
        if not changed:
            raise AwardRefused(_("这张证书已不是有效状态，不能撤销。"))
        Revocation.objects.create(award=award, reason=reason[:200], revoked_by=actor)
        notice_send(
            user_id=award.member.user_id,
            key=f"award:{award.code}:revoked",
            text=_("您的证书 %(number)s 已被撤销。原因：%(reason)s") % {"number": award.number, "reason": reason[:200]},
            url=reverse("certificates:detail", args=[award.code]),
            action=_("查看证书"),
        )
        transaction.on_commit(lambda: award_announce(award_id=award.pk))
        record(actor=actor, action="award.revoke", target=f"award:{award.code}", detail={"number": award.number})
    award.refresh_from_db()
