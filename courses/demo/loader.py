"""Publishes the demonstration course from its TOML files. Run twice = once; what a trainer edited since then stays."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html_join
from wagtail.models import Page, Revision

from content.models import Clause, Edition
from courses.models import CoursePage, LessonClause, LessonPage
from courses.services import catalogue_ensure, trainer_group_ensure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from people.models import Organisation, User

FOLDER = Path(__file__).resolve().parent
TOWN = FOLDER / "town"  # the course that a town wrote for itself


class CourseFileWrong(Exception):
    """Names the file and what is wrong in it."""


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def lesson_files(folder: Path = FOLDER) -> list[Path]:
    return sorted((folder / "lessons").glob("*.toml"))


def paragraphs(text: str) -> str:
    return format_html_join("", "<p>{}</p>", ((part.strip(),) for part in text.split("\n\n") if part.strip()))


def course_load(
    *,
    actor: User | None,
    edition: Edition,
    published_at: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
    folder: Path = FOLDER,
    unit: Organisation | None = None,
) -> CoursePage:
    """The published course with all its lessons, of the unit that owns it. `published_at` dates pages and revisions back, for a
    history that fits."""
    described = read(folder / "course.toml")
    clauses = {clause.number: clause for clause in Clause.objects.filter(edition=edition).exclude(number="")}
    files = lesson_files(folder)
    with transaction.atomic():
        catalogue = catalogue_ensure()
        trainer_group_ensure()
        course = CoursePage.objects.child_of(catalogue).filter(slug=described["slug"]).first()
        if course is None:
            course = CoursePage(
                title=described["title"],
                slug=described["slug"],
                summary=described["summary"],
                intro=paragraphs(described["intro"]),
                audience=described["audience"],
                is_onboarding=described["is_onboarding"],
                is_compulsory=described["is_compulsory"],
                edition=edition,
                live=False,
                owner=actor,
                unit=unit,
            )
            catalogue.add_child(instance=course)
            course.save_revision(user=actor).publish(user=actor)
        present = set(LessonPage.objects.child_of(course).values_list("slug", flat=True))
        made: list[int] = []
        for place, path in enumerate(files, start=1):
            lesson = read(path)
            if lesson["slug"] not in present:
                made.append(_lesson_publish(actor, course, lesson, clauses, path.name).pk)
            if progress is not None:
                progress(place, len(files))
        if published_at is not None and made:
            _date_back([course.pk, *made], published_at)
    return course


def _lesson_publish(
    actor: User | None, course: CoursePage, described: dict[str, Any], clauses: dict[str, Clause], name: str
) -> LessonPage:
    wanted = [*described["clauses"], *(b["number"] for b in described["blocks"] if b["type"] == "clause")]
    unknown = [number for number in wanted if number not in clauses]
    if unknown:
        raise CourseFileWrong(f"{name}: the edition has no clause {', '.join(unknown)}")
    lesson = LessonPage(
        title=described["title"],
        slug=described["slug"],
        minutes=described["minutes"],
        objectives="\n".join(described["objectives"]),
        body=[_block(block, clauses) for block in described["blocks"]],
        live=False,
        owner=actor,
    )
    lesson.clause_links = [
        LessonClause(clause=clauses[number], sort_order=order) for order, number in enumerate(described["clauses"])
    ]
    course.add_child(instance=lesson)
    lesson.save_revision(user=actor).publish(user=actor)
    return lesson


def _block(block: dict[str, Any], clauses: dict[str, Clause]) -> tuple[str, Any]:
    kind = block["type"]
    value = {key: text for key, text in block.items() if key != "type"}
    if kind == "clause":
        return kind, clauses[block["number"]]
    if kind == "check":
        value["clause"] = clauses[block["clause"]] if block.get("clause") else None
    return kind, value


def _date_back(page_ids: list[int], when: datetime) -> None:
    when = min(when, timezone.now())
    Page.objects.filter(pk__in=page_ids).update(
        first_published_at=when, last_published_at=when, latest_revision_created_at=when
    )
    Revision.objects.page_revisions().filter(object_id__in=[str(pk) for pk in page_ids]).update(created_at=when)
