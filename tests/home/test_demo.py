"""The demonstration is sound: what a newcomer judges the product by obeys the product's own rules."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q
from django.test import Client, RequestFactory
from django.urls import reverse

from assessment.models import Evidence, Figure, Standing, Status
from assessment.standing.models import CONCERNED, Sum
from certificates.models import Award, NumberLedger
from certificates.numbers import check_digits_fit
from certificates.requirements.certificate import CertificateBasis
from certificates.requirements.exam import ExamBasis
from certificates.services import awards_issue_earned
from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from exams.marking import sheet_mark, totals_of
from exams.models import Attempt, Exam, FormKey, Mark, Question, Response, Result, Sitting
from exams.papers import forms_forget, needs
from exams.queries import clauses_of
from home.demo import names
from home.demo.accounts import LEARNERS, PASSWORD, STAFF
from home.demo.organisation import CITY, CITY_CODE, ONE_TOWN, plan, spread
from outbox.models import Event
from people.assignments import current_assignments, posts_of
from people.models import Member, Organisation, RoleGrant, User

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """One town, loaded once for all tests of this file and rolled back after them. What the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        said = StringIO()
        call_command("load_demo", small=True, no_pdf=True, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)
        forms_forget()


# --- the organisation -------------------------------------------------------------------------------------------------


def test_the_city_has_its_real_size() -> None:
    nodes, seats = plan(CITY, random.Random(1))
    assert Counter((node.level_id, node.grid_kind) for node in nodes) == {
        ("city", ""): 1,
        ("town", ""): 14,
        ("village", ""): 348,
        ("grid", "integrated_grid"): 1185,
        ("grid", "dedicated_grid"): 75,
        ("micro_grid", ""): 4645,
    }
    integrated = [node for node in nodes if node.grid_kind == "integrated_grid"]
    assert Counter(node.is_urban for node in integrated) == {True: 82, False: 1103}
    assert Counter(seat.post for seat in seats) == {
        "chief_grid_head": 348,
        "grid_administrator": 348,
        "full_time_grid_member": 1185,
        "micro_grid_liaison": 4645,
    }
    assert len(seats) == CITY.members == 6526


def test_units_are_named_once_among_their_siblings_and_marked() -> None:
    nodes, _seats = plan(CITY, random.Random(1))
    siblings: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        siblings[node.path[: -Organisation.steplen]].append(node.name)
    assert [found for found in siblings.values() if len(set(found)) < len(found)] == []
    assert all(names.MARK in node.name for node in nodes if node.level_id in ("city", "town", "village"))
    villages = [node.name for node in nodes if node.level_id == "village"]
    assert len(set(villages)) == len(villages)


def test_people_have_distinct_names_that_nobody_takes_for_real_ones() -> None:
    people = names.person_names(6526, random.Random(1))
    assert len(set(people)) == 6526
    assert all(name.startswith(names.MARK) and 4 <= len(name) <= 9 for name in people)
    assert sum("·" in name for name in people) >= 50
    assert sum("𠮷" in name for name in people) >= 2


def test_the_same_seed_invents_the_same_city() -> None:
    def invent() -> list[tuple[str, str]]:
        nodes, _seats = plan(ONE_TOWN, random.Random(7))
        return [(node.path, node.name) for node in nodes]

    assert invent() == invent()


def test_a_total_is_spread_exactly_and_refused_when_it_does_not_fit() -> None:
    shares = spread(1103, 324, least=2, most=6, rng=random.Random(3))
    assert sum(shares) == 1103 and min(shares) >= 2 and max(shares) <= 6
    with pytest.raises(ValueError, match="spread"):
        spread(10, 2, least=1, most=4, rng=random.Random(3))


