"""导入标准 in the CMS: upload, look, correct, confirm; nothing is written before the end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from acts import Refused
from audit.models import Entry
from content.importers.corrections import merge_clause
from content.importers.parsed import from_stored
from content.models import Clause, Edition, Standard
from content.services import imports
from content.services.imports import EditionPlan, ImportChanged, import_confirm, import_correct
from jobs.models import Job
from jobs.services import Run
from tests.content import scenes
from tests.content.wizard import act, address, answers, correct, row, waiting, work
from tests.replies import words
from uploads import tasks
from uploads.apart import read_apart
from uploads.models import Upload

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User

SAMPLE = Path(__file__).resolve().parents[2] / "content" / "demo" / "edition-2025.md"


# --- step 1 -----------------------------------------------------------------------------------------------------------


def test_the_demonstration_standard_goes_through_the_three_steps(desk: Client) -> None:
    page = words(desk.get(address("upload")))
    assert "第 1 步，共 3 步" in page
    assert "第三条之一" in page
    with SAMPLE.open("rb") as file:
        reply = act(desk, address("upload"), {"file": file})
    found = Upload.objects.get()
    page = words(reply)
    assert "第 2 步，共 3 步" in page
    assert "edition-2025.md" in page
    total = len(found.standard.parsed["clauses"])
    assert f"确认导入 {total} 条" in page
    assert not Edition.objects.exists()

    page = words(desk.get(address("confirm", found.code)))
    assert 'value="2025年版"' in page
    assert 'value="DEMO/T 001—2025"' in page
    assert 'value="2025-03-01"' in page
    assert re.search(r'name="is_demonstration"[^>]*checked', page)
    reply = act(desk, address("confirm", found.code), answers())
    edition = Edition.objects.get()
    assert (edition.state, edition.label, edition.is_demonstration) == ("in_force", "2025年版", True)
    assert edition.clauses.count() == total
    page = words(reply)
    assert f"共 {total} 条" in page
    assert reverse("courses_from_clauses", args=[edition.pk]) in page
    found.refresh_from_db()
    assert (found.state, found.standard.edition, found.standard.parsed, found.standard.recognised) == (
        "done",
        edition,
        {},
        {},
    )
    assert Entry.objects.filter(action="standard_import.confirm").exists()
    assert desk.get(address("import", found.code)).url == f"{address('edition', edition.pk)}?imported=1"  # type: ignore[attr-defined]


def test_the_sample_can_be_downloaded_and_read_again(desk: Client) -> None:
    reply: Any = desk.get(address("sample"))
    assert reply.headers["Content-Disposition"].startswith("attachment")
    content = b"".join(reply.streaming_content)
    act(desk, address("upload"), {"file": SimpleUploadedFile("样例.md", content)})
    assert Upload.objects.get().state == "ready"


def test_a_refused_file_is_explained_by_line_and_leaves_only_the_refusal(desk: Client) -> None:
    text = "# 演示标准\n\n# 4 人员\n\n4.1 网格员应佩戴工作证。\n\n4.1 网格员应亮证。\n"
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile("重复.md", text.encode())})
    page = words(reply)
    assert "重复.md" in page and "发现 1 处错误，没有导入任何数据" in page
    assert "第 7 行" in page
    assert "编号“4.1”重复" in page
    assert "没有写入任何数据。请改好后重新上传。" in page
    assert "有错误：重复.md" in page.split("</title>")[0]
    found = Upload.objects.get()
    assert (found.state, found.standard.parsed, found.standard.recognised) == ("refused", {}, {})
    assert not Edition.objects.exists()
    assert "编号“4.1”重复" in words(desk.get(address("import", found.code)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空白.txt", b" \n \n"),
        ("没有编号.txt", "这是一段没有编号的文字。\n又是一段。\n".encode()),
        ("坏的.docx", b"PK\x03\x04 this is no Word file"),
        ("加密的.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("图片.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100),
    ],
)
def test_what_is_no_standard_is_refused_in_chinese(desk: Client, name: str, content: bytes) -> None:
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile(name, content)})
    found = Upload.objects.get()
    assert (found.state, found.standard.parsed, found.standard.recognised) == ("refused", {}, {})
    assert found.errors and re.search("[\u4e00-\u9fff]{6}", found.errors[0]["message"])
    assert found.errors[0]["message"] in words(reply)


def test_no_file_and_an_empty_file_are_told(desk: Client) -> None:
    assert "请选择要导入的文件" in words(act(desk, address("upload")))
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile("空.md", b"")})
    assert reply.status_code == 422
    assert "这个文件是空的" in words(reply)
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_not_even_received(desk: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    reply = act(desk, address("upload"), {"file": SimpleUploadedFile("大.md", b"x" * (1024 * 1024 + 1))})
    assert reply.status_code == 422
    assert "文件超过 1 MB，没有接收" in words(reply)
    assert not Upload.objects.exists()


# --- step 2 -----------------------------------------------------------------------------------------------------------


def test_the_tree_says_what_was_recognised_as_what(desk: Client, ready: Upload) -> None:
    page = words(desk.get(address("import", ready.code)))
    assert "章 2 · 条 7 · 列项 3 · 附录 1" in page
    assert "条 · 要求、禁止 · 第 23 行" in page
    assert "注和示例 1 · 表 1 · 第 32 行" in page
    assert "条 · 要求 · 列项 3 · 第 14 行" in page
    assert "有 2 处请核对" in page
    assert re.search(r'<a href="#row-6">第 19 行</a>：4.1.1 之后有一段', page)
    assert "没有目次。" in page
    assert re.search(r'class="line line--3 line--doubt" id="row-6"', page)


def test_notes_and_tables_are_there_to_be_checked_before_they_are_written(desk: Client, ready: Upload) -> None:
    page = words(desk.get(address("import", ready.code)))
    assert "看注、示例和表" in page
    assert "<caption>表1 走访次数</caption>" in page and '<th scope="col">对象</th>' in page


def test_paragraphs_of_a_word_file_are_called_so(desk: Client, trainer: User) -> None:
    found = waiting(trainer, replace(scenes.gbt(), place="paragraph"))
    assert "第 23 段" in words(desk.get(address("import", found.code)))


def test_a_correction_is_kept_shown_and_undone(desk: Client, ready: Upload) -> None:
    page = words(correct(desk, ready, "raise", "4.1.1 c)"))
    assert "已把“4.1.1 c)”升一级。" in page
    assert "撤销上一步（已改 1 处）" in page
    assert row(ready, "4.1 c)") == 5
    page = words(correct(desk, ready, "merge", "4.1.2"))
    assert "已把“4.1.2”合并到前一条。" in page
    assert "确认导入 12 条" in page
    ready.refresh_from_db()
    assert (ready.standard.version, ready.standard.corrections) == (2, [["raise", 5], ["merge", 6]])

    reply = act(desk, address("undo", ready.code), {"version": 2})
    assert "已撤销上一步改动。" in words(reply)
    ready.refresh_from_db()
    assert (ready.standard.version, ready.standard.corrections) == (3, [["raise", 5]])
    assert from_stored(ready.standard.parsed).clauses[6].number == "4.1.2"
    act(desk, address("undo", ready.code), {"version": 3})
    ready.refresh_from_db()
    assert ready.standard.parsed == ready.standard.recognised
    reply = act(desk, address("undo", ready.code), {"version": 4})
    assert "还没有改动，没有可以撤销的。" in words(reply)


def test_an_impossible_correction_is_explained_and_changes_nothing(desk: Client, ready: Upload) -> None:
    page = words(correct(desk, ready, "lower", "4.2"))
    assert "编号“4.2”表明它在“4”之下，不能移到别处。" in page
    ready.refresh_from_db()
    assert (ready.standard.version, ready.standard.parsed) == (0, ready.standard.recognised)


def test_a_stale_second_tab_is_told_and_overwrites_nothing(desk: Client, ready: Upload) -> None:
    correct(desk, ready, "merge", "4.1.2")
    ready.refresh_from_db()
    kept = ready.standard.parsed
    for reply in (
        correct(desk, ready, "raise", "4.1.1 c)", version=0),
        act(desk, address("undo", ready.code), {"version": 0}),
        act(desk, address("confirm", ready.code), answers(version=0)),
    ):
        assert "这次导入刚在另一个窗口里改过。您刚才的改动没有保存" in words(reply)
    ready.refresh_from_db()
    assert (ready.standard.version, ready.standard.parsed, ready.state) == (1, kept, "ready")
    assert not Edition.objects.exists()


def test_a_change_between_read_and_write_loses_nothing(trainer: User, ready: Upload) -> None:
    """Both tabs have read version 0; the slower one is refused by the database, not by luck."""
    slow = Upload.objects.get(pk=ready.pk)
    import_correct(actor=trainer, upload=ready, version=0, act="merge", index=6)
    with pytest.raises(ImportChanged):
        import_correct(actor=trainer, upload=slow, version=0, act="raise", index=5)
    ready.refresh_from_db()
    assert from_stored(ready.standard.parsed).clauses == merge_clause(scenes.gbt(), 6).clauses


@pytest.mark.parametrize(
    "data",
    [{}, {"raise": "x"}, {"raise": "-1"}, {"merge": "99999999999999"}, {"drop": "1"}, {"raise": "1", "version": "%00"}],
)
def test_a_forged_correction_is_refused_politely(desk: Client, ready: Upload, data: dict[str, str]) -> None:
    reply = act(desk, address("correct", ready.code), {"version": "0", **data})
    assert reply.status_code == 200
    ready.refresh_from_db()
    assert ready.standard.version == 0


def test_leaving_and_coming_back_is_safe(desk: Client, ready: Upload) -> None:
    correct(desk, ready, "merge", "4.1.2")
    page = words(desk.get(address("standards")))
    assert "待核对的导入" in page
    assert address("import", ready.code) in page
    assert "1 处" in page
    assert "撤销上一步（已改 1 处）" in words(desk.get(address("import", ready.code)))


def test_a_cancelled_import_leaves_nothing(desk: Client, ready: Upload) -> None:
    reply = act(desk, address("cancel", ready.code))
    assert "已取消导入“演示标准.md”，没有写入任何数据。" in words(reply)
    ready.refresh_from_db()
    assert (ready.state, ready.standard.parsed, ready.standard.recognised) == ("cancelled", {}, {})
    assert "这次导入已取消" in words(desk.get(address("import", ready.code)))
    assert "这次导入已经结束" in words(act(desk, address("cancel", ready.code)))
    assert "这次导入已取消" in words(act(desk, address("confirm", ready.code), answers()))
    assert not Edition.objects.exists()


def test_a_known_file_is_pointed_out_and_not_imported_twice(desk: Client, ready: Upload, trainer: User) -> None:
    act(desk, address("confirm", ready.code), answers())
    edition = Edition.objects.get()
    again = waiting(trainer)
    assert "同一份文件已经导入过" in words(desk.get(address("import", again.code)))
    reply = act(desk, address("confirm", again.code), answers(standard=edition.standard_id))
    assert reply.status_code == 422
    assert "这个文件已经导入过" in words(reply)
    again.refresh_from_db()
    assert (again.state, Edition.objects.count()) == ("ready", 1)


# --- step 3 -----------------------------------------------------------------------------------------------------------


def test_confirming_twice_gives_one_edition(desk: Client, ready: Upload, trainer: User) -> None:
    plan = EditionPlan(
        standard=None,
        title="演示标准",
        label="2025年版",
        number="",
        issued_on=None,
        effective_on=None,
        is_demonstration=True,
        state="draft",
    )
    second = Upload.objects.get(pk=ready.pk)  # read before the first confirmation, as a double click does
    import_confirm(actor=trainer, upload=ready, version=0, plan=plan)
    with pytest.raises(Refused, match="已经确认过"):
        import_confirm(actor=trainer, upload=second, version=0, plan=plan)
    work()
    work()
    assert (Edition.objects.count(), Clause.objects.count()) == (1, 13)
    reply = act(desk, address("confirm", ready.code), answers())
    assert reply.redirect_chain[-1][0] == f"{address('edition', Edition.objects.get().pk)}?imported=1"
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(("state", "seen"), [("draft", "草稿"), ("upcoming", "即将实施"), ("in_force", "现行")])
def test_the_edition_gets_the_state_that_was_chosen(desk: Client, ready: Upload, state: str, seen: str) -> None:
    page = words(act(desk, address("confirm", ready.code), answers(state=state)))
    assert Edition.objects.get().state == state
    assert seen in page
    assert ("从条款建课" in page.split('id="main"')[-1]) == (state != "draft")


def test_a_new_edition_supersedes_the_old_one_of_its_standard(desk: Client, trainer: User) -> None:
    old = scenes.make_edition(state="in_force")
    new = waiting(trainer, replace(scenes.gbt(), digest="e" * 64, number="DEMO/T 001—2026"))
    Standard.objects.update(code="demo-t-001")
    page = words(desk.get(address("confirm", new.code)))
    assert re.search(rf'<option value="{old.standard_id}" selected>', page), "the number says which standard it is"
    act(
        desk,
        address("confirm", new.code),
        answers(standard=old.standard_id, label="2026年版", number="DEMO/T 001—2026"),
    )
    old.refresh_from_db()
    assert old.state == "superseded"
    made = Edition.objects.get(label="2026年版")
    assert (made.standard, made.state) == (old.standard, "in_force")
    assert {c.lineage for c in made.clauses.all()} == {c.lineage for c in old.clauses.all()}


def test_a_new_standard_never_slips_into_an_old_one(desk: Client, ready: Upload) -> None:
    scenes.make_edition()
    Standard.objects.update(code="demo-t-001")
    reply = act(desk, address("confirm", ready.code), answers(standard=""))
    assert reply.status_code == 422
    assert "已经有这份标准：" in words(reply)
    assert Edition.objects.count() == 1


def test_what_was_corrected_is_what_is_imported(desk: Client, ready: Upload) -> None:
    correct(desk, ready, "merge", "4.1.2")
    act(desk, address("confirm", ready.code), answers(version=1, issued_on="", title="演示标准（修改）"))
    edition = Edition.objects.get()
    assert (edition.title, edition.issued_on) == ("演示标准（修改）", None)
    assert edition.clauses.get(number="4.1.1 c)").text == "用语文明。\n4.1.2 宜随身携带记录本。"
    assert not edition.clauses.filter(number="4.1.2").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写标题。"),
        ({"label": ""}, "请填写版本"),
        ({"standard": "999999"}, "这份标准不存在"),
        ({"issued_on": "昨天"}, "发布日期</a>："),
        ({"effective_on": "2024-01-01"}, "实施日期早于发布日期"),
        ({"state": "superseded"}, "导入后的状态</a>："),
    ],
)
def test_bad_answers_are_explained_kept_and_change_nothing(
    desk: Client, ready: Upload, changes: dict[str, str], sentence: str
) -> None:
    reply = act(desk, address("confirm", ready.code), answers(**{"number": "我填的编号", **changes}))
    page = words(reply)
    assert reply.status_code == 422
    assert "有 1 处需要修改" in page
    assert sentence in page
    assert 'value="我填的编号"' in page
    ready.refresh_from_db()
    assert (ready.state, Edition.objects.count()) == ("ready", 0)


def test_forms_change_only_what_they_declare(desk: Client, ready: Upload, second_trainer: User) -> None:
    forged = {"imported_by": second_trainer.pk, "code": "forged", "superseded_on": "2020-01-01", "pk": 77}
    act(desk, address("confirm", ready.code), answers(**forged))
    edition = Edition.objects.get()
    assert (edition.imported_by, edition.superseded_on) == (ready.uploaded_by, None)
    assert (edition.code, edition.pk) != ("forged", 77)


# --- in the background ------------------------------------------------------------------------------------------------


def put(desk: Client, content: bytes = b"# A\n\n4.1 x") -> Upload:
    desk.post(address("upload"), {"file": SimpleUploadedFile("演示.md", content)})
    return Upload.objects.get()


def test_the_request_reads_nothing_and_the_page_waits_by_itself(desk: Client) -> None:
    found = put(desk)
    assert found.state == "checking"
    reply = desk.get(address("import", found.code))
    assert '<meta http-equiv="refresh" content="2">' in reply.content.decode()
    assert "正在核对文件，还没有写入任何数据" in words(reply)
    Job.objects.filter(arguments__upload=found.pk).update(done=3, total=9)
    assert "3 / 9" in words(desk.get(address("import", found.code)))
    assert "可能后台服务没有运行" not in words(desk.get(address("import", found.code)))
    assert "演示.md" in words(desk.get(address("standards")))


def test_when_no_worker_takes_it_the_page_says_whom_to_tell(desk: Client) -> None:
    found = put(desk)
    Job.objects.filter(arguments__upload=found.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert "可能后台服务没有运行。请联系系统运维人员" in words(desk.get(address("import", found.code)))


def test_a_check_that_was_given_up_can_be_tried_again_or_thrown_away(desk: Client) -> None:
    found = put(desk, SAMPLE.read_bytes())
    Job.objects.filter(arguments__upload=found.pk).update(state="failed")
    page = words(desk.get(address("import", found.code)))
    assert "核对多次中断，已经停止" in page
    assert "refresh" not in page
    assert "再试一次" in page and "取消本次导入" in page
    assert "第 2 步，共 3 步：核对识别结果" in words(act(desk, address("again", found.code)))
    assert "这次导入没有中断" in words(act(desk, address("again", found.code)))
    Upload.objects.update(state="checking")
    Job.objects.update(state="failed")
    act(desk, address("cancel", found.code))
    found.refresh_from_db()
    assert (found.state, found.standard.parsed) == ("cancelled", {})


def test_an_import_that_was_given_up_goes_back_to_the_corrected_tree(desk: Client, ready: Upload) -> None:
    correct(desk, ready, "merge", "4.1.2")
    desk.post(address("confirm", ready.code), answers(version=1))
    ready.refresh_from_db()
    assert ready.state == "applying"
    Job.objects.filter(arguments__upload=ready.pk).update(state="failed")
    page = words(desk.get(address("import", ready.code)))
    assert "导入多次中断，已经停止，没有写入任何数据" in page
    assert "撤销上一步（已改 1 处）" in words(act(desk, address("again", ready.code)))
    assert not Edition.objects.exists()


def test_a_fault_of_the_system_is_told_and_tried_again(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("a fault")

    found = put(desk, SAMPLE.read_bytes())
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(imports, "read_standard", broken)
        tasks.check(Run(Job.objects.get()))
    page = words(desk.get(address("import", found.code)))
    assert "“演示.md”没有核对完" in page
    assert "系统出了问题" in page
    assert "第 2 步，共 3 步：核对识别结果" in words(act(desk, address("again", found.code)))


def test_a_hostile_file_is_refused_in_a_sentence(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_args: Any) -> None:
        while True:
            pass

    monkeypatch.setattr(imports, "read_standard", endless)
    monkeypatch.setattr(imports, "read_apart", partial(read_apart, processor_seconds=1))
    put(desk)
    work()
    found = Upload.objects.get()
    assert found.state == "refused"
    assert "用的时间或内存太多" in words(desk.get(address("import", found.code)))


def test_what_comes_in_the_way_after_the_confirmation_is_told_and_the_corrections_stay(
    desk: Client, ready: Upload
) -> None:
    correct(desk, ready, "merge", "4.1.2")
    desk.post(address("confirm", ready.code), answers(version=1))
    Standard.objects.create(code="demo-t-001", title="演示抢先")
    work()
    page = words(desk.get(address("import", ready.code)))
    assert "没有导入：已经有这份标准：《演示抢先》" in page
    assert "撤销上一步（已改 1 处）" in page
    assert not Edition.objects.exists()
