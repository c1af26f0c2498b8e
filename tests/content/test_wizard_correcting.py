"""导入标准, step 2: what was recognised is looked at, corrected, undone or thrown away."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from content.importers.corrections import merge_clause
from content.importers.parsed import from_stored
from content.models import Edition
from content.services.imports import ImportChanged, import_correct
from tests.content import scenes
from tests.content.wizard import act, address, answers, correct, row, waiting
from tests.replies import words
from uploads.models import Upload

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User


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