def test_the_tree_is_whole_and_every_member_has_one_main_post(town: str) -> None:
    assert Organisation.find_problems() == ([], [], [], [], [])
    current = current_assignments()
    main = current.filter(is_main=True)
    assert main.count() == Member.objects.count() == ONE_TOWN.members
    assert set(main.values_list("member_id", flat=True)) == set(Member.objects.values_list("pk", flat=True))
    assert not current.filter(starts_on__lt=F("member__entered_on")).exists()
    assert all(
        phone.startswith("1004") and len(phone) == 11 for phone in Member.objects.values_list("phone", flat=True)
    )


def test_some_hold_a_second_post_and_both_stand_on_their_pages(town: str, client: Client) -> None:
    beside = current_assignments().filter(is_main=False).select_related("member", "post", "organisation")
    assert beside
    assert all(len(posts_of(each.member)) == 2 for each in beside)
    number = next(account.number for account in LEARNERS if account.key == "certified")
    second = beside.get(member__number=number)
    client.force_login(User.objects.get(username=number))
    own = client.get(reverse("people:me")).content.decode()
    client.force_login(User.objects.get(username="supervisor-town"))
    record = client.get(reverse("assessment:member", args=[second.member.code])).content.decode()
    client.force_login(User.objects.get(username="administrator"))
    account = client.get(reverse("people:member", args=[second.member.code])).content.decode()
    for page in (own, record, account):
        assert all(post.organisation.name in page and post.post.name in page for post in posts_of(second.member))
    assert "（兼任）" in record and "（兼任）" in account


def test_a_member_stands_differently_towards_two_schemes(town: str) -> None:
    held: dict[int, set[str]] = defaultdict(set)
    for row in Standing.objects.filter(is_whole=False):
        held[row.member_id].add(row.status)
    assert any({Status.CERTIFIED, Status.EXPIRED} <= statuses for statuses in held.values())


def test_a_town_shows_a_course_of_its_own(town: str) -> None:
    own = CoursePage.objects.live().filter(unit__level="town")
    assert [course.unit for course in own] and all(
        course.unit != course.unit.get_root() for course in own if course.unit
    )


# --- loading ----------------------------------------------------------------------------------------------------------


def test_loading_again_says_that_it_is_there_and_changes_nothing(town: str) -> None:
    assert f"{ONE_TOWN.members} 名成员" in town
    models = (User, Member, Organisation, Question, LessonPage, Sitting, Attempt, Award, Evidence)
    before = [model.objects.count() for model in models]
    said = StringIO()
    call_command("load_demo", small=True, no_pdf=True, stdout=said)
    assert "已经在了" in said.getvalue()
    assert [model.objects.count() for model in models] == before


# --- content ----------------------------------------------------------------------------------------------------------


def test_the_course_is_published_with_revisions_and_clauses(town: str) -> None:
    course = CoursePage.objects.get(is_onboarding=True)
    lessons = LessonPage.objects.child_of(course)
    assert lessons.count() >= 12
    for lesson in lessons:
        assert lesson.live and lesson.live_revision is not None and not lesson.has_unpublished_changes
        assert lesson.clause_links.exists() and len(lesson.body) >= 8
    assert course.edition is not None
    assert course.edition.state == "in_force" and course.edition.is_demonstration


def test_the_bank_is_ready_and_the_exam_has_fifty_questions_and_a_hundred_marks(town: str) -> None:
    assert Question.objects.non_polymorphic().filter(state="ready").count() >= 150
    open_sitting = Sitting.objects.get(state="open")
    assert (open_sitting.question_count, open_sitting.total_marks, open_sitting.pass_mark) == (50, 10_000, 8_000)
    assert open_sitting.course == CoursePage.objects.get(is_onboarding=True)
    assert open_sitting.forms.count() >= 2
    assert Sitting.objects.filter(state="closed").count() >= 1
    assert not Question.objects.non_polymorphic().filter(used_at__isnull=False, used_at__lt=F("created_at")).exists()


# --- history ----------------------------------------------------------------------------------------------------------


