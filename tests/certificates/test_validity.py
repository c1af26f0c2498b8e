"""Until when a certificate is valid, and from when it is said to be expiring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from certificates.models import Award, Scheme
from certificates.services import award_issue
from people.models import Member
from tests.certificates import scenes


@pytest.mark.parametrize(
    ("issued_on", "months", "until"),
    [
        (date(2026, 11, 24), 36, date(2029, 11, 23)),
        (date(2028, 2, 29), 36, date(2031, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2026, 3, 1), 36, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
    ],
)
def test_the_last_day_is_the_day_before_the_same_day(issued_on: date, months: int, until: date) -> None:
    assert Scheme(validity_months=months).valid_until(issued_on) == until


def test_a_renewal_counts_from_the_old_end_where_the_scheme_says_so() -> None:
    day, old_end = date(2028, 10, 25), date(2028, 11, 23)
    from_issue = Scheme(validity_months=36)
    from_end = Scheme(validity_months=36, renewal_from="old_end")
    assert from_issue.valid_until(day, old_end) == date(2031, 10, 24)
    assert from_end.valid_until(day, old_end) == date(2031, 11, 23)
    assert from_end.valid_until(day) == from_end.valid_until(day, date(2028, 10, 1)) == date(2031, 10, 24)


@pytest.mark.parametrize("begins", ["issue", "old_end"])
def test_renewing_thirty_days_before_the_end_loses_them_only_where_the_scheme_says_so(
    learner: Member, organisation: Any, begins: str
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scheme = scenes.make_scheme(sitting, renewal_from=begins)
    scenes.pass_exam(learner, sitting)
    award = award_issue(actor=None, scheme=scheme, member=learner)
    today = timezone.localdate()
    end = today + timedelta(days=30)
    Award.objects.filter(pk=award.pk).update(issued_on=today - timedelta(days=1000), valid_until=end)
    scenes.pass_exam(learner, sitting)
    renewed = award_issue(actor=None, scheme=scheme, member=learner)
    assert renewed.valid_until == scheme.valid_until(today if begins == "issue" else end + timedelta(days=1))


@pytest.mark.parametrize(("days", "is_expiring"), [(91, False), (90, True), (0, True), (-1, False)])
def test_expiring_is_said_alike_for_one_and_for_many(
    learner: Member, organisation: Any, days: int, is_expiring: bool
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    award = award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)
    today = timezone.localdate()
    Award.objects.update(issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days))
    award.refresh_from_db()
    assert award.is_expiring == is_expiring == Award.objects.expiring().exists()
    Award.objects.update(state="superseded")
    award.refresh_from_db()
    assert not award.is_expiring and not Award.objects.expiring().exists()
