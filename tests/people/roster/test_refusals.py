"""Every mistake in a roster is named with row, column, value and cure, all at once, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from openpyxl import load_workbook

from acts import Refused
from people.models import Assignment, Member, RoleGrant, User
from tests.cast import make_user
from tests.people.roster import files
from tests.people.roster.files import EAST_GRID, WEST_GRID, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from uploads.models import Upload

    Check = Callable[..., Upload]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roster_posts(posts: Any) -> None:
    pass


def messages(held: Upload) -> list[str]:
    assert held.state == "refused"
    return [error["message"] for error in held.errors]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"工号": ""}, "第 2 行“工号”：没有工号。请填写，或删去这一行。"),
        ({"姓名": ""}, "第 2 行“姓名”：没有姓名。请填写，或删去这一行。"),
        ({"姓名": "演示9"}, "第 2 行“姓名”：“演示9”里有数字。请核对姓名。"),
        ({"姓名": "演" * 61}, "第 2 行“姓名”：“演演演演演演演演演演演演…”太长，姓名最多 60 个字。"),
        ({"岗位": ""}, "第 2 行“岗位”：没有岗位。请填写，如“总网格长”。"),
        ({"岗位": "网各长"}, "第 2 行“岗位”：“网各长”不是系统里的岗位，是不是“网格长”？"),
        ({"岗位": "厨师"}, "第 2 行“岗位”：“厨师”不是系统里的岗位。可以填：总网格长、专职网格管理员、网格长（专职网格员）、微网格联络员。"),
        ({"所属单位": ""}, "第 2 行“所属单位”：没有单位。请填写全路径，如“某镇/某村/第一网格”。"),
        ({"所属单位": "演示东镇/演示东镇一村/演示东镇一村1网格"}, "第 2 行“所属单位”：“演示东镇一村1网格”不存在，是不是“演示东镇/演示东镇一村/演示东镇一村第一网格”？"),
        ({"所属单位": "演示东镇一村1网格"}, "第 2 行“所属单位”：“演示东镇一村1网格”不存在，是不是“演示东镇一村第一网格”？"),
        ({"所属单位": EAST_GRID + "/演示东镇一村第一网格1号微网格/甲组"}, "第 2 行“所属单位”：“甲组”的层级不对：微网格之下不再有单位，下级单位也不能高于“演示东镇一村第一网格1号微网格”。"),
        ({"手机号": "100912345"}, "第 2 行“手机号”：“100912345”有 9 位，手机号是 1 开头的 11 位数字。请核对。"),
        ({"入职日期": "2026-02-30"}, "第 2 行“入职日期”：“2026-02-30”没有这一天。请核对日期。"),
        ({"工号": "administrator"}, "第 2 行“工号”：工号“ADMINISTRATOR”和一个系统账号同名。请换一个工号。"),
        ({"工号": "10091111111"}, "第 2 行“工号”：工号“10091111111”像手机号，但和本人手机号不同。请核对。"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_its_cure(check: Check, changes: dict[str, str], message: str) -> None:
    assert messages(check(files.xlsx(files.rows([person(1, **changes)])))) == [message]
    assert not Member.objects.exists()


def test_a_date_after_today_is_refused(check: Check) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    [message] = messages(check(files.xlsx(files.rows([person(1, 入职日期=tomorrow)]))))
    assert message == f"第 2 行“入职日期”：{tomorrow.isoformat()} 还没有到。请核对日期。"


def test_a_post_may_not_begin_before_the_person_entered(check: Check) -> None:
    table = files.rows([person(1, 入职日期="2026-03-02", 任职日期="2026-03-01")], [*files.HEADER, "任职日期"])
    [message] = messages(check(files.xlsx(table)))
    assert message == "第 2 行“任职日期”：任职日期 2026-03-01 早于入职日期 2026-03-02。请核对。"


def test_repeated_numbers_and_phones_name_each_others_rows(check: Check) -> None:
    people = [person(1), person(2), person(1, 手机号="", 姓名="演示庚"), person(4, 手机号="10090000002", 岗位="厨师")]
    found = messages(check(files.xlsx(files.rows(people))))
    assert found[:3] == [
        "第 2 行“工号”：工号“Y00001”和第 4 行相同，姓名不同。请核对，每人一个工号。",
        "第 3 行“手机号”：“10090000002”和第 5 行重复。请核对，一个手机号只能是一个人的。",
        "第 4 行“工号”：工号“Y00001”和第 2 行相同，姓名不同。请核对，每人一个工号。",
    ]
    assert len(found) == 5


def test_the_phone_of_somebody_else_is_refused(check: Check, learner: Member, organisation: Any) -> None:
    table = files.rows([person(1, 手机号=learner.phone)])
    assert messages(check(files.xlsx(table))) == [
        "第 2 行“手机号”：“10000000001”是工号“D0001”现在的手机号。请核对，或在同一份表里改正那一行。"
    ]


def test_nobody_learns_whose_number_or_phone_it_is_in_another_town(
    check: Check, far_member: Member, organisation: Any
) -> None:
    east = make_user("east", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)
    table = files.rows([person(1, 工号=far_member.number), person(2, 手机号=far_member.phone)])
    found = messages(check(files.xlsx(table), actor=east, unit=organisation.east_town))
    assert found == [
        "第 2 行“工号”：工号“D0003”已被本单位范围以外的人员使用。请核对工号；如是调入，请由上级管理员导入。",
        "第 3 行“手机号”：“10000000003”已是系统里其他人员的手机号。请核对。",
    ]
    assert far_member.name not in str(found)


def test_units_of_another_town_do_not_exist_for_an_administrator_of_this_one(check: Check, organisation: Any) -> None:
    east = make_user("east", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)
    for path in (WEST_GRID, f"演示市/{WEST_GRID}", "演示西镇", "演示市"):
        held = check(files.xlsx(files.rows([person(1, path)])), actor=east, unit=organisation.east_town)
        [message] = messages(held)
        assert "不存在" in message
    with pytest.raises(Refused):
        check(files.xlsx(files.rows([person(1, WEST_GRID)])), actor=east, unit=organisation.west_town)


def test_two_units_of_one_name_ask_for_the_whole_path(check: Check, organisation: Any) -> None:
    for village in (organisation.east_village, organisation.west_village):
        village.add_child(name="第二网格", level_id="grid")
    [message] = messages(check(files.xlsx(files.rows([person(1, "第二网格")]))))
    assert message.startswith("第 2 行“所属单位”：有 2 个“第二网格”，如“演示东镇/演示东镇一村/第二网格”和")


def test_a_unit_with_a_similar_name_can_be_said_to_be_new(check: Check, bring_in: Check, organisation: Any) -> None:
    organisation.east_town.add_child(name="向阳东村", level_id="village")
    table = files.rows([person(1, "演示东镇/朝阳东村")])
    held = check(files.xlsx(table))
    assert messages(held) == ["第 2 行“所属单位”：“朝阳东村”不存在，是不是“演示东镇/向阳东村”？"]
    assert held.errors[0]["new_unit"] == "演示东镇/朝阳东村"
    done = bring_in(files.xlsx(table), new_units=("演示东镇/朝阳东村",))
    assert done.summary["new_units"] == ["演示东镇/朝阳东村"]
    assert Assignment.objects.get().organisation.level_id == "village"


def test_another_number_is_another_unit_not_a_mistake(check: Check) -> None:
    held = check(files.xlsx(files.rows([person(1, "演示东镇/演示东镇一村/演示东镇一村第二网格")])))
    assert held.state == "ready"
    assert held.summary["new_units"] == ["演示东镇/演示东镇一村/演示东镇一村第二网格"]


def test_formulas_without_a_result_are_refused(check: Check) -> None:
    table = files.rows([person(1, 手机号="=A1")])
    [message] = messages(check(files.xlsx(table)))
    assert message.startswith("第 2 行“手机号”：公式没有算出结果。")


def test_lines_that_are_no_people_are_left_out_and_said_so(check: Check) -> None:
    table = [
        *files.rows([person(1)]),
        [],
        files.HEADER,
        list(person(2).values()),
        ["合计：2 人"],
        ["填表人：", "", "审核人："],
    ]
    held = check(files.xlsx(table))
    assert held.state == "ready"
    assert held.summary["counts"]["people"] == 2
    assert any("第 4、6、7 行不是人员" in note for note in held.summary["notes"])


def test_a_header_without_people_is_refused(check: Check) -> None:
    assert messages(check(files.xlsx([files.HEADER]))) == ["表头下面没有人员。请填好后再上传。"]


def test_one_broken_row_among_6600_writes_nothing(check: Check, django_assert_max_num_queries: Any) -> None:
    people = [person(n) for n in range(6600)]
    people[4711]["手机号"] = "1009"
    with django_assert_max_num_queries(60):
        held = check(files.text(files.rows(people)))
    assert messages(held) == ["第 4713 行“手机号”：“1009”有 4 位，手机号是 1 开头的 11 位数字。请核对。"]
    assert not Member.objects.exists()
    assert User.objects.count() == 1


def test_the_marked_file_shows_each_error_and_works_when_it_is_mended(check: Check, bring_in: Check) -> None:
    people = [person(n) for n in range(1, 1001)]
    people[1]["手机号"], people[500]["岗位"], people[998]["所属单位"] = "+123", "厨师", "=HYPERLINK(1)"
    table = [["演示东镇花名册"], *files.rows(people)]
    held = check(files.text(table, "gb18030"))
    assert held.summary["kinds"] == {"phone_form": 1, "post_unknown": 1, "unit_unknown": 1}
    content = storages["private"].open(held.roster.marked_as).read()
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [sheet.cell(2, column).value for column in range(1, 8)] == [*files.HEADER, "错误说明"]
    for row, column, words in ((4, 5, "“+123”"), (503, 3, "“厨师”"), (1001, 4, "HYPERLINK")):
        assert sheet.cell(row, column).fill.fgColor.rgb == "FFFFC7CE"
        assert words in sheet.cell(row, column).comment.text
        assert f"第 {row} 行" in sheet.cell(row, 7).value
    assert all(cell.data_type != "f" for each in book for row in each.iter_rows() for cell in row)
    assert not any(str(cell.value).startswith(("=", "+", "@")) for row in sheet.iter_rows() for cell in row)
    sheet.cell(4, 5).value, sheet.cell(503, 3).value, sheet.cell(1001, 4).value = "10098888888", "网格长", EAST_GRID
    out = io.BytesIO()
    book.save(out)
    done = bring_in(out.getvalue())
    assert done.summary["counts"]["new"] == 1000
    assert Member.objects.filter(phone="10098888888").count() == 1


def test_an_error_that_was_marked_before_is_marked_in_the_same_column(check: Check) -> None:
    first = check(files.xlsx(files.rows([person(1, 手机号="1")])))
    again = check(storages["private"].open(first.roster.marked_as).read())
    sheet = load_workbook(io.BytesIO(storages["private"].open(again.roster.marked_as).read())).worksheets[0]
    assert sheet.max_column == 7
    assert sheet["G2"].value.count("第 2 行") == 1


def test_what_no_workbook_can_hold_is_left_out_of_the_marked_file(check: Check) -> None:
    people = [person(1, 姓名="演示\uffff甲", 手机号="1\ufffe2"), person(2, 岗位="厨\x01师")]
    held = check(files.text(files.rows(people)))
    assert held.state == "refused" and not held.summary.get("fault"), held.errors
    sheet = load_workbook(io.BytesIO(storages["private"].open(held.roster.marked_as).read())).worksheets[0]
    assert sheet["B2"].value == "演示甲"


def test_a_sheet_whose_name_excel_would_not_take_is_marked_too(check: Check) -> None:
    content = files.xlsx(files.rows([person(1, 手机号="1")]), names=["一月名单"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace("一月名单".encode(), "[1/2]名单".encode()))
    held = check(out.getvalue())
    assert held.summary["sheet"] == "[1/2]名单"
    book = load_workbook(io.BytesIO(storages["private"].open(held.roster.marked_as).read()))
    assert book.sheetnames[0] == "12名单"
