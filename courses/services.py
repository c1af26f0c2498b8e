"""Every write that means something: enrolling, passing a lesson, building a course from clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from audit.services import record
from content.models import Clause, Edition
from courses.models import CataloguePage, CoursePage, Enrolment, LessonClause, LessonPage, LessonProgress
from courses.signals import course_completed
from people.models import RoleGrant

if TYPE_CHECKING:
    from people.models import Member, User

TRAINER_GROUP = "培训讲师"


class CourseRefused(Exception):
    """Carries a sentence for the person."""


@dataclass(frozen=True)
class CheckVerdict:
    right: bool
    correct: tuple[int, ...]
    explanation: str
    feedback: str
    clause: Clause | None


def catalogue_ensure() -> CataloguePage:
    """The one catalogue, root page of the site. Safe to run twice."""
    found = CataloguePage.objects.first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    catalogue = CataloguePage(title=_("课程目录"), slug="catalogue", intro="")
    root.add_child(instance=catalogue)
    catalogue.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=catalogue, is_default_site=True, site_name="网格e课堂")
    else:
        site.root_page = catalogue
        site.save()
    Page.objects.filter(slug="home", depth=2, content_type__model="page").delete()
    return catalogue


def trainer_group_ensure() -> Group:
    """The Wagtail group of trainers: the CMS, the catalogue's pages, pictures and files. Safe to run twice."""
    group, _created = Group.objects.get_or_create(name=TRAINER_GROUP)
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.add(access)
    catalogue = catalogue_ensure()
    for codename in ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=catalogue.page_ptr, permission=permission)
    root = Collection.get_first_root_node()
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for verb in ("add", "change", "choose"):
            wanted = Permission.objects.filter(content_type__app_label=app, codename=f"{verb}_{model}").first()
            if wanted is not None and root is not None:
                GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=wanted)
    return group


def trainer_group_sync(user: User) -> None:
    """Put a user into the trainers' group or take them out, as their live grants say."""
    is_trainer = RoleGrant.objects.filter(
        user=user, role__in=(RoleGrant.Role.TRAINER, RoleGrant.Role.ADMINISTRATOR), revoked_at__isnull=True
    ).exists()
    if is_trainer:
        user.groups.add(trainer_group_ensure())
    else:
        user.groups.remove(*Group.objects.filter(name=TRAINER_GROUP))


def enrolment_ensure(*, actor: Member, course: CoursePage) -> Enrolment:
    due_on = timezone.localdate() + timedelta(days=course.due_days) if course.due_days else None
    enrolment, _created = Enrolment.objects.get_or_create(member=actor, course=course, defaults={"due_on": due_on})
    return enrolment


def progress_ensure(*, actor: Member, lesson: LessonPage) -> LessonProgress:
    course = lesson.get_parent().specific
    enrolment = enrolment_ensure(actor=actor, course=course)
    progress, _created = LessonProgress.objects.get_or_create(enrolment=enrolment, lesson=lesson)
    return progress


def position_save(*, actor: Member, lesson: LessonPage, position: int) -> None:
    progress = progress_ensure(actor=actor, lesson=lesson)
    position = max(0, min(position, len(lesson.body) + 1))
    LessonProgress.objects.filter(pk=progress.pk).update(position=position)


def check_blocks(lesson: LessonPage) -> list[Any]:
    return [block for block in lesson.body if block.block_type == "check"]


def check_mark(lesson: LessonPage, block_id: str, chosen: Sequence[int]) -> CheckVerdict:
    """Pure: is this choice (indexes from 0) right. Raises CourseRefused for a check that the lesson does not have."""
    block = next((b for b in check_blocks(lesson) if b.id == block_id), None)
    if block is None:
        raise CourseRefused(_("这一课已更新。请刷新页面后再答。"))
    options = list(block.value["options"])
    correct = tuple(i for i, option in enumerate(options) if option["correct"])
    picked = sorted(set(chosen))
    feedback = next((options[i]["feedback"] for i in picked if 0 <= i < len(options) and options[i]["feedback"]), "")
    return CheckVerdict(
        right=tuple(picked) == correct,
        correct=correct,
        explanation=block.value["explanation"],
        feedback=feedback,
        clause=block.value["clause"],
    )


def check_answer(*, actor: Member, lesson: LessonPage, block_id: str, chosen: Sequence[int]) -> CheckVerdict:
    """Mark one check and remember that it was answered rightly once."""
    verdict = check_mark(lesson, block_id, chosen)
    if verdict.right:
        with transaction.atomic():
            pk = progress_ensure(actor=actor, lesson=lesson).pk
            progress = LessonProgress.objects.select_for_update().get(pk=pk)
            if block_id not in progress.checks:
                progress.checks = [*progress.checks, block_id]
                progress.save(update_fields=["checks"])
    return verdict


def missing_checks(lesson: LessonPage, progress: LessonProgress) -> list[int]:
    """Numbers (from 1) of the lesson's checks that were not yet answered rightly."""
    return [i for i, block in enumerate(check_blocks(lesson), start=1) if block.id not in progress.checks]