def test_every_status_occurs_and_the_figures_add_up(town: str) -> None:
    statuses = Counter(Standing.objects.filter(is_whole=True).values_list("status", flat=True))
    assert set(CONCERNED) <= set(statuses)
    for unit in Organisation.objects.filter(depth__lte=2):
        figure = Sum.of(Figure.objects.filter(organisation=unit, scheme=None))
        assert figure.people == ONE_TOWN.members
        assert {status: getattr(figure, status) for status in Status.values if getattr(figure, status)} == statuses


def test_every_award_rests_on_a_passed_result_after_the_course(town: str) -> None:
    completed = dict(Enrolment.objects.filter(completed_at__isnull=False).values_list("member_id", "completed_at"))
    results = {r.pk: r for r in Result.objects.select_related("attempt__sitting")}
    bases = {basis.award_id: basis for basis in ExamBasis.objects.all()}
    awards = list(Award.objects.select_related("member"))
    assert len(awards) > ONE_TOWN.members // 2
    for award in awards:
        basis = bases[award.pk]
        result = results[basis.result_id]
        assert result.passed and result.attempt.member_id == award.member_id
        assert result.score == basis.score >= basis.pass_mark
        finished = completed[award.member_id]
        assert finished is not None and finished < result.attempt.started_at
        entered = award.member.entered_on
        assert entered is not None and entered < award.issued_on
    outside = Q(started_at__lt=F("sitting__opens_at")) | Q(submitted_at__gt=F("sitting__closes_at"))
    assert not Attempt.objects.filter(outside).exists()


def test_certificate_numbers_run_without_gaps(town: str) -> None:
    serials: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for award in Award.objects.select_related("scheme").order_by("serial"):
        serials[award.scheme.letters, award.scheme.region_code, award.year].append(award.serial)
        assert check_digits_fit(award.number)
    for (letters, region, year), found in serials.items():
        assert found == list(range(1, len(found) + 1))
        assert NumberLedger.objects.get(letters=letters, region_code=region, year=year).last == len(found)


def test_certificates_occur_in_each_state_and_the_sweep_has_no_thousands_to_render(town: str) -> None:
    assert set(Award.objects.values_list("state", flat=True)) == {"issued", "superseded", "revoked"}
    assert Award.objects.filter(render_state="waiting").count() <= 1  # the revoked one, made anew with its mark


def test_the_states_of_certificates_last_longer_than_a_day(town: str) -> None:
    """Nothing is left to be earned: the daily task renews nobody's certificate by the exam that it rests on."""
    assert awards_issue_earned() == 0


def test_some_people_hold_certificates_of_two_schemes_in_different_states(town: str) -> None:
    states: dict[int, dict[str, str]] = defaultdict(dict)
    for award in Award.objects.filter(state="issued").select_related("scheme"):
        state = "expiring" if award.is_expiring else str(award.validity)
        states[award.member_id][award.scheme.code] = state
    both = [held for held in states.values() if len(held) > 1]
    assert any(len(set(held.values())) > 1 for held in both), both[:5]
    assert CertificateBasis.objects.filter(award__scheme__code="backbone").exists()


def test_a_town_has_an_exam_of_its_own_that_the_bank_can_fill(town: str) -> None:
    exam = Exam.objects.get(owner__isnull=False)
    assert exam.owner == RoleGrant.objects.get(user__username="trainer-town").organisation
    assert not any(need.short for need in needs(exam.newest))


