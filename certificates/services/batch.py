"""Many at once: whoever has fulfilled a scheme and holds no certificate in force. One who can't get it stops nobody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from certificates.concern import schemes_in_use
from certificates.evaluation import members_considered, members_due
from certificates.rendering.fonts import missing_characters
from certificates.services.issuing import award_issue
from people.models import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from certificates.models import Scheme
    from people.models import User

logger = logging.getLogger(__name__)


@dataclass
class Batch:
    issued: int = 0
    refused: list[tuple[Member, str]] = field(default_factory=list)
    unprintable: list[tuple[Member, str]] = field(
        default_factory=list
    )  # certified, but a character of the name is missing


def awards_issue_earned() -> int:
    """Once a day, what no event brings: the day has come from which a certificate may be renewed by an exam passed before, a
    member has moved into a post that a scheme names, a scheme has come into use. Gives back how many were issued."""
    issued = 0
    for scheme in schemes_in_use():
        for member in _members(list(members_due(scheme).values_list("pk", flat=True))):
            issued += _issued(scheme, member)
    return issued


def _members(ids: list[int]) -> Iterator[Member]:
    """Some at a time: no statement stays open while awards are written."""
    for start in range(0, len(ids), 500):
        yield from Member.objects.filter(pk__in=ids[start : start + 500]).order_by("number")


def _issued(scheme: Scheme, member: Member) -> bool:
    before = timezone.now()
    try:
        return award_issue(actor=None, scheme=scheme, member=member).issued_at >= before
    except Refused:
        return False
    except Exception:
        logger.exception("No award for member %s", member.pk)
        return False


def awards_issue_batch(*, actor: User | None, scheme: Scheme, progress: Callable[[int], None] | None = None) -> Batch:
    """Issue to everybody who has earned it; run twice = once. Each award is a transaction of its own, so it can be interrupted."""
    batch = Batch()
    members = _members(list(members_considered(scheme).values_list("pk", flat=True)))
    for place, member in enumerate(members, start=1):
        try:
            award_issue(actor=actor, scheme=scheme, member=member)
        except Refused as refusal:
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
