"""The explanation for one person and the query for a batch give the same answer, whatever is asked for and whoever did what."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acts import Refused
from certificates.evaluation import members_due, members_fulfilling, scheme_evaluate
from certificates.models import Award, Requirement
from certificates.requirements.certificate import CertificateHeld
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed
from certificates.requirements.groups import AllOf, AnyOf, SomeOf
from certificates.services import Asked, award_issue, award_outlook, award_revoke, scheme_requirements_set
from exams.models import Result
from tests.cast import make_member
from tests.certificates import scenes

MEMBERS = 3
# A leaf: what is asked for and which of two. A group: its kind, how many of it, and the branches.
leaves = st.tuples(st.sampled_from(["course", "exam", "exam_90", "certificate"]), st.integers(0, 1))
trees = st.recursive(
    leaves,
    lambda below: st.tuples(
        st.sampled_from(["all", "any", "some"]), st.integers(1, 3), st.lists(below, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
# What a member did, in order, long ago first.
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("course"), st.integers(0, 1)),
        st.tuples(st.just("exam"), st.integers(0, 1), st.sampled_from([7000, 8500, 9500])),
        st.tuples(st.just("certificate"), st.sampled_from(["valid", "expired", "revoked"])),
        st.tuples(st.just("mine"), st.sampled_from(["valid", "expiring", "expired", "revoked"])),
    ),
    max_size=6,
)

ALL = [("course", 0), ("course", 1), ("exam", 0, 9500), ("exam", 1, 9500), ("certificate", "valid")]
# Whoever was certified and did it all again, which chance alone brings about too rarely.
again = st.tuples(st.sampled_from(["expiring", "expired"]), st.permutations(ALL[:4]), st.integers(0, 4)).map(
    lambda drawn: [*ALL, ("mine", drawn[0]), *drawn[1][: drawn[2]]]
)


@pytest.fixture
def ground(organisation: Any, posts: Any, administrator: Any) -> Any:
    """Two courses, two exams, a scheme on the first exam, and the scheme that is asked about."""
    edition = scenes.make_edition()
    sittings = [scenes.make_sitting(organisation.city, edition, max_attempts=9) for _n in range(2)]
    courses = [scenes.make_course(edition, title=f"课程{n}", slug=f"course-{n}") for n in range(2)]
    return {
        "sittings": sittings,
        "courses": courses,
        "other": scenes.make_scheme(sittings[0], code="other", letters="QT"),
        "scheme": scenes.make_scheme(sittings[0], code="asked", letters="WN"),
        "members": [make_member(f"H{n}", f"演示{n}", posts.liaison, organisation.east_micro) for n in range(MEMBERS)],
        "administrator": administrator,
    }


def asked(tree: Any, ground: Any) -> Asked:
    if tree[0] in ("all", "any", "some"):
        kind, least, below = tree
        branches = [asked(each, ground) for each in below]
        some = SomeOf(least=min(least, len(branches)))
        group: Requirement = {"all": AllOf(), "any": AnyOf(), "some": some}[kind]
        return Asked(group, *branches)
    kind, which = tree
    leaf: Requirement = {
        "course": lambda: CourseCompleted(course=ground["courses"][which]),
        "exam": lambda: ExamPassed(exam=ground["sittings"][which].exam),
        "exam_90": lambda: ExamPassed(exam=ground["sittings"][which].exam, least_score=9000),
        "certificate": lambda: CertificateHeld(asks_for=ground["other"]),
    }[kind]()
    return Asked(leaf)


def do(deed: Any, member: Any, ground: Any, *, ago: int) -> None:
    """One deed, so many days ago."""
    today = timezone.localdate()
    if deed[0] == "course":
        if not member.enrolments.filter(course=ground["courses"][deed[1]]).exists():
            scenes.complete_course(member, ground["courses"][deed[1]])
    elif deed[0] == "exam":
        result = scenes.pass_exam(member, ground["sittings"][deed[1]], score=deed[2])
        Result.objects.filter(pk=result.pk).update(marked_at=timezone.now() - timedelta(days=ago, hours=2))
    else:
        scheme = ground["other"] if deed[0] == "certificate" else ground["scheme"]
        try:
            award = award_issue(actor=None, scheme=scheme, member=member)
        except Refused:
            return
        lasts = {"valid": 800, "expiring": 30, "expired": -1, "revoked": 800}[deed[1]]
        Award.objects.filter(pk=award.pk).update(
            issued_on=today - timedelta(days=ago), valid_until=today + timedelta(days=lasts)
        )
        if deed[1] == "revoked" and Award.objects.filter(pk=award.pk, state="issued").exists():
            award_revoke(actor=ground["administrator"], award=Award.objects.get(pk=award.pk), reason="演示")


def plainly(tree: Any, done: set[Any]) -> bool:
    """A second opinion, for members without certificates: on sets, without a database."""
    if tree[0] not in ("all", "any", "some"):
        return tree in done
    kind, least, below = tree
    fulfilled = sum(plainly(each, done) for each in below)
    return fulfilled >= {"all": len(below), "any": 1, "some": min(least, len(below))}[kind]


def done_by(history: Any) -> set[Any]:
    done: set[Any] = set()
    for deed in history:
        if deed[0] == "course":
            done.add(("course", deed[1]))
        elif deed[0] == "exam" and deed[2] >= 8000:
            done |= {("exam", deed[1])} | ({("exam_90", deed[1])} if deed[2] >= 9000 else set())
    return done


seen: Counter[str] = Counter()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(tree=trees, histories=st.lists(st.one_of(deeds, again), min_size=MEMBERS, max_size=MEMBERS))
def agree(ground: Any, tree: Any, histories: Any) -> None:
    with transaction.atomic():
        scheme = ground["scheme"]
        scheme_requirements_set(actor=None, scheme=scheme, requires=asked(tree, ground))
        for member, history in zip(ground["members"], histories, strict=True):
            for place, deed in enumerate(history):
                do(deed, member, ground, ago=10 * (len(history) - place))
        fulfilling = set(members_fulfilling(scheme).values_list("pk", flat=True))
        due = set(members_due(scheme).values_list("pk", flat=True))
        for member, history in zip(ground["members"], histories, strict=True):
            evaluation = scheme_evaluate(scheme, member)
            assert evaluation.is_fulfilled == (member.pk in fulfilling)
            assert evaluation.is_fulfilled == (not evaluation.reasons)
            if not any(deed[0] in ("certificate", "mine") for deed in history):
                assert evaluation.is_fulfilled == plainly(tree, done_by(history))
            assert is_due(scheme, member) == (member.pk in due)
            seen["fulfilled" if evaluation.is_fulfilled else "not fulfilled"] += 1
            held = Award.objects.filter(member=member, scheme=scheme).exists()
            seen[f"{'renewal' if held else 'first'} {'due' if member.pk in due else 'not due'}"] += 1
        transaction.set_rollback(True)


def is_due(scheme: Any, member: Any) -> bool:
    try:
        return award_outlook(scheme, member) is None
    except Refused:
        return False


@pytest.mark.slow
def test_one_person_and_the_batch_get_the_same_answer(ground: Any) -> None:
    seen.clear()
    agree(ground)
    for outcome in ("fulfilled", "not fulfilled", "first due", "first not due", "renewal due", "renewal not due"):
        assert seen[outcome] >= 3, (outcome, seen)
