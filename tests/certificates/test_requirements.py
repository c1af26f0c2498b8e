"""What a scheme may ask for, and how it is explained."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from acts import Refused
from certificates.evaluation import members_fulfilling, scheme_evaluate
from certificates.models import Award, Requirement, Scheme
from certificates.requirements.certificate import CertificateBasis, CertificateHeld
from certificates.requirements.course import CourseBasis, CourseCompleted
from certificates.requirements.exam import ExamBasis, ExamPassed
from certificates.requirements.groups import AllOf, AnyOf, SomeOf
from certificates.services import Asked, award_issue, awards_consider, scheme_create, scheme_requirements_set
from people.models import Member
from tests.cast import sign_in
from tests.certificates import scenes


@pytest.fixture
def edition(db: None) -> Any:
    return scenes.make_edition()


@pytest.fixture
def sitting(organisation: Any, edition: Any) -> Any:
    return scenes.make_sitting(organisation.city, edition)


@pytest.fixture
def courses(edition: Any) -> list[Any]:
    return [scenes.make_course(edition, title=f"课程{n}（演示）", slug=f"course-{n}") for n in range(3)]


def scheme_asking(requires: Asked, code: str = "asked", letters: str = "WN", **fields: Any) -> Scheme:
    return scheme_create(
        actor=None,
        requires=requires,
        code=code,
        title=f"方案{code}",
        letters=letters,
        region_code="990000",
        issuer="演示市网格化服务管理中心",
        **fields,
    )


def test_the_explanation_goes_line_by_line_and_names_what_each_rests_on(
    learner: Member, sitting: Any, courses: list[Any]
) -> None:
    some = Asked(SomeOf(least=2), *(Asked(CourseCompleted(course=course)) for course in courses))
    exam = Asked(ExamPassed(exam=sitting.exam, least_score=9000))
    scheme = scheme_asking(Asked(AllOf(), some, exam))
    enrolment = scenes.complete_course(learner, courses[1])
    result = scenes.pass_exam(learner, sitting, score=8500)
    evaluation = scheme_evaluate(scheme, learner)
    assert [(line.depth, line.text, line.is_fulfilled) for line in evaluation.lines] == [
        (0, "以下全部满足", False),
        (1, "以下至少满足 2 项", False),
        (2, "学完课程“课程0（演示）”", False),
        (2, "学完课程“课程1（演示）”", True),
        (2, "学完课程“课程2（演示）”", False),
        (1, "考试“演示考试”合格，成绩不低于90分", False),
    ]
    assert evaluation.lines[3].ground == enrolment
    assert evaluation.reasons == (
        "以下至少满足 2 项：还没有学完课程“课程0（演示）”。 还没有学完课程“课程2（演示）”。",
        "“演示考试”考试还没有合格，或者成绩低于90分。",
    )
    assert not members_fulfilling(scheme).exists()
    scenes.complete_course(learner, courses[0])
    better = scenes.pass_exam(learner, sitting, score=9100)
    award = award_issue(actor=None, scheme=scheme, member=learner)
    assert set(CourseBasis.objects.values_list("enrolment__course", flat=True)) == {courses[0].pk, courses[1].pk}
    basis = ExamBasis.objects.get(award=award)
    assert (basis.result, basis.score, basis.max_score, basis.pass_mark) == (better, 9100, 10000, 8000)
    assert "参加《课程1（演示）》、《课程0（演示）》，考试成绩91分（合格线80分）" in award.printed["body"]
    assert result.award_bases.count() == 0


def test_a_scheme_that_asks_for_nothing_is_fulfilled_by_nobody(learner: Member, sitting: Any) -> None:
    scheme = Scheme.objects.create(code="empty", title="空方案", letters="KG", region_code="990000", issuer="演示")
    scenes.pass_exam(learner, sitting)
    assert not members_fulfilling(scheme).exists()
    with pytest.raises(Refused, match="还没有设定取证要求"):
        award_issue(actor=None, scheme=scheme, member=learner)


def test_a_certificate_that_builds_on_another_follows_from_it(
    learner: Member, sitting: Any, courses: list[Any]
) -> None:
    first = scenes.make_scheme(sitting)
    second = scheme_asking(
        Asked(AllOf(), Asked(CertificateHeld(asks_for=first)), Asked(CourseCompleted(course=courses[0])))
    )
    scenes.complete_course(learner, courses[0])
    with pytest.raises(Refused, match="还没有有效的“岗前培训合格”证书"):
        award_issue(actor=None, scheme=second, member=learner)
    scenes.pass_exam(learner, sitting)
    (award,) = awards_consider(member_ids=[learner.pk], asked=ExamPassed.objects.all())
    (built,) = awards_consider(member_ids=[learner.pk], asked=CertificateHeld.objects.all())
    assert CertificateBasis.objects.get(award=built).held == award
    assert CertificateBasis.objects.get().text == f"持有“岗前培训合格”证书，编号 {award.number}"
    assert "考试成绩" not in built.printed["body"] and "参加《课程0（演示）》" in built.printed["body"]


def test_schemes_that_ask_for_each_other_are_refused(sitting: Any) -> None:
    first = scenes.make_scheme(sitting)
    second = scheme_asking(Asked(CertificateHeld(asks_for=first)), code="b", letters="BB")
    third = scheme_asking(Asked(AnyOf(), Asked(CertificateHeld(asks_for=second))), code="c", letters="CC")
    for asked in (first, third):
        with pytest.raises(Refused, match="互相要求") as refused:
            scheme_requirements_set(actor=None, scheme=first, requires=Asked(CertificateHeld(asks_for=asked)))
    assert "“岗前培训合格” → “方案c” → “方案b” → “岗前培训合格”" in str(refused.value)
    assert isinstance(Requirement.objects.get(scheme=first), ExamPassed), "what stood there stands"


def test_a_tree_that_cannot_be_fulfilled_is_refused_with_the_cure(sitting: Any) -> None:
    exam = Asked(ExamPassed(exam=sitting.exam))
    for tree, said in (
        (Asked(AllOf()), "请至少添加一项"),
        (Asked(SomeOf(least=2), exam), "下面只有 1 项，请增加要求"),
        (Asked(ExamPassed(exam=sitting.exam), exam), "请先放进一个组"),
    ):
        with pytest.raises(Refused, match=said):
            scheme_asking(tree)
    assert not Scheme.objects.exists()


def test_the_database_keeps_one_root_and_one_place(sitting: Any) -> None:
    scheme = scheme_asking(Asked(AllOf(), Asked(ExamPassed(exam=sitting.exam))))
    root = AllOf.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AllOf.objects.create(scheme=scheme)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnyOf.objects.create(scheme=scheme, parent=root, position=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        SomeOf.objects.create(scheme=scheme, parent=root, position=1, least=0)


def test_a_course_is_asked_for_anew_only_where_nothing_else_is(
    learner: Member, sitting: Any, courses: list[Any]
) -> None:
    both = scheme_asking(
        Asked(AllOf(), Asked(CourseCompleted(course=courses[0])), Asked(ExamPassed(exam=sitting.exam)))
    )
    alone = scheme_asking(Asked(CourseCompleted(course=courses[0])), code="alone", letters="DK")
    assert [row.is_anew for row in Requirement.objects.filter(scheme=both).order_by("parent", "position")][1:] in (
        [False, True],
        [True, False],
    )
    assert ExamPassed.objects.get().is_anew
    assert CourseCompleted.objects.get(scheme=alone).is_anew


def test_several_certificates_of_one_person_stand_side_by_side(
    client: Client, learner: Member, sitting: Any, courses: list[Any], administrator: Any
) -> None:
    first = scenes.make_scheme(sitting)
    scheme_asking(Asked(CourseCompleted(course=courses[0])), code="second", letters="DE")
    third = scheme_asking(Asked(CourseCompleted(course=courses[1])), code="third", letters="SS")
    scenes.pass_exam(learner, sitting)
    scenes.complete_course(learner, courses[0])
    assert len(awards_consider(member_ids=[learner.pk])) == 2
    page = sign_in(client, learner.user).get("/certificates/").content.decode()
    assert "岗前培训合格" in page and "方案second" in page
    assert "取得“方案third”的要求" in page and "学完课程“课程1（演示）”" in page and "未满足" in page
    home = client.get("/").content.decode()
    assert "岗前培训合格" in home and "方案second" in home
    for award in Award.objects.all():
        assert award.printed["scheme"] in client.get(f"/V/{award.token}").content.decode()
    assert first.awards.count() == 1 and not third.awards.exists()
