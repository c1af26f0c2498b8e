from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Award, Scheme
from certificates.numbers import normalise
from certificates.services import AwardRefused, award_outlook
from exams.models import Result
from exams.queries import result_released
from people.models import Assignment

if TYPE_CHECKING:
    from exams.models import Attempt
    from people.models import Member


def awards_of(member: Member) -> list[Award]:
    return list(Award.objects.filter(member=member).select_related("scheme").order_by("-issued_on", "-pk"))


def award_is_coming(member: Member) -> bool:
    """Between a released, passed exam and the award that follows from it lie a few seconds of the worker's."""
    results = (
        Result.objects.filter(
            attempt__member=member,
            passed=True,
            announced_at__isnull=True,
            attempt__sitting__blueprint__in=Scheme.objects.filter(is_active=True).values("blueprint"),
        )
        .select_related("attempt__sitting")
        .order_by("pk")
    )
    now = timezone.now()
    return any(result_released(result.attempt.sitting, now) for result in results)


def award_after(attempt: Attempt) -> str:
    """What a passed exam means for the candidate's certificate; "" when no scheme asks for this exam from their post."""
    member = attempt.member
    posts = Assignment.objects.filter(member=member, ends_on__isnull=True).values_list("post_id", flat=True)
    post = posts.first()
    sentences = []
    schemes = Scheme.objects.filter(is_active=True, blueprint_id=attempt.sitting.blueprint_id)
    for scheme in schemes.select_related("course").prefetch_related("posts"):
        asked = {each.pk for each in scheme.posts.all()}
        if asked and post not in asked:
            continue
        try:
            award = award_outlook(scheme, member)
        except AwardRefused as refusal:
            sentences.append(_("还不能发证：%(reasons)s") % {"reasons": refusal})
            continue
        if award is None and attempt.result.announced_at is None:
            sentences.append(_("证书正在生成，通常 1 分钟内完成。"))
        elif award is None:
            sentences.append(_("已符合发证条件，证书将在 1 天内生成。"))
        else:
            day = date_format(award.valid_until, "DATE_FORMAT")
            sentences.append(_("您的“%(title)s”证书有效期至%(day)s。") % {"title": scheme.title, "day": day})
    return " ".join(sentences)


def award_by_token(token: str) -> Award | None:
    return Award.objects.select_related("member", "scheme").filter(token=token.upper()).first()


def award_by_number_and_name(number: str, name: str) -> Award | None:
    """Both must fit; which of them does not is not told."""
    wanted = normalise(number)
    if wanted is None:
        return None
    award = Award.objects.select_related("member", "scheme").filter(number=wanted).first()
    if award is None or _plain(award.printed["name"]) != _plain(name):
        return None
    return award


def _plain(name: str) -> str:
    """A name for comparison: width, spaces and the several middle dots in use make no difference."""
    text = unicodedata.normalize("NFKC", name)
    return "".join("·" if c in "·•・‧∙" else c for c in text if not c.isspace())
