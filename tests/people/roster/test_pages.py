"""上传 → 核对 → 导入 in pages, with the work in the background done at once."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

import uploads.tasks  # noqa: F401 - a worker finds the kinds of work by itself
from config.celery import app
from jobs.models import Job
from people.models import Member, Organisation
from people.roster import services as roster
from tests.cast import make_user, sign_in
from tests.people.roster import files
from tests.people.roster.files import EAST_GRID, WEST_GRID, person
from uploads.models import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roster_posts(posts: Any) -> None:
    pass


@pytest.fixture
def at_once(django_capture_on_commit_callbacks: Any, settings: Any) -> Iterator[Any]:
    """Runs what was handed to the background as soon as the request is over."""
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    app.conf.task_always_eager = before


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def upload(client: Client, content: bytes, unit: Organisation, name: str = "花名册.xlsx", **more: str) -> Any:
    data = {"file": SimpleUploadedFile(name, content), "unit": unit.code, **more}
    return client.post("/people/roster/new/", data)


def test_the_whole_way(client: Client, at_once: Any, administrator: Any, organisation: Any, learner: Member) -> None:
    sign_in(client, administrator)
    assert "还没有导入过花名册" in text(client.get("/people/roster/"))
    content = files.xlsx(files.rows([person(1), person(2, "演示东镇/演示东镇二村")]))
    with at_once():
        answer = upload(client, content, organisation.city, complete="on")
    page = text(client.get(answer.url))
    assert "确认导入：新增 2，变更 0，离岗 1" in page
    assert "同时新建这 1 个单位" in page
    assert "占“演示市”现有在岗人员的 100%" in page
    assert not Member.objects.filter(number="Y00001").exists()
    held = Upload.objects.get()
    with at_once():
        client.post(f"{answer.url}confirm/", {"plan": held.plan_digest})
    assert "请勾选“同时新建这些单位”" in text(client.get(answer.url))
    with at_once():
        client.post(f"{answer.url}confirm/", {"plan": held.plan_digest, "create_units": "on"})
    page = text(client.get(answer.url))
    assert "导入完成：新增 2 人，变更 0 人，离岗 1 人，新建单位 1 个。" in page
    assert "撤销" not in page
    assert Member.objects.filter(number="Y00001").exists()
    assert "新增 2，变更 0，离岗 1" in text(client.get("/people/roster/"))
    assert Job.objects.filter(state="done").count() == 2


def test_a_file_with_errors_is_refused_shown_by_kind_and_marked(
    client: Client, at_once: Any, administrator: Any, organisation: Any
) -> None:
    sign_in(client, administrator)
    people = [person(n, 手机号="1") if n < 30 else person(n) for n in range(1, 60)]
    people[40]["所属单位"] = "演示东镇/演示东镇一村/演示东镇一村1网格"
    with at_once():
        answer = upload(client, files.xlsx(files.rows(people)), organisation.city)
    page = text(client.get(answer.url))
    assert "<title>有错误：" in page
    assert "发现 30 处错误，没有导入任何数据" in page
    assert "手机号不正确（29）" in page
    rows = "、".join(str(row) for row in range(2, 31))
    assert f"第 {rows} 行（共 29 行）“手机号”" in page and "这里只列出前" not in page
    assert "第 42 行“所属单位”：“演示东镇一村1网格”不存在，是不是" in page
    marked = client.get(f"{answer.url}marked/")
    assert "filename*=utf-8''" in marked["Content-Disposition"]
    assert load_workbook(io.BytesIO(b"".join(marked.streaming_content))).worksheets[0].max_row == 60  # type: ignore[attr-defined]
    assert not Member.objects.exists()


def test_columns_can_be_named_and_units_said_to_be_new(
    client: Client, at_once: Any, administrator: Any, organisation: Any
) -> None:
    sign_in(client, administrator)
    organisation.east_town.add_child(name="向阳东村", level_id="village")
    table = [["证号", "姓名", "岗位", "单位"], ["Y1", "演示甲", "总网格长", "演示东镇/朝阳东村"]]
    with at_once():
        answer = upload(client, files.xlsx(table), organisation.city)
    page = text(client.get(answer.url))
    assert "表头里没有“工号”这一列" in page
    with at_once():
        client.post(
            f"{answer.url}recheck/", {"column_number": "0", "column_name": "1", "column_post": "2", "column_unit": "3"}
        )
    page = text(client.get(answer.url))
    assert "“朝阳东村”不存在，是不是“演示东镇/向阳东村”？" in page
    held = Upload.objects.get()
    columns = {f"column_{name}": str(column) for name, column in held.summary["columns"].items()}
    with at_once():
        client.post(f"{answer.url}recheck/", {**columns, "new_units": "演示东镇/朝阳东村"})
    page = text(client.get(answer.url))
    assert "确认导入：新增 1，变更 0，离岗 0" in page
    bad = client.post(f"{answer.url}recheck/", {**columns, "column_number": "99"})
    assert bad.status_code == 422
    assert "有 1 处需要修改" in text(bad)


def test_bad_uploads_are_explained_at_the_field(
    client: Client, administrator: Any, organisation: Any, settings: Any
) -> None:
    sign_in(client, administrator)
    page = text(client.post("/people/roster/new/", {"unit": organisation.city.code}))
    assert "<title>有错误：" in page
    assert "请选择要导入的文件。" in page
    assert "文件是空的" in text(upload(client, b"", organisation.city))
    answer = client.post("/people/roster/new/", {"file": SimpleUploadedFile("a.csv", b"x"), "unit": "nonsense"})
    assert "请从列表中选择单位。" in text(answer)
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    page = text(upload(client, b"x" * (1024 * 1024 + 1), organisation.city))
    assert "文件超过 1 MB，没有接收。请只保留花名册，或按镇分成几个文件。" in page
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.xlsx", "/abs.xlsx", "a\x00b.xlsx", "=cmd|x.csv", "<b>.csv", "." * 300]
)
def test_the_name_of_a_file_opens_no_path(
    client: Client, at_once: Any, administrator: Any, organisation: Any, name: str, tmp_path: Any
) -> None:
    sign_in(client, administrator)
    with at_once():
        held = roster.roster_submit(
            actor=administrator,
            organisation=organisation.city,
            file=io.BytesIO(b"x"),
            name=name,
            options=roster.Options(),
        )
    assert held.stored_as == f"uploads/{held.code}"
    assert [p.name for p in (tmp_path / "private").rglob("*") if p.is_file()] == [held.code]
    page = text(client.get(f"/people/roster/{held.code}/"))
    assert "<b>" not in page.replace("<body", "")


def test_cancelling_writes_nothing_and_forgets_the_file(
    client: Client, at_once: Any, administrator: Any, organisation: Any
) -> None:
    sign_in(client, administrator)
    with at_once():
        answer = upload(client, files.xlsx(files.rows([person(1)])), organisation.city)
    client.post(f"{answer.url}cancel/")
    held = Upload.objects.get()
    assert held.state == "cancelled"
    assert not held.roster.lines.exists()
    assert "这次导入已取消" in text(client.get(answer.url))
    with at_once():
        client.post(f"{answer.url}confirm/", {"plan": held.plan_digest})
        client.post(f"{answer.url}recheck/", {})
    assert "不能再改" in text(client.get(answer.url))
    assert not Member.objects.exists()


def test_long_previews_are_paged_with_few_statements(
    client: Client, at_once: Any, administrator: Any, organisation: Any, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, administrator)
    with at_once():
        answer = upload(client, files.xlsx(files.rows([person(n) for n in range(1, 131)])), organisation.city)
    with django_assert_max_num_queries(12):
        page = text(client.get(answer.url, {"kind": "new", "p": "3"}))
    assert "第 3 页，共 3 页" in page
    assert page.count('scope="row"') == 30
    with django_assert_max_num_queries(12):
        client.get("/people/roster/")
    for hostile in ("'; drop", "%00", "9" * 40, "unit"):
        assert client.get(answer.url, {"kind": hostile, "p": hostile}).status_code == 200


def test_a_fault_of_the_system_is_not_waited_for(
    client: Client, at_once: Any, administrator: Any, organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, administrator)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(roster, "roster_plan", broken)
        with at_once():
            answer = upload(client, files.xlsx(files.rows([person(1)])), organisation.city)
    assert "系统出了问题，没有核对完" in text(client.get(answer.url))
    with at_once():
        client.post(f"{answer.url}recheck/", {"again": "1"})
    held = Upload.objects.get(state="ready")
    with monkeypatch.context() as patch:
        patch.setattr(roster, "apply", broken)
        with at_once():
            client.post(f"{answer.url}confirm/", {"plan": held.plan_digest})
    page = text(client.get(answer.url))
    assert "没有导入：系统出了问题。请再确认一次" in page
    assert "确认导入：新增 1" in page
    assert not Member.objects.exists()


@pytest.mark.parametrize("plan", ["", "\x00", "0" * 64, "长" * 10_000])
def test_a_forged_confirmation_is_told_that_it_is_none(
    client: Client, at_once: Any, administrator: Any, organisation: Any, plan: str
) -> None:
    sign_in(client, administrator)
    with at_once():
        answer = upload(client, files.xlsx(files.rows([person(1)])), organisation.city)
    client.post(f"{answer.url}confirm/", {"plan": plan, "create_units": "\x00"})
    assert "或者预览已经更新" in text(client.get(answer.url))
    assert Upload.objects.get().state == "ready"


def test_the_template_is_itself_a_roster(client: Client, at_once: Any, administrator: Any, organisation: Any) -> None:
    sign_in(client, administrator)
    content = b"".join(client.get("/people/roster/template/").streaming_content)  # type: ignore[attr-defined]
    assert load_workbook(io.BytesIO(content)).sheetnames == ["花名册", "说明"]
    with at_once():
        upload(client, content, organisation.city)
    # All is understood but the example town, which is none of this city's.
    assert Upload.objects.get().summary["kinds"] == {"unit_unknown": 3}


def test_pages_need_sign_in_the_role_and_the_right_method(
    client: Client, at_once: Any, administrator: Any, organisation: Any, supervisor: Any, learner: Member, trainer: Any
) -> None:
    sign_in(client, administrator)
    with at_once():
        path = upload(client, files.xlsx(files.rows([person(1)])), organisation.city).url
    reads = ["/people/roster/", "/people/roster/new/", "/people/roster/template/", path]
    acts = [f"{path}recheck/", f"{path}confirm/", f"{path}cancel/"]
    for user in (supervisor, learner.user, trainer):
        sign_in(client, user)
        assert {client.get(each).status_code for each in [*reads, f"{path}marked/"]} == {403}
        assert {client.post(each).status_code for each in [*acts, "/people/roster/new/"]} == {403}
    client.logout()
    assert {client.get(each).status_code for each in reads} == {302}
    assert {client.post(each).status_code for each in acts} == {302}
    sign_in(client, administrator)
    assert {client.get(each).status_code for each in acts} == {405}
    assert {client.post(each).status_code for each in ("/people/roster/", path, "/people/roster/template/")} == {405}
    assert client.get(f"{path}marked/").status_code == 404
    assert Upload.objects.get().state == "ready"


def test_an_administrator_of_one_town_sees_nothing_of_the_other(
    client: Client, at_once: Any, organisation: Any, administrator: Any
) -> None:
    west = make_user("west", "演示西镇管理员", "administrator", organisation.west_town)
    east = make_user("east", "演示东镇管理员", "administrator", organisation.east_town)
    sign_in(client, west)
    with at_once():
        path = upload(
            client, files.xlsx(files.rows([person(1, WEST_GRID)])), organisation.west_town, "西镇名单.xlsx"
        ).url
    sign_in(client, east)
    assert "西镇名单" not in text(client.get("/people/roster/"))
    assert "演示西镇" not in text(client.get("/people/roster/new/"))
    assert {client.get(f"{path}{each}").status_code for each in ("", "marked/")} == {404}
    digest = Upload.objects.get().plan_digest
    for act in ("confirm/", "cancel/", "recheck/"):
        assert client.post(f"{path}{act}", {"plan": digest}).status_code == 404
    assert "请从列表中选择单位" in text(
        upload(client, files.xlsx(files.rows([person(2, WEST_GRID)])), organisation.west_town)
    )
    with at_once():
        answer = upload(client, files.xlsx(files.rows([person(1), person(2, EAST_GRID)])), organisation.east_town)
    assert "确认导入：新增 2" in text(client.get(answer.url))
    sign_in(client, administrator)
    assert client.get(path).status_code == 200


def test_a_roster_that_no_worker_takes_or_ends_is_not_waited_for_in_vain(
    client: Client, administrator: Any, organisation: Any, at_once: Any
) -> None:
    sign_in(client, administrator)
    answer = upload(client, files.xlsx(files.rows([person(1)])), organisation.city, complete="on")
    page = text(client.get(answer.url))
    assert "正在核对文件，还没有写入任何数据" in page and "refresh" in page
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert "可能后台服务没有运行" in text(client.get(answer.url))
    Job.objects.update(state="failed")
    page = text(client.get(answer.url))
    assert "核对多次中断，已经停止" in page and "refresh" not in page
    with at_once():
        client.post(f"{answer.url}recheck/", {"again": "1"})
    held = Upload.objects.get()
    assert (held.state, held.options["complete"]) == ("ready", True)
    client.post(f"{answer.url}confirm/", {"plan": held.plan_digest})
    Job.objects.update(state="failed")
    assert "导入多次中断，已经停止，没有写入任何数据" in text(client.get(answer.url))
    client.post(f"{answer.url}recheck/", {"again": "1"})
    assert "确认导入：新增 1" in text(client.get(answer.url))
