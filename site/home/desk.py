"""The trainer's desk, the first page of the CMS: the way from the standard to the sitting, and where the clauses have gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from content.access import editions_visible_to
from content.models import Clause, Edition
from courses.access import courses_visible_to, lessons_within
from courses.models import LessonClause
from exams.access import exams_seen_by, questions_seen_by, sittings_run_by
from exams.models import Question, QuestionClause, Sitting
from exams.types import all_types
from people.desk import may_enter
from people.owning import remember_where

GAPS_SHOWN = 8
# What a lesson or a question can rest on; list items are taught and asked with the clause that holds them.
TEACHABLE = (Clause.Kind.CLAUSE, Clause.Kind.TERM, Clause.Kind.ARTICLE)


@dataclass(frozen=True)
class Step:
    name: str
    figure: str
    url: str
    action: str
    action_url: str


@dataclass(frozen=True)
class Gap:
    clauses: list[Clause]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.clauses)


def editions_in_force(actor: Any) -> list[Edition]:
    """Those that the actor may use. The one that is taught most comes first: a standard that was imported just now does not take
    its place."""
    lessons = Count("clauses__lesson_links", filter=Q(clauses__lesson_links__lesson__live=True))
    in_force = editions_visible_to(actor).filter(state=Edition.State.IN_FORCE).annotate(taught=lessons)
    return list(in_force.order_by("-taught", "-effective_on", "-pk"))


def gaps(actor: Any, edition: Edition) -> tuple[Gap, Gap]:
    """(clauses without a lesson, clauses without a ready question), by what the actor may use: another town's lesson teaches
    nobody here. A link to an ancestor or a list item counts as well."""
    clauses = list(
        Clause.objects.filter(edition=edition).order_by("path").only("pk", "path", "kind", "number", "title")
    )
    kinds = {clause.path: clause.kind for clause in clauses}
    inner = {clause.path[: -Clause.steplen] for clause in clauses if clause.kind in TEACHABLE}
    leaves = [clause for clause in clauses if clause.kind in TEACHABLE and clause.path not in inner]
    paths = {clause.pk: clause.path for clause in clauses}

    def covered(ids: set[int]) -> set[str]:
        found = set()
        for pk in ids & paths.keys():
            path = paths[pk]
            found.add(path[: -Clause.steplen] if kinds[path] == Clause.Kind.ITEM else path)
        return found

    def missing(held: set[str]) -> Gap:
        without = [
            leaf
            for leaf in leaves
            if not any(leaf.path[:end] in held for end in range(Clause.steplen, len(leaf.path) + 1, Clause.steplen))
        ]
        return Gap(without[:GAPS_SHOWN], len(without))

    lessons = set(
        LessonClause.objects.filter(
            clause__edition=edition,
            lesson__live=True,
            lesson__in=lessons_within(courses_visible_to(actor)).values("pk"),
        ).values_list("clause_id", flat=True)
    )
    questions = set(
        QuestionClause.objects.filter(
            clause__edition=edition,
            question__in=questions_seen_by(actor).filter(is_current=True, state=Question.State.READY).values("pk"),
        ).values_list("clause_id", flat=True)
    )
    return missing(covered(lessons)), missing(covered(questions))


def _in_force(editions: list[Edition]) -> str:
    if not editions:
        return _("还没有现行标准")
    if len(editions) > 1:
        return _("%(n)s 份现行标准") % {"n": len(editions)}
    return _("现行：%(title)s（%(label)s）") % {"title": editions[0].title, "label": editions[0].label}


def steps(actor: Any, editions: list[Edition]) -> list[Step]:
    seen = courses_visible_to(actor)
    lessons = lessons_within(seen).filter(live=True)
    questions = questions_seen_by(actor).filter(is_current=True)
    ready = questions.filter(state=Question.State.READY).count()
    first = next(iter(all_types().values()))
    now = timezone.now()
    sittings = sittings_run_by(actor).aggregate(
        running=Count("pk", filter=Q(state=Sitting.State.OPEN, opens_at__lte=now, closes_at__gt=now)),
        drafts=Count("pk", filter=Q(state=Sitting.State.DRAFT)),
    )
    return [
        Step(
            _("标准"),
            _in_force(editions),
            reverse("content_cms:standards"),
            _("导入标准"),
            reverse("content_cms:upload"),
        ),
        Step(
            _("课程"),
            _("%(courses)s 门课程，%(lessons)s 课") % {"courses": seen.count(), "lessons": lessons.count()},
            reverse("wagtailadmin_explore_root"),
            _("从条款建课"),
            reverse("courses_from_clauses"),
        ),
        Step(
            _("题库"),
            _("%(ready)s 道可用的题") % {"ready": ready},
            reverse("exams_cms:questions"),
            _("新增%(kind)s") % {"kind": first.title},
            reverse("exams_cms:question_add", args=[first.code]),
        ),
        Step(
            _("组卷"),
            _("%(n)s 份组卷蓝图") % {"n": exams_seen_by(actor).count()},
            reverse("exams_cms:blueprints"),
            _("新建组卷蓝图"),
            reverse("exams_cms:blueprint_add"),
        ),
        Step(
            _("考试"),
            _("%(running)s 场正在进行，%(drafts)s 场准备中") % sittings,
            reverse("exams_cms:sittings"),
            _("新建场次"),
            reverse("exams_cms:sitting_add"),
        ),
    ]


class Desk(Component):
    name = "desk"
    template_name = "home/desk.html"
    order = 10

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = (parent_context or {})["request"]
        remember_where(request.user)
        editions = editions_in_force(request.user)
        asked = request.GET.get("edition", "")
        edition = next((each for each in editions if str(each.pk) == asked), editions[0] if editions else None)
        without_lesson, without_question = gaps(request.user, edition) if edition is not None else (None, None)
        return {
            "steps": steps(request.user, editions),
            "editions": editions,
            "edition": edition,
            "without_lesson": without_lesson,
            "without_question": without_question,
        }


def is_for(actor: Any) -> bool:
    return may_enter(actor)
