"""Many at once: whoever has fulfilled a scheme and holds no certificate in force. One who can't get it stops nobody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Award, Scheme
from certificates.rendering.fonts import missing_characters
from certificates.services.issuing import AwardRefused, award_issue
from courses.models import Enrolment
from exams.queries import released_results
from people.models import Assignment, Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def _newly_earned(scheme: Scheme) -> list[int]:
    """Members who passed the scheme's exam after whatever certificate that exam has brought so far, hold their post and have
    finished the course, and whose certificate of the scheme may be renewed by now. In one statement, and few: those who were
    certified by the event are not among them."""
    today = timezone.localdate()
    awards = Award.objects.filter(member=OuterRef("attempt__member"), scheme__blueprint_id=scheme.blueprint_id)
    ended = ~Q(state=Award.State.ISSUED) | Q(valid_until__lt=today) | Q(scheme__is_active=False)
    used = awards.filter(Q(scheme=scheme) | ended, issued_on__gte=OuterRef("marked_on"))
    lasting = awards.filter(
        scheme=scheme, state=Award.State.ISSUED, valid_until__gt=today + timedelta(days=scheme.renewal_days)
    )
    posts = Assignment.objects.filter(member=OuterRef("attempt__member"), ends_on__isnull=True)
    if wanted := [post.pk for post in scheme.posts.all()]:
        posts = posts.filter(post__in=wanted)
    earned = (
        released_results()
        .annotate(marked_on=TruncDate("marked_at"))
        .filter(
            ~Exists(used),
            ~Exists(lasting),
            Exists(posts),
            attempt__sitting__blueprint_id=scheme.blueprint_id,
            passed=True,
        )
    )
    if scheme.course_id is not None:
        earned = earned.filter(
            Exists(
                Enrolment.objects.filter(
                    member=OuterRef("attempt__member"), course_id=scheme.course_id, completed_at__isnull=False
                )
            )
        )
    return sorted(set(earned.values_list("attempt__member_id", flat=True)))


def awards_issue_earned() -> int:
    """Once a day, what no event brings: the day has come from which a certificate may be renewed by an exam passed before, a
    member has moved into a post that a scheme names, a scheme has come into use. Gives back how many were issued."""
    issued = 0
    for scheme in Scheme.objects.filter(is_active=True).select_related("course").prefetch_related("posts"):
        for member in _members(_newly_earned(scheme)):
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
    except AwardRefused:
        return False
    except Exception:
        logger.exception("No award for member %s", member.pk)
        return False


def awards_issue_batch(*, actor: User | None, scheme: Scheme, progress: Callable[[int], None] | None = None) -> Batch:
    """Issue to everybody who has earned it; run twice = once. Each award is a transaction of its own, so it can be interrupted."""
    batch = Batch()
    members = _members(list(members_to_certify(scheme).values_list("pk", flat=True)))
    for place, member in enumerate(members, start=1):
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