def test_kept_answers_marked_again_give_the_kept_marks_and_results(town: str) -> None:
    keys = dict(FormKey.objects.values_list("form_id", "document"))
    sheets: dict[int, dict[int, Any]] = defaultdict(dict)
    for attempt_id, number, value in Response.objects.values_list("attempt_id", "number", "value"):
        sheets[attempt_id][number] = json.loads(value)
    marks = Counter[int]()
    for attempt_id, score in Mark.objects.values_list("attempt_id", "score"):
        marks[attempt_id] += score
    results = list(Result.objects.select_related("attempt"))
    assert len(results) == len(sheets) > 50
    for result in results:
        marked = sheet_mark(keys[result.attempt.form_id], sheets[result.attempt_id])
        assert marked.score == result.score == marks[result.attempt_id]
        totals = totals_of(keys[result.attempt.form_id], {mark.number: mark.score for mark in marked.marks})
        assert sorted(totals.clauses, key=lambda one: one.clause_id) == clauses_of(result)


def test_events_of_the_past_are_kept_as_evidence_and_not_announced_again(town: str) -> None:
    assert Evidence.objects.filter(kind="exam").count() == Result.objects.count()
    assert Evidence.objects.filter(kind="award").count() == Award.objects.count()
    assert not Event.objects.filter(topic__startswith="courses.").exists()
    assert not Event.objects.filter(topic="exams.result").exists()


def test_who_completed_the_course_passed_every_lesson(town: str) -> None:
    lessons = LessonPage.objects.child_of(CoursePage.objects.get(is_onboarding=True)).count()
    passed = Counter(LessonProgress.objects.filter(passed_at__isnull=False).values_list("enrolment_id", flat=True))
    for enrolment in Enrolment.objects.all():
        assert (passed[enrolment.pk] == lessons) == (enrolment.completed_at is not None)
        if enrolment.completed_at is not None:
            assert enrolment.started_at is not None
            assert enrolment.assigned_at < enrolment.started_at < enrolment.completed_at


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_every_printed_account_signs_in_and_no_other_can(town: str) -> None:
    said = StringIO()
    call_command("demo_accounts", stdout=said)
    accounts = [a.number for a in LEARNERS] + [a.username for a in STAFF]
    request = RequestFactory().post("/accounts/login/")
    for account in accounts:
        assert account in said.getvalue()
        assert authenticate(request, username=account, password=PASSWORD) is not None, account
    usable = [user.username for user in User.objects.all() if user.has_usable_password()]
    assert sorted(usable) == sorted(accounts)


def standing_of(member: Member) -> Standing:
    return Standing.objects.get(member=member, is_whole=False, scheme__code="onboarding")


def test_the_accounts_are_where_their_description_says(town: str) -> None:
    new, midway, ready, certified = (Member.objects.get(number=account.number) for account in LEARNERS)
    assert new.user.must_change_password and new.user.confirmed_at is None
    assert Enrolment.objects.get(member=new).started_at is None and standing_of(new).status == Status.NOT_STARTED
    assert LessonProgress.objects.filter(enrolment__member=midway, passed_at__isnull=False).count() == 7
    assert Enrolment.objects.filter(member=ready, completed_at__isnull=False).exists()
    assert not Attempt.objects.filter(member=ready).exists()
    assert standing_of(certified).status == Status.CERTIFIED
    assert all(standing_of(member).post.code == "full_time_grid_member" for member in (new, midway, ready))
    city = Organisation.objects.get(code=CITY_CODE)
    grants = {grant.user.username: grant for grant in RoleGrant.objects.select_related("user", "organisation")}
    assert grants["supervisor"].organisation == city
    assert grants["supervisor-town"].organisation.level_id == "town"
    theirs = grants["trainer-town"]
    course = CoursePage.objects.get(unit=theirs.organisation)
    assert course.owner == theirs.user and LessonPage.objects.child_of(course).live().count() == 2
    assert grants["trainer"].user.groups.filter(name="培训讲师").exists()
    assert User.objects.get(username="superuser").is_superuser


def test_a_changed_password_is_not_printed(town: str) -> None:
    user = User.objects.get(username=LEARNERS[0].number)
    user.set_password("wo-zi-ji-de-mi-ma")
    user.save()
    said = StringIO()
    call_command("demo_accounts", stdout=said)
    assert "已修改" in said.getvalue()
