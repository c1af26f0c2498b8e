"""Issuing and revoking. An award is made only by the rule from evidence; making it twice gives the same award."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from certificates.concern import schemes_in_use
from certificates.evaluation import members_due, scheme_evaluate
from certificates.models import Award, Revocation
from certificates.numbers import next_serial, number_for
from certificates.services.files import award_send_to_renderer
from notices.services import notice_send
from outbox.services import outbox_put

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from certificates.evaluation import Evaluation, Line
    from certificates.models import AwardBasis, Requirement, Scheme
    from people.models import Member, User


def printed_at_issue(scheme: Scheme, member: Member, evaluation: Evaluation) -> dict[str, Any]:
    """Everything printed, as it stands on this day. In Chinese, also where the member reads the site in another language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _printed(scheme, member, evaluation)


def _printed(scheme: Scheme, member: Member, evaluation: Evaluation) -> dict[str, Any]:
    assert evaluation.assignment is not None  # noqa: S101 - no reason against it says so
    post = evaluation.assignment.post.name
    mentions = [line.requirement.mention(line.ground) for line in _newest_last(evaluation)]
    edition = next((mention.edition for mention in reversed(mentions) if mention.edition is not None), None)
    trainings = list(dict.fromkeys(mention.training for mention in mentions if mention.training))
    began = [mention.began for mention in mentions if mention.began is not None]
    ended = [mention.ended for mention in mentions if mention.ended is not None]
    phrases = list(dict.fromkeys(mention.phrase for mention in mentions if mention.phrase))
    if not trainings and edition is not None:
        trainings = [edition.title]
    parts = []
    if trainings and began and ended:
        parts.append(
            _("于%(begin)s至%(end)s参加%(trainings)s")
            % {
                "begin": date_format(timezone.localtime(min(began)), "Y年n月j日"),
                "end": date_format(timezone.localtime(max(ended)), "Y年n月j日"),
                "trainings": "、".join(f"《{title}》" for title in trainings),
            }
        )
    parts += phrases[-1:]  # one result has its place on the sheet: the newest
    if edition is not None:
        parts.append(
            _("符合《%(standard)s》（%(edition)s）对%(post)s岗位的要求")
            % {"standard": edition.title, "edition": edition.label, "post": post}
        )
    else:
        parts.append(_("符合%(post)s岗位的要求") % {"post": post})
    return {
        "name": member.name,
        "body": _("%(name)s同志%(facts)s，准予合格，特发此证。") % {"name": member.name, "facts": "，".join(parts)},
        "issuer": scheme.issuer,
        "post": post,
        "scheme": scheme.title,
        "edition": str(edition) if edition is not None else "",
        "demonstration": bool(settings.DEMONSTRATION or (edition is not None and edition.is_demonstration)),
    }


def _newest_last(evaluation: Evaluation) -> list[Line]:
    return sorted(evaluation.grounds, key=lambda line: line.moment or timezone.now())


def award_bases(award: Award, evaluation: Evaluation) -> list[AwardBasis]:
    """What it rests on, unsaved; a ground that fulfils two lines is named once."""
    made: dict[tuple[type[AwardBasis], int], AwardBasis] = {}
    with translation.override(settings.LANGUAGE_CODE):
        for line in evaluation.grounds:
            basis = line.requirement.basis_of(line.ground)
            basis.award = award
            made.setdefault((type(basis), line.ground.pk), basis)
    return list(made.values())


@dataclass(frozen=True)
class Case:
    """A member's newest award of a scheme, and what a new one would rest on; None when the award that is there stands."""

    previous: Award | None
    grounds: Evaluation | None


def _case(scheme: Scheme, member: Member) -> Case:
    """Whether an award is due now. Writes nothing. Raises Refused when there is none and none is due."""
    previous = Award.objects.filter(member=member, scheme=scheme).select_related("scheme").order_by("-cycle").first()
    is_live = previous is not None and previous.is_in_force
    if previous is not None and is_live and not previous.is_expiring:
        return Case(previous, None)
    evaluation = scheme_evaluate(scheme, member, previous=previous)
    if evaluation.reasons:
        if is_live:
            return Case(previous, None)
        raise Refused(*evaluation.reasons)
    return Case(previous, evaluation)


