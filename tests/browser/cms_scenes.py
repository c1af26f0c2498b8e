"""Something on every screen of the CMS: a course with an edited lesson, its history and workflow, pictures, files, locks."""

from __future__ import annotations

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    Comment,
    Site,
    Workflow,
)

from content.models import Clause, Edition, Standard
from courses.models import CoursePage, LessonPage
from courses.services import REVIEW, catalogue_ensure, trainer_group_ensure

if TYPE_CHECKING:
    from people.models import User


def make_clauses() -> Edition:
    standard = Standard.objects.create(code="demo-cms", title="演示标准", is_demonstration=True)
    edition = Edition.objects.create(
        standard=standard,
        code="demo-cms-2025",
        title="社区网格员工作基本要求（演示文本）",
        label="2025年版",
        state=Edition.State.IN_FORCE,
        numbering="gbt",
        is_demonstration=True,
    )
    chapter = Clause.add_root(edition=edition, number="4", kind=Clause.Kind.CHAPTER, title="人员")
    chapter.add_child(
        edition=edition, number="4.1", kind=Clause.Kind.CLAUSE, title="仪容", text="网格员应当佩戴工作证。"
    )
    return edition


def make_lesson(course: CoursePage, title: str, slug: str, clause: Clause, user: User) -> LessonPage:
    lesson = LessonPage(
        title=title,
        slug=slug,
        objectives="知道上门走访的步骤",
        owner=user,
        body=[
            ("text_card", {"heading": "走访之前", "text": "先看服务对象的情况，再约时间。"}),
            ("clause", clause),
            ("steps", {"title": "三步", "steps": ["敲门", "亮证", "说明来意"]}),
            ("tip", {"tone": "tip", "text": "记得佩戴工作证。"}),
            (
                "check",
                {
                    "stem": "上门先做什么？",
                    "options": [
                        {"text": "亮证", "correct": True, "feedback": ""},
                        {"text": "拍照", "correct": False, "feedback": ""},
                    ],
                    "explanation": "先亮证。",
                    "clause": clause,
                },
            ),
        ],
    )
    course.add_child(instance=lesson)
    lesson.save_revision(user=user).publish(user=user)
    return lesson


def build(user: User) -> SimpleNamespace:
    catalogue = catalogue_ensure()
    trainer_group_ensure()
    edition = make_clauses()
    clause = Clause.objects.get(number="4.1", edition=edition)
    workflow = Workflow.objects.get(name=REVIEW)
    course = CoursePage(title="上门走访（演示）", slug="visits", edition=edition, owner=user)
    catalogue.add_child(instance=course)
    course.save_revision(user=user).publish(user=user)
    lesson = make_lesson(course, "走访的步骤", "steps", clause, user)
    first = lesson.latest_revision
    lesson.title = "走访的三个步骤"
    lesson.body = [
        *[(block.block_type, block.value) for block in lesson.body][1:],
        ("tip", {"tone": "warning", "text": "注意安全。"}),
    ]
    lesson.save_revision(user=user, log_action=True)
    Comment.objects.create(page=lesson, user=user, text="这里补一个例子。", contentpath="objectives")

    waiting = make_lesson(course, "走访的记录", "notes", clause, user)
    waiting.save_revision(user=user)
    state = workflow.start(waiting, user)
    locked = make_lesson(course, "走访的礼仪", "manners", clause, user)
    locked.locked, locked.locked_by, locked.locked_at = True, user, timezone.now()
    locked.save()
    planned = make_lesson(course, "走访的安全", "safety", clause, user)
    planned.go_live_at = timezone.now() + timedelta(days=2)
    planned.save_revision(user=user).publish(user=user)
    withdrawn = make_lesson(course, "旧的一课", "old", clause, user)
    withdrawn.unpublish(user=user)

    image = get_image_model().objects.create(
        title="演示图片", file=_picture(), uploaded_by_user=user, width=640, height=480
    )
    document = get_document_model().objects.create(
        title="演示文件", file=ContentFile("演示", name="演示.txt"), uploaded_by_user=user
    )
    folder = Collection.get_first_root_node().add_child(name="演示集合")
    redirect = Redirect.objects.create(old_path="/旧址", redirect_page=lesson.page_ptr)
    return SimpleNamespace(
        catalogue=catalogue, course=course, lesson=lesson, first=first, waiting=waiting, locked=locked, planned=planned,
        withdrawn=withdrawn, image=image, document=document, folder=folder, redirect=redirect, workflow=workflow,
        state=state, task=workflow.tasks.first(), group=Group.objects.first(), site=Site.objects.get(), edition=edition,
    )  # fmt: skip


def _picture() -> ContentFile[bytes]:
    file = io.BytesIO()
    Picture.new("RGB", (640, 480), "#2b6cb0").save(file, "PNG")
    return ContentFile(file.getvalue(), name="演示.png")
