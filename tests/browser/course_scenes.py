"""A member and a trainer in front of a real course: one lesson with a picture, a video and an attachment, one for the ending."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from home.presets.grid import levels_make
from people.models import Organisation, Post, RoleGrant, User
from tests.cast import make_member, make_user
from tests.courses import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from courses.models import CoursePage


class Classroom:
    def __init__(self, address: str) -> None:
        self.address = address
        levels_make()
        self.city = Organisation.add_root(name="演示市", level_id="city")
        post = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）")
        self.member = make_member("D0001", "演示学员", post, self.city, phone="10000000001")
        self.trainer = make_user("trainer", "演示讲师", RoleGrant.Role.TRAINER, self.city)
        self.edition = scenes.make_edition()

    def teach(self) -> CoursePage:
        self.course = scenes.make_onboarding(self.edition)
        self.rich = scenes.make_lesson(self.course, "图片和视频", "rich", self._rich_body())
        self.lessons = scenes.lessons(self.course)
        return self.course

    def _rich_body(self) -> list[tuple[str, Any]]:
        image_model, document_model = get_image_model(), get_document_model()
        file = io.BytesIO()
        Picture.effect_noise((1600, 1200), 40).convert("RGB").save(file, "JPEG", quality=90)
        image = image_model.objects.create(title="演示图片", file=ContentFile(file.getvalue(), name="steps.jpg"))
        video = document_model.objects.create(title="演示视频", file=ContentFile(b"\0" * 200_000, name="walk.mp4"))
        captions = document_model.objects.create(
            title="字幕", file=ContentFile("WEBVTT\n\n00:00.000 --> 00:01.000\n先亮证。\n".encode(), name="walk.vtt")
        )
        leaflet = document_model.objects.create(title="附件", file=ContentFile("演示".encode(), name="card.txt"))
        image.contextual_alt_text = "三个人站在楼道口看一张走访路线图"
        image.decorative = False
        return [
            scenes.card(),
            ("image", {"image": image, "caption": "走访路线（演示）"}),
            ("video", {"title": "敲门怎么说", "video": video, "captions": captions}),
            ("attachment", {"title": "走访提示卡", "document": leaflet}),
            scenes.check(clause=scenes.clause(self.edition, "4.1.2")),
        ]

    def context(
        self, browser: Browser, user: User, window: tuple[int, int] = (360, 640), **more: Any
    ) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": window[0], "height": window[1]}, locale="zh-CN", base_url=self.address,
            timezone_id="Asia/Shanghai", **more,
        )  # fmt: skip
        user = User.objects.get(pk=user.pk)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        value = str(session.session_key)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}])
        return context

    def look(self, *, size: str = "standard", theme: str = "light") -> None:
        User.objects.filter(pk=self.member.user_id).update(text_size=size, theme=theme)
