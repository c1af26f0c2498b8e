from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts import Refused
from certificates.concern import schemes_in_use, schemes_of
from certificates.evaluation import counting, members_due, scheme_evaluate
from certificates.models import Award, Requirement
from certificates.numbers import normalise
from certificates.requirements import kinds
from certificates.requirements.exam import ExamPassed
from certificates.services import award_outlook
from outbox.queries import untold
from textkeys import PERSON_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from certificates.evaluation import Evaluation
    from certificates.models import AwardBasis, AwardFile, Scheme
    from exams.models import Attempt
    from people.models import Member


def awards_of(member: Member) -> list[Award]:
    return list(Award.objects.filter(member=member).select_related("scheme").order_by("-issued_on", "-pk"))


@dataclass(frozen=True)
class Wanted:
    """A scheme that concerns the member and of which they hold no certificate in force."""

    scheme: Scheme
    evaluation: Evaluation


def certificates_wanted(member: Member, awards: Iterable[Award]) -> list[Wanted]:
    held = {award.scheme_id for award in awards if award.is_in_force}
    newest = {award.scheme_id: award for award in sorted(awards, key=lambda award: award.cycle)}
    return [
        Wanted(scheme, scheme_evaluate(scheme, member, previous=newest.get(scheme.pk)))
        for scheme in schemes_of(member)
        if scheme.pk not in held
    ]


def award_is_coming(member: Member) -> bool:
    """Between what fulfils a scheme and the award that follows from it lie a few seconds of the worker's."""
    return any(members_due(scheme).filter(pk=member.pk).exists() for scheme in schemes_of(member))


def exams_settled(member: Member, awards: Collection[Award]) -> set[int]:
    """The exams that the member need not sit again: a certificate that asks for them is in force and not yet to be renewed, and
    no other scheme of the member wants more than there is (a higher score, an exam that is sat anew).

    One query where no other scheme asks for the same exams.
    """
    lasting = {award.scheme_id for award in awards if award.is_in_force and not award.is_expiring}
    if not lasting:
        return set()
    exams = ExamPassed.objects.filter(scheme__in=lasting).values("exam")
    asking = list(ExamPassed.objects.filter(exam__in=exams))
    settled = {leaf.exam_id for leaf in asking if leaf.scheme_id in lasting}
    others = [leaf for leaf in asking if leaf.scheme_id not in lasting]
    if not others:
        return settled
    before = {award.scheme_id for award in awards}
    mine = {s.pk for s in schemes_of(member, schemes_in_use().filter(pk__in={leaf.scheme_id for leaf in others}))}
    for leaf in others:
        if leaf.scheme_id in mine and leaf.exam_id in settled:
            grounds = counting(leaf, renewing=leaf.scheme_id in before)
            if not grounds.filter(**{leaf.member_path: member}).exists():
                settled.discard(leaf.exam_id)
    return settled


@dataclass(frozen=True)
class Renewal:
    """What a scheme's renewal asks for anew, as 重新考试合格."""

    again: tuple[str, ...]
    has_exam: bool


def renewal_of(scheme: Scheme) -> Renewal:
    leaves = list(Requirement.objects.filter(scheme=scheme, is_anew=True).order_by("position", "pk"))
    again = tuple(dict.fromkeys(leaf.again() for leaf in leaves))
    return Renewal(again, has_exam=any(isinstance(leaf, ExamPassed) for leaf in leaves))


def award_after(attempt: Attempt) -> str:
    """What a passed exam means for the candidate's certificate; "" when no scheme asks for this exam from their post."""
    member = attempt.member
    asking = ExamPassed.objects.filter(exam_id=attempt.sitting.exam_id).values("scheme")
    sentences = []
    for scheme in schemes_of(member, schemes_in_use().filter(pk__in=asking)):
        try:
            award = award_outlook(scheme, member)
        except Refused as refusal:
            sentences.append(_("还不能发证：%(reasons)s") % {"reasons": refusal})
            continue
        if award is None and untold(topic="exams.result", subjects=[attempt.result.pk]):
            sentences.append(_("证书正在生成，通常 1 分钟内完成。"))
        elif award is None:
            sentences.append(_("已符合发证条件，证书将在 1 天内生成。"))
        else:
            day = date_format(award.valid_until, "DATE_FORMAT")
            sentences.append(_("您的“%(title)s”证书有效期至%(day)s。") % {"title": scheme.title, "day": day})
    return " ".join(sentences)


def bases_of(award: Award) -> list[AwardBasis]:
    """What it rests on, of all kinds, in the order in which it came about."""
    models = [kind.basis for kind in kinds() if kind.basis is not None]
    return sorted(
        (basis for model in models for basis in model._default_manager.filter(award=award)),
        key=lambda basis: basis.occurred_at,
    )


def files_of(award: Award) -> list[AwardFile]:
    """All that were ever made, the newest first."""
    return list(award.files.order_by("-pk"))


def file_of(award: Award, kind: AwardFile.Kind) -> AwardFile | None:
    """The one to hand out; None while it is being drawn anew."""
    if award.render_state != Award.RenderState.READY:
        return None
    return award.files.filter(kind=kind).order_by("-pk").first()


def award_by_token(token: str) -> Award | None:
    return Award.objects.select_related("member", "scheme").filter(token=token.upper()).first()


def award_by_number_and_name(number: str, name: str) -> Award | None:
    """Both must fit; which of them does not is not told."""
    wanted = normalise(number)
    if wanted is None:
        return None
    award = Award.objects.select_related("member", "scheme").filter(number=wanted).first()
    if award is None or PERSON_NAME(award.printed["name"]) != PERSON_NAME(name):
        return None
    return award
