"""Many at once: whoever has fulfilled a scheme and holds no certificate in force. One who can't get it stops nobody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Award, Scheme
from certificates.rendering.fonts import missing_characters
from certificates.services.issuing import AwardRefused, award_issue
from exams.queries import released_results
from people.models import Member

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from people.models import User

logger = logging.getLogger(__name__)


@dataclass
class Batch:
    issued: int = 0
    refused: list[tuple[Member, str]] = field(default_factory=list)
    unprintable: list[tuple[Member, str]] = field(
        default_factory=list
    )  # certified, but a character of the name is missing


def members_to_certify(scheme: Scheme) -> QuerySet[Member]:
    """Who passed the scheme's exam and holds no certificate of it in force; by number."""
    passed = released_results().filter(
        attempt__member=OuterRef("pk"), attempt__sitting__blueprint_id=scheme.blueprint_id, passed=True
    )
    held = Award.objects.filter(
        member=OuterRef("pk"), scheme=scheme, state=Award.State.ISSUED, valid_until__gte=timezone.localdate()
    )
    return Member.objects.filter(Exists(passed), ~Exists(held)).order_by("number")


def awards_issue_earned() -> int:
    """Once a day, what no event brings: the day has come from which a certificate may be renewed by an exam passed before, a
    member has moved into a post that a scheme names, a scheme has come into use. Gives back how many were issued."""
    issued = 0
    for scheme in Scheme.objects.filter(is_active=True).select_related("course").prefetch_related("posts"):
        soon = timezone.localdate() + timedelta(days=scheme.renewal_days)
        expiring = Award.objects.filter(
            scheme=scheme, state=Award.State.ISSUED, valid_until__range=(timezone.localdate(), soon)
        ).values("member")
        passed = released_results().filter(attempt__sitting__blueprint_id=scheme.blueprint_id, passed=True)
        renewing = Member.objects.filter(pk__in=expiring).filter(Exists(passed.filter(attempt__member=OuterRef("pk"))))
        for members in (members_to_certify(scheme), renewing):
            for member in members.iterator(chunk_size=500):
                issued += _issued(scheme, member)
    return issued


def _issued(scheme: Scheme, member: Member) -> bool:
    before = timezone.now()
    try:
        return award_issue(actor=None, scheme=scheme, member=member).issued_at >= before
    except AwardRefused:
        return False
    except Exception:
        logger.exception("No award for member %s", member.pk)
        return False


def awards_issue_batch(*, actor: User | None, scheme: Scheme, progress: Callable[[int], None] | None = None) -> Batch:
    """Issue to everybody who has earned it; run twice = once. Each award is a transaction of its own, so it can be interrupted."""
    batch = Batch()
    for place, member in enumerate(members_to_certify(scheme).iterator(chunk_size=500), start=1):
        try:
            award_issue(actor=actor, scheme=scheme, member=member)
        except AwardRefused as refusal:
            batch.refused.append((member, str(refusal)))
        except Exception:
            logger.exception("No award for member %s", member.pk)
            batch.refused.append((member, _("系统出了问题，没有发证，详见日志。")))
        else:
            batch.issued += 1
            if missing := missing_characters(member.name):
                batch.unprintable.append((member, "、".join(f"“{c}”（U+{ord(c):04X}）" for c in missing)))
        if progress is not None:
            progress(place)
    return batch
