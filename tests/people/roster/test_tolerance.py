"""What is no mistake is taken, with a note where somebody should look; what is one is told once."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from people.models import Member, RoleGrant
from people.roster.checking import errors_folded
from people.roster.values import person_name
from tests.cast import make_user, sign_in
from tests.people.roster import files
from tests.people.roster.files import WEST_GRID, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from people.models import User
    from uploads.models import Upload

    Check = Callable[..., Upload]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roster_posts(posts: Any) -> None:
    pass


def table(*people: dict[str, Any], header: list[str] = files.HEADER) -> bytes:
    return files.xlsx(files.rows(list(people), header))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("演〇示", "演〇示"),
        ("演○示", "演〇示"),
        ("演示⽅", "演示方"),
        ("演\ufe00示\u200b", "演示"),
        ("演示\U000e0100", "演示"),
        ("演 示", "演示"),
        ("演示．艾力", "演示·艾力"),
        ("演示𠮷", "演示𠮷"),
    ],
)
def test_look_alikes_in_names_are_made_one(written: str, kept: str) -> None:
    assert person_name(written) == kept


def test_numbers_of_days_and_months_are_taken_and_shown(bring_in: Check, check: Check) -> None:
    rows = [person(1, 入职日期=45051), person(2, 入职日期=2023.5), person(3, 入职日期="2023年5月"), person(4)]
    notes = check(table(*rows)).summary["notes"]
    assert (
        "第 2、3、4 行的日期是序号或只有年月，按 2023-05-05、2023-05-01、2023-05-01 读取（只有年月的按当月 1 日）。请在预览里核对。"
    ) in notes
    bring_in(table(*rows))
    entered = list(Member.objects.order_by("number").values_list("entered_on", flat=True))
    assert entered == [date(2023, 5, 5), date(2023, 5, 1), date(2023, 5, 1), date(2026, 3, 1)]


@pytest.mark.parametrize("value", ["2023.13", "202305", "2099.1"])
def test_what_may_be_anything_is_no_date(check: Check, value: str) -> None:
    assert check(table(person(1, 入职日期=value))).state == "refused"


def test_hidden_rows_and_rows_struck_through_are_noted(check: Check) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in files.rows([person(1), person(2), person(3), person(4)]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    sheet["B5"].font = Font(strike=True)  # one cell alone says nothing about the row
    out = io.BytesIO()
    book.save(out)
    notes = check(out.getvalue()).summary["notes"]
    assert "第 3 行在表格里是隐藏的（筛选或隐藏行），也会导入。不该导入的，请删去这些行再上传。" in notes
    assert "第 4 行画了删除线，也会导入。不该导入的，请删去这些行再上传。" in notes


STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def strict(content: bytes) -> bytes:
    """The same workbook as Excel saves it as Strict Open XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as packed:
        for part in archive.infolist():
            data = archive.read(part).decode()
            for usual, namespace in STRICT.items():
                data = data.replace(usual, namespace)
            packed.writestr(part.filename, data)
    return out.getvalue()


def test_a_strict_workbook_is_refused_like_the_ordinary_one(check: Check) -> None:
    content = table(person(1, 手机号="=A1"), person(2))
    [usual], [of_strict] = (check(each).errors for each in (content, strict(content)))
    assert of_strict["message"].startswith("第 2 行“手机号”：公式没有算出结果。")
    assert of_strict["message"] == usual["message"]
    assert check(strict(table(person(1)))).state == "ready"


def test_one_mistake_in_fourteen_rows_is_one_line_with_all_rows(
    check: Check, client: Client, administrator: User
) -> None:
    held = check(table(*(person(n, post="厨师") for n in range(1, 15))))
    [line] = errors_folded(held.errors)
    assert line.count == 14
    assert line.message.startswith(
        "第 2、3、4、5、6、7、8、9、10、11、12、13、14、15 行（共 14 行）“岗位”：“厨师”不是系统里的岗位。"
    )
    page = sign_in(client, administrator).get(f"/people/roster/{held.code}/").content.decode()
    assert page.count("不是系统里的岗位") == 1
    assert "第 2、3、4、5、6、7、8、9、10、11、12、13、14、15 行（共 14 行）" in page


def test_only_a_slip_is_suggested(check: Check, organisation: Any) -> None:
    organisation.east_town.add_child(name="演示葵里村", level_id="village")
    new = check(table(person(1, "演示东镇/演示新设村")))
    assert new.summary["new_units"] == ["演示东镇/演示新设村"]
    slip = check(table(person(1, "演示东镇/演示葵理村")))
    assert "是不是“演示东镇/演示葵里村”？" in slip.errors[0]["message"]


def test_a_row_of_another_town_is_not_told_to_stand_below_this_one(check: Check, organisation: Any) -> None:
    east = make_user("east", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)
    content = table(person(1, WEST_GRID), person(2, "演示北镇/演示某村"))
    found = [error["message"] for error in check(content, actor=east, unit=organisation.east_town).errors]
    # The same sentence for a town that there is and for one that there isn't.
    assert [message.partition("”不在您的管辖范围“演示东镇”之内，或不存在。")[0] for message in found] == [
        "第 2 行“所属单位”：“演示西镇", "第 3 行“所属单位”：“演示北镇",
    ]  # fmt: skip
    [message] = {error["message"] for error in check(table(person(1, WEST_GRID)), unit=organisation.east_town).errors}
    assert "不在本次导入的单位“演示东镇”之内" in message


def test_a_marked_file_keeps_its_rows(check: Check) -> None:
    held = check(table(person(1, post="厨师")))
    from django.core.files.storage import storages

    sheet = load_workbook(io.BytesIO(storages["private"].open(held.roster.marked_as).read())).worksheets[0]
    assert sheet["G2"].value.startswith("第 2 行“岗位”")
