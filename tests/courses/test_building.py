"""A draft course from the clauses of an edition, and which clauses a lesson is said to teach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acts import Refused
from audit.models import Entry
from content.teaching import Lesson, lessons_teaching
from courses import queries, services
from courses.models import CoursePage, LessonClause, LessonPage
from people.audience import Audience
from people.models import RoleGrant
from tests.cast import make_user
from tests.courses import scenes

if TYPE_CHECKING:
    from types import SimpleNamespace

    from content.models import Edition
    from people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(trainer: User) -> Edition:

    return scenes.make_edition()


def build(trainer: User, edition: Edition, *numbers: str, **options: object) -> CoursePage:
    clauses = [scenes.clause(edition, number) for number in numbers]
    return services.course_from_clauses(
        actor=trainer,
        edition=edition,
        clauses=clauses,
        title="上门走访",
        **options,  # type: ignore[arg-type]
    )


def outline(course: CoursePage) -> list[tuple[str, list[str]]]:
    """(title of the lesson, numbers of the clauses that it shows) in order."""
    return [
        (lesson.title, [block.value.number for block in lesson.body if block.block_type == "clause"])
        for lesson in scenes.lessons(course)
    ]


def test_a_chapter_stands_for_the_clauses_below_it_grouped_by_what_they_stand_under(
    trainer: User, edition: Edition
) -> None:
    assert outline(build(trainer, edition, "4")) == [
        ("人员之1", ["4.1.1", "4.1.2"]),
        ("人员之2", ["4.2.1", "4.2.2"]),
    ]


def test_ticking_a_chapter_and_all_below_it_is_the_same_as_ticking_the_chapter(trainer: User, edition: Edition) -> None:
    everything = ("4", "4.1", "4.1.1", "4.1.2", "4.2", "4.2.1", "4.2.2")
    assert outline(build(trainer, edition, *everything)) == outline(build(trainer, edition, "4"))


def test_or_each_clause_has_a_lesson_of_its_own(trainer: User, edition: Edition) -> None:
    made = outline(build(trainer, edition, "5.1", "4.2.2", by_parent=False))
    assert [numbers for _title, numbers in made] == [["4.2.2"], ["5.1.1"], ["5.1.2"]]
    assert made[0][0].startswith("4.2.2 网格员应当做好")


def test_lessons_are_drafts_laid_out_to_fill_and_owned_by_the_trainer(trainer: User, edition: Edition) -> None:
    course = build(trainer, edition, "4.1.2")
    (lesson,) = scenes.lessons(course)
    assert [block.block_type for block in lesson.body] == ["clause", "text_card", "case", "check"]
    assert not course.live and not lesson.live and lesson.owner == trainer
    assert course.edition == edition and course.latest_revision is not None and lesson.latest_revision is not None
    assert Entry.objects.filter(action="course.from_clauses", actor=trainer).count() == 1


def test_what_another_town_builds_does_not_count_in_a_trainers_tree(
    trainer: User, edition: Edition, organisation: SimpleNamespace
) -> None:
    west = make_user("trainer-west", "演示西镇讲师", RoleGrant.Role.TRAINER, organisation.west_town)
    east = make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)
    build(west, edition, "4.1.2")
    clause = scenes.clause(edition, "4.1.2")
    assert queries.lesson_counts(east, edition.pk) == {}
    assert queries.lesson_counts(west, edition.pk) == queries.lesson_counts(trainer, edition.pk) == {clause.pk: 1}


def test_a_draft_counts_in_the_trainers_tree_but_is_not_shown_to_readers_of_the_standard(
    trainer: User, edition: Edition
) -> None:
    course = build(trainer, edition, "4.1.2")
    clause = scenes.clause(edition, "4.1.2")
    assert queries.lesson_counts(trainer, edition.pk) == {clause.pk: 1}
    assert lessons_teaching([clause.pk]) == {}
    (lesson,) = scenes.lessons(course)
    lesson.save_revision().publish()
    assert lessons_teaching([clause.pk]) == {}  # its course is a draft still
    course.save_revision().publish()
    audience = Audience.of(course.unit, ())
    assert lessons_teaching([clause.pk]) == {clause.pk: [Lesson(lesson.title, lesson.get_url(), course.pk, audience)]}


def test_a_clause_block_that_is_taken_out_takes_the_claim_to_teach_it_along(trainer: User, edition: Edition) -> None:
    (lesson,) = scenes.lessons(build(trainer, edition, "4.1"))
    draft = lesson.get_latest_revision_as_object()  # as the editor does
    draft.body = [("clause", scenes.clause(edition, "4.1.1")), scenes.check(clause=scenes.clause(edition, "5.1.1"))]
    draft.save_revision().publish()
    taught = LessonClause.objects.filter(lesson=lesson).order_by("sort_order")
    assert [link.clause.number for link in taught] == ["4.1.1", "5.1.1"]
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    draft.body = [("clause", scenes.clause(edition, "4.1.1"))]
    draft.save_revision().publish()
    assert [link.clause.number for link in LessonClause.objects.filter(lesson=lesson)] == ["4.1.1"]


def test_a_clause_that_was_added_by_hand_stays(trainer: User, edition: Edition) -> None:
    (lesson,) = scenes.lessons(build(trainer, edition, "4.1.1"))
    draft = lesson.get_latest_revision_as_object()
    draft.clause_links.add(LessonClause(clause=scenes.clause(edition, "5.2.2"), sort_order=9))
    draft.save_revision().publish()
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    draft.save_revision().publish()
    links = LessonClause.objects.filter(lesson=lesson)
    assert {link.clause.number for link in links} == {"4.1.1", "5.2.2"}


def test_the_same_form_sent_twice_makes_one_course_and_another_form_a_second(trainer: User, edition: Edition) -> None:
    first = build(trainer, edition, "4.1", key="a" * 32)
    assert build(trainer, edition, "4.1", key="a" * 32) == first
    second = build(trainer, edition, "4.1", key="b" * 32)
    assert second != first and second.slug != first.slug
    assert CoursePage.objects.count() == 2


def test_what_cannot_be_built_is_refused_in_words_and_leaves_nothing(trainer: User, edition: Edition) -> None:
    other = scenes.make_edition(code="demo-2020", state="superseded", label="2020年版")
    chapter, foreign = scenes.clause(edition, "4"), scenes.clause(other, "4.1.1")
    empty = scenes.Clause.add_root(edition=edition, number="9", kind="chapter", title="空的一章")
    for clauses, title, words in (
        ([chapter], "  ", "请填写课程名称"),
        ([], "走访", "请至少勾选一条条款"),
        ([chapter, foreign], "走访", "不属于这个版本"),
        ([empty], "走访", "没有可讲的内容"),
    ):
        with pytest.raises(Refused, match=words):
            services.course_from_clauses(actor=trainer, edition=edition, clauses=clauses, title=title)
    assert not CoursePage.objects.exists()
