"""`manage.py import_roster`: the same road as the pages, for an operator."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from home.presets.grid import levels_make
from people.models import Assignment, Member, Organisation
from people.roster.models import RosterLine
from tests.people.roster import files
from uploads.models import Upload


def run(path: Path, *arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_roster", str(path), *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def roster(tmp_path: Path, organisation: Any, posts: Any) -> Path:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(files.xlsx(files.rows([files.person(n) for n in range(1, 4)])))
    return path


def test_yes_imports_and_a_second_run_changes_nothing(roster: Path, learner: Member) -> None:
    _out, err = run(roster, "--yes")
    assert "导入完成：新增 3，变更 0，离岗 0" in err
    assert Member.objects.count() == 4
    _out, err = run(roster, "--yes")
    assert "新增 0，变更 0，离岗 0" in err
    assert Member.objects.count() == 4
    assert Assignment.objects.count() == 4


def test_a_dry_run_prints_json_and_writes_nothing(roster: Path) -> None:
    out, _err = run(roster, "--dry-run", "--json")
    body = json.loads(out)
    assert body["counts"]["new"] == 3
    assert body["columns"]["工号"] == "工号"
    assert body["changes"][0]["number"] == "Y00001"
    assert body["errors"] == []
    assert not Member.objects.exists()
    assert not Upload.objects.exists()


def test_without_a_terminal_and_without_yes_nothing_is_imported(roster: Path) -> None:
    with pytest.raises(CommandError, match="--yes") as refused:
        run(roster)
    assert refused.value.returncode == 2
    assert not Member.objects.exists()
    assert not RosterLine.objects.exists()


def test_a_refused_file_says_row_column_value_and_cure(tmp_path: Path, organisation: Any, posts: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(files.text(files.rows([files.person(1), files.person(2, 手机号="1380000")]), "gb18030"))
    out = io.StringIO()
    with pytest.raises(CommandError, match="发现 1 处错误，没有导入任何数据"):
        call_command("import_roster", str(path), "--yes", stdout=out)
    assert "第 3 行“手机号”：“1380000”有 7 位，手机号是 1 开头的 11 位数字。请核对。" in out.getvalue()
    assert not Member.objects.exists()


def test_the_unit_may_be_named_and_the_account_limits_the_scope(
    roster: Path, administrator: Any, supervisor: Any
) -> None:
    with pytest.raises(CommandError, match="处错误"):
        run(roster, "--unit", "演示西镇", "--dry-run")
    with pytest.raises(CommandError, match="没有名为“supervisor”的管理员账号"):
        run(roster, "--as", "supervisor", "--dry-run")
    with pytest.raises(CommandError, match="没有代码或名称为“无此镇”的单位"):
        run(roster, "--unit", "无此镇", "--dry-run")
    assert "新增 3" in run(roster, "--as", "administrator", "--yes")[1]


def test_new_units_need_a_word_of_consent(tmp_path: Path, organisation: Any, posts: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(files.text(files.rows([files.person(1, "演示东镇/演示东镇一村/第九网格/2号微网格")])))
    with pytest.raises(CommandError, match="--create-units"):
        run(path, "--yes")
    assert not Member.objects.exists()
    run(path, "--yes", "--create-units")
    micro = Organisation.objects.get(name="2号微网格")
    assert (micro.level_id, micro.get_parent().name, micro.get_parent().level_id) == ("micro_grid", "第九网格", "grid")
    assert Organisation.find_problems() == ([], [], [], [], [])


def test_an_empty_system_gets_its_whole_organisation_from_the_roster(tmp_path: Path, posts: Any) -> None:
    path = tmp_path / "a.csv"
    header = ["工号", "姓名", "岗位", "市（县）", "镇（区、街道）", "村（社区）", "网格", "微网格"]
    table = [header]
    for n in range(1, 5):
        table.append(
            [
                f"Y{n}",
                "演示甲",
                "联络员" if n > 9 else "微网格联络员",
                "演示新市",
                "甲镇",
                "一村",
                f"第{n}网格",
                "1号微网格",
            ]
        )
    path.write_bytes(files.text(table))
    levels_make()
    run(path, "--yes", "--create-units")
    assert [node.name for node in Organisation.get_root_nodes()] == ["演示新市"]
    assert Organisation.objects.count() == 3 + 4 * 2
    assert Organisation.find_problems() == ([], [], [], [], [])


def test_a_missing_file_is_explained(db: None) -> None:
    with pytest.raises(CommandError, match="打不开文件"):
        run(Path("no/such/file.xlsx"))