def lesson_pass(*, actor: Member, lesson: LessonPage) -> LessonProgress:
    """Finish a lesson; raises CourseRefused with what is missing. Keeps the revision that was live.

    Completing the last lesson completes the course, once, and sends course_completed after the commit.
    """
    progress = progress_ensure(actor=actor, lesson=lesson)
    missing = missing_checks(lesson, progress)
    if missing:
        raise CourseRefused(
            _("还有小测没有答对：第 %(numbers)s 题。答对后就能完成本课。") % {"numbers": "、".join(map(str, missing))}
        )
    revision_id = lesson.live_revision_id or lesson.latest_revision_id
    if revision_id is None:
        revision_id = lesson.save_revision().pk
    with transaction.atomic():
        now = timezone.now()
        LessonProgress.objects.filter(pk=progress.pk, passed_at__isnull=True).update(
            passed_at=now, revision_id=revision_id
        )
        enrolment = Enrolment.objects.select_for_update().get(pk=progress.enrolment_id)
        live = set(LessonPage.objects.child_of(enrolment.course).live().values_list("pk", flat=True))
        passed = set(enrolment.progress.filter(passed_at__isnull=False).values_list("lesson_id", flat=True))
        if live <= passed:
            claimed = Enrolment.objects.filter(pk=enrolment.pk, completed_at__isnull=True).update(completed_at=now)
            if claimed:
                transaction.on_commit(lambda: completion_announce(enrolment_id=enrolment.pk))
    progress.refresh_from_db()
    return progress


def completion_announce(*, enrolment_id: int) -> None:
    """Tell the upper layers, then note that they were told; a sweep repeats it when a process died in between."""
    enrolment = Enrolment.objects.select_related("member", "course").get(pk=enrolment_id)
    course_completed.send(sender=Enrolment, enrolment=enrolment)
    Enrolment.objects.filter(pk=enrolment_id).update(announced_at=timezone.now())


def completions_announce() -> int:
    before = timezone.now() - timedelta(seconds=30)
    waiting = Enrolment.objects.filter(completed_at__lt=before, announced_at__isnull=True).values_list("pk", flat=True)
    for pk in waiting[:500]:
        completion_announce(enrolment_id=pk)
    return len(waiting)


def lesson_clauses_sync(lesson: LessonPage) -> None:
    """Add a link for each clause that the lesson's blocks show; links made by hand stay."""
    shown = []
    for block in lesson.body:
        if block.block_type == "clause" and block.value is not None:
            shown.append(block.value.pk)
        if block.block_type == "check" and block.value["clause"] is not None:
            shown.append(block.value["clause"].pk)
    have = set(LessonClause.objects.filter(lesson=lesson).values_list("clause_id", flat=True))
    for order, clause_id in enumerate(dict.fromkeys(shown)):
        if clause_id not in have:
            LessonClause.objects.create(lesson=lesson, clause_id=clause_id, sort_order=order)


def unique_slug(wanted: str, taken: Callable[[str], bool]) -> str:
    base = slugify(wanted, allow_unicode=True)[:60].strip("-") or "ke"
    slug, n = base, 2
    while taken(slug):
        slug, n = f"{base}-{n}", n + 1
    return slug


def clause_groups(clauses: Sequence[Clause], *, by_parent: bool) -> list[tuple[Clause, list[Clause]]]:
    """(heading clause, clauses) for each lesson to be made, in document order.

    A chosen chapter or titled clause stands for what lies below it; siblings of one parent share a lesson when asked.
    """
    ordered = sorted(clauses, key=lambda clause: clause.path)
    tops = [c for c in ordered if not any(c.path != o.path and c.path.startswith(o.path) for o in ordered)]
    groups: list[tuple[Clause, list[Clause]]] = []
    by_path = {c.path: c for c in Clause.objects.filter(path__in={c.path[: -Clause.steplen] for c in tops})}
    for clause in tops:
        below = list(clause.get_descendants().exclude(kind=Clause.Kind.ITEM).exclude(text=""))
        own = ([clause] if clause.text else []) + below
        parent = by_path.get(clause.path[: -Clause.steplen])
        if by_parent and parent is not None and groups and groups[-1][0].pk == parent.pk:
            groups[-1][1].extend(own)
        else:
            groups.append((parent if by_parent and parent is not None else clause, list(own)))
    return [(head, list({c.pk: c for c in own}.values())) for head, own in groups]


def course_from_clauses(
    *, actor: User, edition: Edition, clauses: Sequence[Clause], title: str, by_parent: bool = True
) -> CoursePage:
    """A draft course with a lesson for each chosen clause or group, each laid out to fill: 目标 → 条款 → 讲解 → 案例 → 小测."""
    title = title.strip()
    if not title:
        raise CourseRefused(_("请填写课程名称。"))
    if not clauses:
        raise CourseRefused(_("请至少勾选一条条款。"))
    if any(clause.edition_id != edition.pk for clause in clauses):
        raise CourseRefused(_("所选条款不属于这个版本。请重新选择。"))
    with transaction.atomic():
        catalogue = catalogue_ensure()
        taken = set(catalogue.get_children().values_list("slug", flat=True))
        course = CoursePage(
            title=title[:200], slug=unique_slug(title, taken.__contains__), edition=edition, live=False, owner=actor
        )
        catalogue.add_child(instance=course)
        course.save_revision(user=actor)
        slugs: set[str] = set()
        for heading, group in clause_groups(clauses, by_parent=by_parent):
            name = heading.title or (f"{heading.number} {heading.text[:16]}".strip())
            lesson = LessonPage(
                title=name[:200],
                slug=unique_slug(name, slugs.__contains__),
                objectives="",
                live=False,
                owner=actor,
                body=lesson_outline(group),
            )
            slugs.add(lesson.slug)
            course.add_child(instance=lesson)
            for order, clause in enumerate(group):
                LessonClause.objects.create(lesson=lesson, clause=clause, sort_order=order)
            lesson.refresh_from_db()
            lesson.save_revision(user=actor)
        record(
            actor=actor, action="course.from_clauses", target=f"course:{course.pk}", detail={"clauses": len(clauses)}
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
