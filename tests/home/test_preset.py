"""From an empty database: what an installation without demonstration data begins with."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Scheme
from courses.models import CataloguePage
from people.assignments import posts_of
from people.models import Level, LevelName, Member, Organisation, Post, PostName, User
from tests.cast import sign_in
from tests.people.roster import files

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_preset", "grid", stdout=out)
    return out.getvalue()


def imported(path: Path) -> str:
    err = StringIO()
    call_command("import_roster", str(path), "--yes", "--create-units", stdout=StringIO(), stderr=err)
    return err.getvalue()


def test_run_twice_is_once() -> None:
    said = load()
    assert "新建层级：市（县）、镇（区、街道）、村（社区）、网格、微网格。" in said
    assert "网格长（专职网格员）" in said
    assert "尚未启用：先要有一门已发布的课程和一场考试" in said
    assert "新建“课程目录”" in said
    tables = (Level, LevelName, Post, PostName, Scheme, CataloguePage)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert load() == "预置内容已经在了，没有改动。\n"
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert not Scheme.objects.get().is_active


def test_what_an_installation_has_changed_stays() -> None:
    load()
    Post.objects.filter(code="micro_grid_liaison").update(name="微网格员")
    PostName.objects.filter(name="微网格员").delete()
    Level.objects.filter(code="town").update(name="乡镇")
    load()
    assert Post.objects.get(code="micro_grid_liaison").name == "微网格员"
    assert Level.objects.get(code="town").name == "乡镇"


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(CommandError, match="没有名为“city”的预置内容"):
        call_command("load_preset", "city")


def test_from_preset_to_accounts(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(
        files.xlsx([
            ["工号", "姓名", "岗位", "所属单位"],
            ["Y1", "演示甲", "网格长", "演示市/演示东镇/演示一村/第一网格"],
            ["Y2", "演示乙", "专网", "演示市/演示东镇/演示一村"],
            ["Y3", "演示丙", "微格员", "演示市/演示东镇/演示一村/第一网格/1号微网格"],
        ])
    )  # fmt: skip
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_roster", str(path), "--yes", stdout=out, stderr=StringIO())
    assert "load_preset grid" in out.getvalue()
    load()
    assert "新增 3" in imported(path)
    assert User.objects.filter(username__in=["Y1", "Y2", "Y3"]).count() == 3
    codes = [posts_of(member)[0].post.code for member in Member.objects.order_by("number")]
    assert codes == ["full_time_grid_member", "grid_administrator", "micro_grid_liaison"]
    units = dict(Organisation.objects.values_list("name", "level__code"))
    assert units == {
        "演示市": "city", "演示东镇": "town", "演示一村": "village", "第一网格": "grid", "1号微网格": "micro_grid",
    }  # fmt: skip


EMPTY = "目前没有需要您学习的课程。"


def test_the_courses_tab_says_that_there_are_none_yet(client: Client, learner: Member) -> None:
    sign_in(client, learner.user)
    assert not CataloguePage.objects.exists()
    before = client.get("/courses/")
    assert before.status_code == 200
    assert EMPTY in before.content.decode()
    assert not CataloguePage.objects.exists(), "reading writes nothing"
    load()
    assert CataloguePage.objects.live().count() == 1
    after = client.get("/courses/")
    assert after.status_code == 200
    assert EMPTY in after.content.decode()
