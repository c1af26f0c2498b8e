"""Where members stand towards each scheme, and the figures that add them up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assessment.models import ChangedUnit, Figure, FiguresChecked, Standing, Status
from assessment.standing.services import (
    figures_refresh,
    schemes_prepare,
    standings_rebuild,
    standings_reconcile,
    standings_refresh,
    standings_sweep,
    sweep,
)
from certificates.models import Award, Scheme
from certificates.services import award_issue
from people.models import Assignment, Organisation
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))


@pytest.fixture
def second_scheme(organisation: Any, scheme: Any) -> Any:
    """Asks for an exam of its own."""
    edition = scenes.make_edition()
    sitting = scenes.make_sitting(
        organisation.city, edition, exam=scenes.make_exam(edition, "演示进阶考试"), title="演示进阶考试"
    )
    return scenes.make_scheme(sitting, code="advanced", title="进阶培训合格", letters="JJ")


def certify(member: Any, scheme: Any, *, days: int | None = None) -> Award:
    """`days`: how many are left."""
    scenes.pass_exam(member, scenes.sitting_of(scheme))
    award = award_issue(actor=None, scheme=scheme, member=member)
    if days is not None:
        today = timezone.localdate()
        Award.objects.filter(pk=award.pk).update(
            issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days)
        )
    return award


def status_of(member: Any, scheme: Any = None) -> str:
    """Towards a scheme, or as a whole."""
    rows = Standing.objects.filter(member=member)
    return (rows.get(is_whole=True) if scheme is None else rows.get(is_whole=False, scheme=scheme)).status


def whole_figures() -> dict[str, Figure]:
    """By path; for a cast in which each unit has one post at most."""
    return {figure.path: figure for figure in Figure.objects.filter(scheme=None)}


def total_of(unit: Organisation, scheme: Any = None) -> int:
    return sum(figure.people for figure in Figure.objects.filter(organisation=unit, scheme=scheme))


def all_figures() -> list[dict[str, Any]]:
    fields = ("organisation", "scheme", "post", "path", "total", "not_required", *Status.values)
    return list(Figure.objects.order_by(*fields).values(*fields))


def test_statuses_follow_training_exam_certificate_and_time(learner: Any, scheme: Any) -> None:
    standings_rebuild()
    assert status_of(learner, scheme) == status_of(learner) == Status.NOT_STARTED
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=100)
    standings_refresh([learner.pk])
    assert status_of(learner, scheme) == Status.IN_TRAINING
    award = certify(learner, scheme)
    standings_refresh([learner.pk])
    assert status_of(learner, scheme) == Status.CERTIFIED
    today = timezone.localdate()
    for days, status in ((90, Status.EXPIRING), (91, Status.CERTIFIED), (0, Status.EXPIRING), (-1, Status.EXPIRED)):
        Award.objects.filter(pk=award.pk).update(
            issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days)
        )
        standings_refresh([learner.pk])
        assert status_of(learner, scheme) == status_of(learner) == status, days


def test_a_live_certificate_of_one_scheme_hides_no_expired_one_of_another(
    learner: Any, scheme: Any, second_scheme: Any
) -> None:
    certify(learner, scheme, days=-1)
    certify(learner, second_scheme)
    standings_rebuild()
    assert status_of(learner, scheme) == Status.EXPIRED
    assert status_of(learner, second_scheme) == Status.CERTIFIED
    whole = Standing.objects.get(member=learner, is_whole=True)
    assert (whole.status, whole.scheme) == (Status.EXPIRED, scheme), "what needs somebody most"
    assert whole.award_number == Award.objects.get(scheme=scheme).number


def test_in_training_is_who_has_begun_what_this_scheme_asks_for(learner: Any, scheme: Any, second_scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(second_scheme), score=100)
    standings_rebuild()
    assert status_of(learner, second_scheme) == Status.IN_TRAINING
    assert status_of(learner, scheme) == Status.NOT_STARTED


def test_the_best_score_is_of_the_schemes_own_exam(learner: Any, scheme: Any, second_scheme: Any) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=6000)
    scenes.pass_exam(learner, scenes.sitting_of(second_scheme), score=7000)
    standings_rebuild()
    scores = dict(Standing.objects.filter(is_whole=False).values_list("scheme__code", "best_score"))
    assert scores == {"onboarding": 6000, "advanced": 7000}


def test_a_scheme_concerns_the_posts_that_it_names_and_nobody_else(
    learner: Any, far_member: Any, scheme: Any, second_scheme: Any, posts: Any, organisation: Any
) -> None:
    scheme.posts.set([posts.full_time])
    second_scheme.posts.set([posts.full_time])
    standings_rebuild()
    assert Standing.objects.filter(member=learner).count() == 3
    alone = Standing.objects.get(member=far_member)
    assert (alone.status, alone.scheme, alone.is_whole) == (Status.NOT_REQUIRED, None, True)
    figure = Figure.objects.get(organisation=organisation.city, post=posts.liaison)
    assert (figure.scheme, figure.total, figure.not_required, figure.people) == (None, 0, 1, 1)
    assert total_of(organisation.city) == 2 and total_of(organisation.city, scheme) == 1


def test_a_scheme_out_of_use_tells_only_of_who_has_no_certificate_of_one_in_use(
    learner: Any, neighbour: Any, scheme: Any, second_scheme: Any
) -> None:
    certify(learner, scheme, days=-1)
    certify(neighbour, scheme, days=-1)
    certify(neighbour, second_scheme)
    scheme.is_active = False
    scheme.save()
    standings_rebuild()
    assert status_of(learner, scheme) == status_of(learner) == Status.EXPIRED
    assert status_of(learner, second_scheme) == Status.NOT_STARTED
    assert status_of(neighbour) == Status.CERTIFIED
    assert not Standing.objects.filter(member=neighbour, scheme=scheme).exists()


def test_a_scheme_whose_posts_change_is_prepared_anew_by_itself(
    learner: Any, far_member: Any, scheme: Any, posts: Any, organisation: Any
) -> None:
    standings_rebuild()
    assert schemes_prepare() == 0
    scheme.posts.set([posts.liaison])
    assert schemes_prepare() == 1
    figures_refresh()
    assert status_of(learner) == Status.NOT_REQUIRED
    assert total_of(organisation.city, scheme) == 1
    assert schemes_prepare() == 0


def test_a_new_scheme_is_prepared_by_itself(learner: Any, scheme: Any, second_scheme: Any) -> None:
    standings_rebuild()
    second_scheme.delete()
    assert not Standing.objects.filter(is_whole=False).exclude(scheme=scheme).exists()
    third = scenes.make_scheme(scenes.sitting_of(scheme), code="third", title="第三方案", letters="DS")
    assert schemes_prepare() == 1
    assert status_of(learner, third) == Status.NOT_STARTED


def test_numbers_add_up_at_every_level(
    organisation: Any, learner: Any, neighbour: Any, far_member: Any, scheme: Any
) -> None:
    certify(learner, scheme)
    standings_rebuild()
    for towards in (None, scheme):
        for unit in Organisation.objects.all():
            own = Standing.objects.filter(organisation=unit, is_whole=towards is None)
            below = Figure.objects.filter(organisation__in=unit.get_children(), scheme=towards)
            mine = Figure.objects.filter(organisation=unit, scheme=towards)
            assert sum(f.total for f in mine) == own.count() + sum(f.total for f in below)
            for status in Status.values:
                counted = own.filter(status=status).count() + sum(getattr(f, status) for f in below)
                assert sum(getattr(f, status) for f in mine) == counted
        assert total_of(organisation.city, towards) == 3
        assert Figure.objects.get(organisation=organisation.east_town, scheme=towards).certified == 1


def test_one_change_refreshes_the_unit_and_all_above_and_equals_a_rebuild(
    organisation: Any, learner: Any, neighbour: Any, far_member: Any, scheme: Any
) -> None:
    standings_rebuild()
    certify(learner, scheme)
    standings_refresh([learner.pk])
    assert figures_refresh() == 4  # grid, village, town, city
    after_events = all_figures()
    standings_rebuild()
    assert all_figures() == after_events


def test_a_refresh_that_finds_nothing_new_writes_nothing(learner: Any, scheme: Any) -> None:
    certify(learner, scheme)
    assert standings_rebuild() == 2
    written = dict(Standing.objects.values_list("pk", "updated_at"))
    assert standings_refresh([learner.pk]) == 0
    assert dict(Standing.objects.values_list("pk", "updated_at")) == written
    assert not ChangedUnit.objects.exists()


def test_marks_are_taken_in_chunks_and_the_time_is_that_of_the_last(
    learner: Any, far_member: Any, scheme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assessment.standing.services import figures

    standings_rebuild()
    before = FiguresChecked.objects.get().at
    assert before is not None
    monkeypatch.setattr(figures, "CHUNK", 1)
    Standing.objects.update(status=Status.IN_TRAINING)
    figures.units_changed(Standing.objects.values_list("organisation_path", flat=True))
    assert figures_refresh() == 4 + 5
    assert FiguresChecked.objects.filter(at__gt=before).exists()
    assert not Figure.objects.exclude(in_training=1, total=1).exclude(in_training=2, total=2).exists()


def test_a_move_takes_the_member_from_one_unit_to_the_other(organisation: Any, learner: Any, scheme: Any) -> None:
    standings_rebuild()
    current = learner.assignments.get()
    current.ends_on = timezone.localdate()
    current.save()
    Assignment.objects.create(
        member=learner, post=current.post, organisation=organisation.west_grid, starts_on=timezone.localdate()
    )
    standings_reconcile()
    figures_refresh()
    for towards in (None, scheme):
        assert total_of(organisation.east_town, towards) == 0
        assert total_of(organisation.west_town, towards) == 1
        assert total_of(organisation.city, towards) == 1


def test_who_leaves_disappears_from_the_figures(organisation: Any, learner: Any) -> None:
    standings_rebuild()
    learner.assignments.update(ends_on=timezone.localdate())
    standings_reconcile()
    figures_refresh()
    assert not Standing.objects.exists()
    assert total_of(organisation.city) == 0


def test_the_sweep_turns_statuses_that_time_changes(learner: Any, scheme: Any) -> None:
    award = certify(learner, scheme)
    standings_refresh([learner.pk])
    assert Standing.objects.get(is_whole=False).changes_on == award.renewable_from
    today = timezone.localdate()
    Award.objects.filter(pk=award.pk).update(
        issued_on=today - timedelta(days=900), valid_until=today - timedelta(days=1)
    )
    Standing.objects.filter(is_whole=False).update(changes_on=today)
    standings_sweep()
    assert status_of(learner, scheme) == status_of(learner) == Status.EXPIRED


def _kept(model: Any, *without: str) -> list[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if field.name not in ("id", *without)]
    return sorted(model.objects.values_list(*names), key=repr)


def test_whatever_day_comes_the_sweep_gives_what_everything_anew_would(
    learner: Any, neighbour: Any, far_member: Any, scheme: Any, second_scheme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Scheme.objects.filter(pk=second_scheme.pk).update(renewal_days=30)
    second_scheme.refresh_from_db()
    left = {
        (learner, scheme): 5,
        (learner, second_scheme): 200,
        (neighbour, scheme): 95,
        (far_member, second_scheme): 31,
    }
    for (member, towards), days in left.items():
        certify(member, towards, days=days)
    standings_rebuild()
    today, real = timezone.localdate(), timezone.localdate
    turns = {days - towards.renewal_days for (_member, towards), days in left.items()} | set(left.values())
    seen = set()
    for later in sorted(turn + step for turn in turns for step in (-1, 0, 1) if turn + step >= 0):
        day = today + timedelta(days=later)
        monkeypatch.setattr(
            timezone, "localdate", lambda moment=None, tz=None, day=day: real(moment, tz) if moment else day
        )
        standings_sweep()
        figures_refresh()
        swept = _kept(Standing, "updated_at"), _kept(Figure, "as_of")
        standings_rebuild()
        assert (_kept(Standing, "updated_at"), _kept(Figure, "as_of")) == swept, f"{later} days later"
        seen |= set(Standing.objects.values_list("status", flat=True))
    assert seen == {Status.CERTIFIED, Status.EXPIRING, Status.EXPIRED, Status.NOT_STARTED}


def test_the_sweep_works_only_for_whom_the_day_concerns(
    learner: Any, neighbour: Any, scheme: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    for member in (learner, neighbour):
        certify(member, scheme, days=200)
    standings_rebuild()
    with django_assert_num_queries(1):
        assert standings_sweep() == 0
    Standing.objects.filter(member=learner, is_whole=False).update(changes_on=timezone.localdate())
    refreshed: list[int] = []

    def refresh(ids: list[int]) -> int:
        refreshed.extend(ids)
        return len(ids)

    monkeypatch.setattr(sweep, "standings_refresh", refresh)
    assert standings_sweep() == 1
    assert refreshed == [learner.pk]


def test_an_index_leads_the_sweep_to_the_rows_of_the_day(db: None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # an empty table needs no index
    assert "standing_changes" in sweep.members_turned(timezone.localdate(), after=0).explain()


def test_figures_that_do_not_add_up_are_refused_by_the_database(organisation: Any, posts: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(
            organisation=organisation.city,
            path=organisation.city.path,
            depth=1,
            post=posts.head,
            total=5,
            certified=4,
            as_of=timezone.now(),
        )


def test_two_rows_for_one_member_and_scheme_are_refused_by_the_database(learner: Any, scheme: Any) -> None:
    standings_rebuild()
    for row in Standing.objects.all():
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_who_holds_two_posts_stands_where_each_scheme_concerns_them_and_is_counted_once_as_a_whole(
    learner: Any, scheme: Any, second_scheme: Any, posts: Any, organisation: Any
) -> None:
    Assignment.objects.create(
        member=learner,
        post=posts.liaison,
        organisation=organisation.west_micro,
        starts_on=timezone.localdate(),
        is_main=False,
    )
    second_scheme.posts.set([posts.liaison])
    standings_rebuild()
    of_main = Standing.objects.get(is_whole=False, scheme=scheme)
    of_other = Standing.objects.get(is_whole=False, scheme=second_scheme)
    assert of_main.organisation == organisation.east_grid, "the main post comes first"
    assert (of_other.organisation, of_other.post) == (organisation.west_micro, posts.liaison)
    assert Standing.objects.get(is_whole=True).organisation == organisation.east_grid
    assert total_of(organisation.city) == total_of(organisation.east_town) == 1
    assert (total_of(organisation.west_town), total_of(organisation.west_town, second_scheme)) == (0, 1)
