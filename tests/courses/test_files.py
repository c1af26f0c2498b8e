"""Videos, captions, attachments and pictures: for those who may see courses, in parts where a player asks for parts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses import files
from tests.cast import sign_in
from tests.courses import scenes

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 400  # 102,400 bytes


@pytest.fixture
def video(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    scenes.make_onboarding()
    return get_document_model().objects.create(title="演示视频", file=ContentFile(CONTENT, name="walk.mp4"))


def body(reply: Any) -> bytes:
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def test_files_need_sign_in_and_a_course_to_see(client: Client, stranger: User, learner: Member, video: Any) -> None:
    assert client.get(video.url).headers["Location"].startswith("/accounts/login/")
    assert client.get(video.url, headers={"Range": "bytes=0-1"}).status_code == 302
    sign_in(client, stranger)
    assert client.get(video.url).status_code == 404
    sign_in(client, learner.user)
    reply = client.get(video.url)
    assert reply.status_code == 200 and body(reply) == CONTENT and reply.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=0-", 0, 102_399),
        ("bytes=1000-1999", 1000, 1999),
        ("bytes=102000-999999", 102_000, 102_399),
        ("bytes=-10", 102_390, 102_399),
        ("bytes=-999999", 0, 102_399),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    client: Client, learner: Member, video: Any, asked: str, first: int, last: int
) -> None:
    sign_in(client, learner.user)
    reply = client.get(video.url, headers={"Range": asked})
    assert reply.status_code == 206
    assert body(reply) == CONTENT[first : last + 1]
    assert reply.headers["Content-Range"] == f"bytes {first}-{last}/102400"
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["X-Content-Type-Options"] == "nosniff" and reply.headers["Content-Type"] == "video/mp4"


def test_a_part_is_never_so_large_that_it_fills_the_memory(
    client: Client, learner: Member, video: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PART_BYTES", 1000)
    sign_in(client, learner.user)
    got = b""
    while len(got) < len(CONTENT):
        got += body(client.get(video.url, headers={"Range": f"bytes={len(got)}-"}))
    assert got == CONTENT


@pytest.mark.parametrize("asked", ["bytes=102400-", "bytes=9-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client: Client, learner: Member, video: Any, asked: str) -> None:
    sign_in(client, learner.user)
    reply = client.get(video.url, headers={"Range": asked})
    assert reply.status_code == 416 and reply.headers["Content-Range"] == "bytes */102400"


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,5-9", "lines=1-2", "bytes=a-b"])
def test_what_is_not_understood_gets_the_whole_file(client: Client, learner: Member, video: Any, asked: str) -> None:
    sign_in(client, learner.user)
    assert client.get(video.url, headers={"Range": asked}).status_code == 200


def test_pictures_are_shown_to_those_who_may_see_courses_and_nothing_else_is(
    client: Client, learner: Member, trainer: User, video: Any, tmp_path: Path
) -> None:
    file = io.BytesIO()
    Picture.new("RGB", (640, 480), "#2b6cb0").save(file, "PNG")
    image = get_image_model().objects.create(title="演示图片", file=ContentFile(file.getvalue(), name="picture.png"))
    shown = image.get_rendition("width-720|format-webp")
    for user in (learner.user, trainer):
        sign_in(client, user)
        reply = client.get(shown.url)
        assert reply.status_code == 200 and reply.headers["Content-Type"] == "image/webp"
        assert "max-age" in reply.headers["Cache-Control"]
        for other in ("../documents/walk.mp4", "%2e%2e/documents/walk.mp4", "/etc/passwd", ""):
            assert client.get(f"/media/images/{other}").status_code in (301, 400, 404), other
        assert client.get("/media/documents/walk.mp4").status_code == 404
