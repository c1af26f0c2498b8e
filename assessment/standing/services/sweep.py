"""What no event told, and everything anew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from assessment.standing.concern import Terms, all_terms
from assessment.standing.models import Figure, SchemePrepared, Standing
from assessment.standing.services.figures import figures_rebuild, units_changed
from assessment.standing.services.standings import standings_refresh
from people.assignments import current_assignments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

# A worker that prepares a scheme's standings and says nothing for so long has died.
CLAIM_LASTS = timedelta(minutes=30)
AT_ONCE = 10_000


def members_turned(today: date, *, after: int) -> QuerySet[Standing, int]:
    """Some members, by key, of whom the day has changed a row since it was prepared: a certificate came into its time of renewal, or
    ended. Nothing else in a status hangs on the day: a due date stands in the row, and lists compare it when they are read."""
    turned = Standing.objects.filter(changes_on__lte=today, member_id__gt=after)
    return turned.order_by("member_id").values_list("member_id", flat=True).distinct()[:AT_ONCE]


def standings_sweep() -> int:
    """What the days since the last sweep have changed, however many have passed. Its work is for those rows alone. Returns how many
    rows were written."""
    today = timezone.localdate()
    written, last = 0, 0
    while ids := list(members_turned(today, after=last)):
        written += standings_refresh(ids)
        last = ids[-1]
    return written


def standings_reconcile(*, most: int = 20_000) -> int:
    """What no event told: members who came, moved or left, units that moved. It compares all rows, hence at night. Returns how many
    rows were written."""
    current = current_assignments()
    whole = Standing.objects.filter(is_whole=True, member_id=OuterRef("member_id"))
    due = set(current.filter(~Exists(whole)).values_list("member_id", flat=True)[:most])
    same = current.filter(
        member_id=OuterRef("member_id"),
        organisation_id=OuterRef("organisation_id"),
        organisation__path=OuterRef("organisation_path"),
        post_id=OuterRef("post_id"),
    )
    due |= set(Standing.objects.filter(~Exists(same)).values_list("member_id", flat=True)[:most])
    moved = Figure.objects.exclude(organisation__path=F("path")).values_list("path", "organisation__path")[:most]
    units_changed({path for pair in moved for path in pair})
    return standings_refresh(due)


def schemes_prepare() -> int:
    """Prepare anew the standings towards schemes whose terms have changed, new ones among them. Returns how many schemes."""
    prepared = dict(SchemePrepared.objects.values_list("scheme_id", "terms"))
    return sum(_scheme_prepare(terms) for terms in all_terms() if prepared.get(terms.scheme.pk) != terms.digest)


def _scheme_prepare(terms: Terms) -> bool:
    SchemePrepared.objects.get_or_create(scheme=terms.scheme)
    mine = SchemePrepared.objects.filter(scheme=terms.scheme)
    lost = Q(claimed_at__isnull=True) | Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
    if not mine.filter(lost).update(claimed_at=timezone.now()):
        return False  # another worker is at it
    for ids in _everybody():
        standings_refresh(ids)
        mine.update(claimed_at=timezone.now())
    mine.update(terms=terms.digest, claimed_at=None)
    return True


def _everybody() -> Iterator[list[int]]:
    """Members on a post or with a standing, some at a time."""
    last = 0
    while True:
        current = current_assignments().filter(member_id__gt=last)
        kept = Standing.objects.filter(member_id__gt=last)
        ids = {
            *current.order_by("member_id").values_list("member_id", flat=True).distinct()[:AT_ONCE],
            *kept.order_by("member_id").values_list("member_id", flat=True).distinct()[:AT_ONCE],
        }
        if not ids:
            return
        part = sorted(ids)[:AT_ONCE]
        yield part
        last = part[-1]


def standings_rebuild() -> int:
    """All standings and figures anew. Returns how many rows were written."""
    terms = all_terms()
    written = sum(standings_refresh(ids) for ids in _everybody())
    for each in terms:
        SchemePrepared.objects.update_or_create(scheme=each.scheme, defaults={"terms": each.digest, "claimed_at": None})
    figures_rebuild()
    return written
