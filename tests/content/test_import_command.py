"""manage.py import_standard: what it writes, prints and refuses."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from content.models import Clause, Edition, Standard

ROOT = Path(__file__).resolve().parents[2]
TEXT = "演示规范\nDB00/T 7—2024\n1 范围\n本文件规定甲。\n2 要求\n2.1 应甲：\na) 一；\nc) 二。\n2.2 应在7日内办结，见2.1。\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "演示规范.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*args: Any, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_standard", *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def nothing_written() -> bool:
    return not (Standard.objects.exists() or Edition.objects.exists() or Clause.objects.exists())


@pytest.mark.django_db
def test_file_becomes_a_draft(file: Path) -> None:
    out, err = run(file, standard="yan-shi", label="第一版")
    edition = Edition.objects.get()
    assert (edition.standard.code, edition.label, edition.state) == ("yan-shi", "第一版", "draft")
    assert edition.source_name == "演示规范.txt" and Clause.objects.count() == 6
    assert "认出 6 条" in out and "草稿" in out
    assert "待核对：第 8 行：a) 之后直接是 c)，可能漏了 b)。" in err


@pytest.mark.django_db
def test_in_force_replaces_the_edition_before(file: Path, tmp_path: Path) -> None:
    run(file, in_force=True)
    other = tmp_path / "新版.txt"
    other.write_text(TEXT.replace("2024", "2025"), encoding="utf-8")
    run(other, in_force=True)
    assert list(Edition.objects.order_by("pk").values_list("label", "state")) == [
        ("2024年版", "superseded"),
        ("2025年版", "in_force"),
    ]


@pytest.mark.django_db
def test_dry_run_prints_json_alone_and_writes_nothing(file: Path) -> None:
    out, err = run(file, dry_run=True, json=True)
    printed = json.loads(out)
    assert set(printed) == {"title", "numbering", "clauses", "references", "warnings", "errors"}
    assert (printed["title"], printed["numbering"], printed["errors"]) == ("演示规范", "gbt", [])
    assert printed["clauses"][5] == {
        "number": "2.2",
        "kind": "clause",
        "level": 2,
        "parent": "2",
        "title": "",
        "text": "应在7日内办结，见2.1。",
        "notes": [],
        "tables": 0,
        "provisions": ["requirement"],
        "quantities": [{"value": "7", "unit": "日"}],
        "line": 9,
    }
    assert printed["references"] == [{"from": "2.2", "to": "2.1", "resolved": True}]
    assert printed["warnings"][0]["line"] == 8
    assert "认出 6 条" in err and nothing_written()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("重复.txt", (TEXT + "2.1 应丙。\n").encode(), "第 10 行：编号“2.1”重复"),
        ("没有编号.txt", "只有一段话。\n".encode(), "没有找到带编号的条款"),
        ("空.txt", b"", "空"),
        ("照片.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "照片.png"),
        ("假的.docx", b"PK\x03\x04 not a zip", "假的.docx"),
    ],
)
def test_refused_file_is_named_with_its_line_and_leaves_nothing(
    name: str, data: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CommandError) as refused:
        run(path, standard="yan-shi", in_force=True)
    assert words in str(refused.value) and name in str(refused.value)
    assert "没有导入任何内容。" in str(refused.value)
    assert nothing_written()


@pytest.mark.django_db
def test_file_that_was_imported_before_is_refused_in_words(file: Path) -> None:
    run(file, in_force=True)
    with pytest.raises(CommandError, match="已经导入过"):
        run(file)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "words"), [("没有.txt", "没有这个文件"), (".", "文件夹")])
def test_missing_file_and_folder_are_explained(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=words):
        run(tmp_path / name)


@pytest.mark.slow
def test_process_exits_with_0_or_1_and_never_with_a_traceback(file: Path, tmp_path: Path) -> None:
    """As CI and scripts call it: JSON alone on standard output, everything else on standard error."""

    def process(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", "import_standard", path, "--dry-run", "--json"],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    good, missing = process(file), process(tmp_path / "没有.txt")
    assert good.returncode == 0 and len(json.loads(good.stdout)["clauses"]) == 6
    assert missing.returncode == 1 and "没有这个文件" in missing.stderr and "Traceback" not in missing.stderr
    assert "没有这个文件" in json.loads(missing.stdout)["errors"][0]["message"]