def award_outlook(scheme: Scheme, member: Member) -> Award | None:
    """The award that the member holds; None when a new one is due and only has to be made. Raises Refused."""
    case = _case(scheme, member)
    return case.previous if case.grounds is None else None


class Overtaken(Exception):
    """The award that was to be replaced is live no more: replaced by another call, or revoked."""


def award_issue(*, actor: User | None, scheme: Scheme, member: Member, issued_on: date | None = None) -> Award:
    """The member's live award: issued now, or the one that is there. Raises Refused with the reasons.

    Safe under concurrent calls: the number is given under a row lock in the same transaction, and the one-live-award
    constraint lets a single caller win; the others get that award back.
    """
    case = _case(scheme, member)
    previous = case.previous
    if case.grounds is None:
        assert previous is not None  # noqa: S101 - else _case has refused
        return previous
    evaluation = case.grounds
    mine = Award.objects.filter(member=member, scheme=scheme)
    day = issued_on or timezone.localdate()
    replaced_end = previous.valid_until if previous is not None and previous.is_in_force else None
    try:
        with transaction.atomic():
            serial = next_serial(letters=scheme.letters, region_code=scheme.region_code, year=day.year)
            if previous is not None and previous.state == Award.State.ISSUED:
                old = mine.filter(pk=previous.pk, state=Award.State.ISSUED)
                old.filter(render_state=Award.RenderState.READY).update(render_state=Award.RenderState.WAITING)
                if not old.update(state=Award.State.SUPERSEDED):
                    raise Overtaken
            award = Award.objects.create(
                scheme=scheme,
                member=member,
                cycle=previous.cycle + 1 if previous is not None else 1,
                number=number_for(letters=scheme.letters, region_code=scheme.region_code, year=day.year, serial=serial),
                serial=serial,
                year=day.year,
                issued_on=day,
                valid_until=scheme.valid_until(day, replaced_end),
                printed=printed_at_issue(scheme, member, evaluation),
            )
            for basis in award_bases(award, evaluation):
                basis.save()
            _tell(award)
            if actor is not None:
                record(actor=actor, action="award.issue", target=f"award:{award.code}", detail={"number": award.number})
    except (IntegrityError, Overtaken) as error:
        winner = mine.filter(state=Award.State.ISSUED).first()
        if winner is not None:
            return winner
        if isinstance(error, Overtaken):
            raise Refused(_("原证书刚刚被撤销，没有换证。请按撤销后的要求重新取证。")) from error
        raise
    return award


def _tell(award: Award) -> None:
    """Inside the transaction of the change: the layers above hear of it, and its files are drawn after the commit."""
    outbox_put(topic="certificates.award", subject=award.pk)
    transaction.on_commit(lambda: award_send_to_renderer(award_id=award.pk))


def awards_consider(*, member_ids: Collection[int], asked: QuerySet[Requirement] | None = None) -> list[Award]:
    """Issue what these members have earned by what has just come about. `asked`: the requirements that it may fulfil
    (all). A statement for each scheme that asks for it, whoever and however many they are; repeating it changes nothing."""
    issued = []
    schemes = schemes_in_use()
    for scheme in schemes if asked is None else schemes.filter(pk__in=asked.values("scheme")):
        for member in members_due(scheme).filter(pk__in=member_ids).order_by("number"):
            try:
                issued.append(award_issue(actor=None, scheme=scheme, member=member))
            except Refused:
                continue  # somebody else was quicker
    return issued


def award_revoke(*, actor: User, award: Award, reason: str) -> None:
    """Revoke for good; the PDF is made anew with the mark across. Raises Refused without a reason or when not live."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("请填写撤销原因。"))
    with transaction.atomic():
        changed = Award.objects.filter(pk=award.pk, state=Award.State.ISSUED).update(
            state=Award.State.REVOKED, render_state=Award.RenderState.WAITING
        )
        if not changed:
            raise Refused(_("这张证书已不是有效状态，不能撤销。"))
        Revocation.objects.create(award=award, reason=reason[:200], revoked_by=actor)
        notice_send(
            user_id=award.member.user_id,
            kind="award_revoked",
            key=f"award:{award.code}:revoked",
            parameters={"code": award.code, "number": award.number, "reason": reason[:200]},
        )
        _tell(award)
        record(actor=actor, action="award.revoke", target=f"award:{award.code}", detail={"number": award.number})
    award.refresh_from_db()
