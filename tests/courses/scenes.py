"""A small standard with chapters, clauses and list items, and a published course on it: what the tests of courses start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from content.models import Clause, Edition, Standard
from courses.models import CoursePage, LessonPage
from courses.services import catalogue_ensure, trainer_group_ensure

if TYPE_CHECKING:
    from people.models import User

# What only the server knows: nothing of it may reach a page before the check is answered.
EXPLANATION = "演示解析：先亮证再说话。"
FEEDBACK = "演示提示：这样做会让人误会。"


def make_edition(**fields: Any) -> Edition:
    standard, _created = Standard.objects.get_or_create(
        code="demo", defaults={"title": "演示标准", "is_demonstration": True}
    )
    values = {
        "code": "demo-2025",
        "title": "社区网格员工作基本要求（演示文本）",
        "label": "2025年版",
        "state": "in_force",
        "numbering": "gbt",
        "is_demonstration": True,
        **fields,
    }
    edition = Edition.objects.create(standard=standard, **values)
    for number, title in (("4", "人员"), ("5", "服务内容")):
        chapter = Clause.add_root(edition=edition, number=number, kind="chapter", title=title)
        for section in (1, 2):
            chapter.refresh_from_db()
            part = chapter.add_child(
                edition=edition, number=f"{number}.{section}", kind="clause", title=f"{title}之{section}"
            )
            for place in (1, 2):
                part.refresh_from_db()
                clause = part.add_child(
                    edition=edition,
                    number=f"{number}.{section}.{place}",
                    kind="clause",
                    text=f"网格员应当做好{title}第{section}项第{place}点工作。",
                )
                if place == 2:
                    for letter in "ab":
                        clause.refresh_from_db()
                        clause.add_child(
                            edition=edition,
                            number=f"{number}.{section}.{place} {letter})",
                            kind="item",
                            text=f"{letter}) 列项{letter}；",
                        )
    return edition


def clause(edition: Edition, number: str) -> Clause:
    return Clause.objects.get(edition=edition, number=number)


def card(heading: str = "走访之前", text: str = "先看服务对象的情况，再约时间。") -> tuple[str, dict[str, Any]]:
    return ("text_card", {"heading": heading, "text": text})


def check(
    stem: str = "上门先做什么？", *, right: tuple[int, ...] = (1,), clause: Clause | None = None, count: int = 3
) -> tuple[str, dict[str, Any]]:
    options = [
        {"text": f"{'甲乙丙丁'[i]}做法", "correct": i in right, "feedback": "" if i in right else FEEDBACK}
        for i in range(count)
    ]
    return ("check", {"stem": stem, "options": options, "explanation": EXPLANATION, "clause": clause})


def full_body(edition: Edition) -> list[tuple[str, Any]]:
    return [
        card(),
        ("clause", clause(edition, "4.1.1")),
        ("steps", {"title": "三步", "steps": ["敲门", "亮证", "说明来意"]}),
        check(clause=clause(edition, "4.1.1")),
        ("clause", clause(edition, "4.1.2")),
        (
            "case",
            {"title": "敲错门", "situation": "敲错了门。", "question": "怎么办？", "analysis": "道歉，再核对门牌。"},
        ),
        ("tip", {"tone": "warning", "text": "记得佩戴工作证。"}),
        check("走访后做什么？（可多选）", right=(0, 2), clause=clause(edition, "4.1.2")),
    ]


def make_course(title: str = "岗前培训（演示）", *, edition: Edition | None = None, **fields: Any) -> CoursePage:
    trainer_group_ensure()
    posts = fields.pop("posts", [])
    fields.setdefault("is_compulsory", True)
    course = CoursePage(title=title, slug=fields.pop("slug", "onboarding"), edition=edition, **fields)
    catalogue_ensure().add_child(instance=course)
    course.posts.set(posts)
    course.save_revision().publish()
    course.refresh_from_db()
    return course


def make_lesson(
    course: CoursePage,
    title: str,
    slug: str,
    body: list[tuple[str, Any]],
    *,
    user: User | None = None,
    live: bool = True,
) -> LessonPage:
    lesson = LessonPage(
        title=title, slug=slug, minutes=6, objectives="知道先做什么\n会说第一句话", body=body, live=False, owner=user
    )
    course.add_child(instance=lesson)
    revision = lesson.save_revision(user=user)
    if live:
        revision.publish(user=user)
    return LessonPage.objects.get(pk=lesson.pk)


def make_onboarding(edition: Edition | None = None) -> CoursePage:
    """Three lessons: one with every kind of text block and two checks, one with one check, one without."""
    edition = edition or make_edition()
    course = make_course(edition=edition, is_onboarding=True, summary="认识网格，上门走访。")
    make_lesson(course, "上门走访", "visits", full_body(edition))
    make_lesson(course, "上报事项", "reports", [card("先看后报"), check(clause=clause(edition, "5.1.1"))])
    make_lesson(course, "收尾", "closing", [card("收尾")])
    return CoursePage.objects.get(pk=course.pk)


def lessons(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course).order_by("path"))


def check_ids(lesson: LessonPage) -> list[str]:
    return [str(block.id) for block in lesson.body if block.block_type == "check"]
