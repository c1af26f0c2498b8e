"""A draft course from the clauses of an edition, and which clauses a lesson teaches."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from content.models import Clause, Edition
from courses.models import CataloguePage, CourseBuild, CoursePage, LessonClause, LessonPage
from courses.services.rights import catalogue_ensure
from people.access import Role
from people.owning import owner_for_new
from people.tree import within

if TYPE_CHECKING:
    from people.models import User


def lesson_clauses_sync(lesson: LessonPage) -> None:
    """A link for each clause that the lesson's blocks show, none for what they no longer show; links made by hand stay."""
    shown = []
    for block in lesson.body:
        if block.block_type == "clause" and block.value is not None:
            shown.append(block.value.pk)
        if block.block_type == "check" and block.value["clause"] is not None:
            shown.append(block.value["clause"].pk)
    links = LessonClause.objects.filter(lesson=lesson)
    links.filter(is_shown=True).exclude(clause__in=shown).delete()
    have = set(links.values_list("clause_id", flat=True))
    for order, clause_id in enumerate(dict.fromkeys(shown)):
        if clause_id not in have:
            LessonClause.objects.create(lesson=lesson, clause_id=clause_id, sort_order=order, is_shown=True)


def unique_slug(wanted: str, taken: Callable[[str], bool]) -> str:
    base = slugify(wanted, allow_unicode=True)[:60].strip("-") or "ke"
    slug, n = base, 2
    while taken(slug):
        slug, n = f"{base}-{n}", n + 1
    return slug


def clause_groups(clauses: Sequence[Clause], *, by_parent: bool) -> list[tuple[Clause, list[Clause]]]:
    """(heading clause, clauses) for each lesson to be made, in document order.

    What is taught is the clauses with a text of their own: those chosen and those below a chosen one. List items go with their
    clause. Siblings share a lesson under their parent's heading, or each has its own.
    """
    if not clauses:
        return []
    below = Q()
    for clause in clauses:
        below |= within(clause.path, "path")
    parts = (Clause.Kind.ITEM, Clause.Kind.PARAGRAPH)
    taught = list(Clause.objects.filter(below).exclude(kind__in=parts).exclude(text="").order_by("path"))
    if not by_parent:
        return [(clause, [clause]) for clause in taught]
    above = {c.path: c for c in Clause.objects.filter(path__in={c.path[: -Clause.steplen] for c in taught})}
    groups: dict[int, tuple[Clause, list[Clause]]] = {}
    for clause in taught:
        heading = above.get(clause.path[: -Clause.steplen], clause)
        groups.setdefault(heading.pk, (heading, []))[1].append(clause)
    return list(groups.values())


def course_from_clauses(
    *, actor: User, edition: Edition, clauses: Sequence[Clause], title: str, by_parent: bool = True, key: str = ""
) -> CoursePage:
    """A draft course with a lesson for each chosen clause or group, each laid out to fill: 目标 → 条款 → 讲解 → 案例 → 小测.

    The same `key` (32 hex digits, one for each form that was opened) makes one course, however often it is sent.
    """
    title = title.strip()
    if not title:
        raise Refused(_("请填写课程名称。"))
    if not clauses:
        raise Refused(_("请至少勾选一条条款。"))
    if any(clause.edition_id != edition.pk for clause in clauses):
        raise Refused(_("所选条款不属于这个版本。请重新选择。"))
    groups = clause_groups(clauses, by_parent=by_parent)
    if not groups:
        raise Refused(_("所选条款下面没有条文，没有可讲的内容。请另选条款。"))
    key = key or secrets.token_hex(16)
    catalogue_ensure()
    with transaction.atomic():
        # One builder at a time: the second of two clicks waits here, then finds what the first has made.
        catalogue = CataloguePage.objects.select_for_update().get()
        made = CourseBuild.objects.filter(key=key).select_related("course").first()
        if made is not None and made.built_by_id != actor.pk:
            raise Refused(_("请刷新页面后重试。"))
        if made is not None:
            return made.course
        course = _course_draft(actor, catalogue, edition, title, groups)
        CourseBuild.objects.create(key=key, course=course, built_by=actor)
        record(
            actor=actor,
            action="course.from_clauses",
            target=f"course:{course.pk}",
            detail={"clauses": len(clauses), "lessons": len(groups)},
        )
    return course


def _course_draft(
    actor: User,
    catalogue: CataloguePage,
    edition: Edition,
    title: str,
    groups: Sequence[tuple[Clause, list[Clause]]],
) -> CoursePage:
    taken = set(catalogue.get_children().values_list("slug", flat=True))
    course = CoursePage(
        title=title[:200],
        slug=unique_slug(title, taken.__contains__),
        edition=edition,
        live=False,
        owner=actor,
        unit=owner_for_new(actor, Role.TRAINER),
    )
    catalogue.add_child(instance=course)
    course.save_revision(user=actor)
    slugs: set[str] = set()
    for heading, group in groups:
        name = heading.title or f"{heading.number} {heading.text[:16]}".strip()
        lesson = LessonPage(
            title=name[:200],
            slug=unique_slug(name, slugs.__contains__),
            live=False,
            owner=actor,
            body=lesson_outline(group),
        )
        slugs.add(lesson.slug)
        course.add_child(instance=lesson)
        lesson.save_revision(user=actor)
        # Not part of the revision: publication sets them anew from the blocks, so that a block taken out takes its link along.
        LessonClause.objects.bulk_create(
            LessonClause(lesson=lesson, clause=clause, sort_order=order, is_shown=True)
            for order, clause in enumerate(group)
        )
    return course


def lesson_outline(clauses: Sequence[Clause]) -> list[tuple[str, Any]]:
    """The rest of a lesson, laid out to fill. Empty fields are empty: a draft may be saved, publication asks for them."""
    blocks: list[tuple[str, Any]] = [("clause", clause) for clause in clauses]
    blocks.append(("text_card", {"heading": _("讲解"), "text": ""}))
    blocks.append(("case", {"title": _("案例"), "situation": "", "question": "", "analysis": ""}))
    empty = [{"text": "", "correct": i == 0, "feedback": ""} for i in range(3)]
    blocks.append(
        ("check", {"stem": "", "options": empty, "explanation": "", "clause": clauses[0] if clauses else None})
    )
    return blocks
