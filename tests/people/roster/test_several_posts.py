"""A person with several posts: one row for each, the first one (or the one marked so) the main one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from people.assignments import current_assignments, main_assignment, posts_of
from people.models import Member
from people.roster.models import RosterLine
from tests.cast import make_user
from tests.people.roster import files
from tests.people.roster.files import EAST_GRID, WEST_GRID, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from uploads.models import Upload

    Check = Callable[..., Upload]

pytestmark = pytest.mark.django_db

EAST_VILLAGE = "演示东镇/演示东镇一村"
GRID, VILLAGE = "演示东镇一村第一网格", "演示东镇一村"


@pytest.fixture(autouse=True)
def roster_posts(posts: Any) -> None:
    pass


def table(*people: dict[str, Any], header: list[str] = files.HEADER) -> bytes:
    return files.xlsx(files.rows(list(people), header))


def held(number: str = "Y00001") -> list[tuple[str, str]]:
    return [(each.post.code, each.organisation.name) for each in posts_of(Member.objects.get(number=number))]


def told(roster_import: Upload) -> list[list[str]]:
    return RosterLine.objects.get(roster_import=roster_import.roster).changes


@pytest.fixture(autouse=True)
def everyone_has_one_main_post(request: pytest.FixtureRequest) -> Any:
    yield
    for member in Member.objects.filter(pk__in=current_assignments().values("member")):
        assert [each.is_main for each in posts_of(member)].count(True) == 1


BOTH = (person(1), person(1, EAST_VILLAGE, "总网格长"))


def test_one_person_in_two_rows_holds_two_posts_and_the_first_is_the_main_one(bring_in: Check) -> None:
    done = bring_in(table(*BOTH))
    assert held() == [("full_time_grid_member", GRID), ("chief_grid_head", VILLAGE)]
    assert done.summary["counts"]["people"] == done.summary["counts"]["new"] == 1
    assert ["增加任职", "", "总网格长（演示东镇/演示东镇一村）"] in told(done)
    again = bring_in(table(*BOTH))
    assert again.summary["counts"]["unchanged"] == 1


@pytest.mark.parametrize(("first", "second"), [("否", "是"), ("兼岗", ""), ("", "主岗")])
def test_the_row_that_is_marked_so_is_the_main_one(bring_in: Check, first: str, second: str) -> None:
    rows = [{**BOTH[0], "是否主岗": first}, {**BOTH[1], "是否主岗": second}]
    bring_in(table(*rows, header=[*files.HEADER, "是否主岗"]))
    assert held() == [("chief_grid_head", VILLAGE), ("full_time_grid_member", GRID)]


def test_two_main_posts_and_a_mark_that_says_nothing_are_refused(check: Check) -> None:
    header = [*files.HEADER, "主岗"]
    two = check(table({**BOTH[0], "主岗": "是"}, {**BOTH[1], "主岗": "主"}, header=header))
    assert two.errors[0]["message"] == ("第 2 行“主岗”：工号“Y00001”和第 3 行都写了主岗。每人只有一个主岗，请核对。")
    odd = check(table({**BOTH[0], "主岗": "大概"}, header=header))
    assert odd.errors[0]["message"] == "第 2 行“主岗”：“大概”不清楚。主岗写“是”，兼任的岗位写“否”。"


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (person(1), "“Y00001”和第 3 行重复：同一个人的同一岗位。"),
        (
            person(1, EAST_VILLAGE, "总网格长", 手机号="10095555555"),
            "和第 3 行是同一个人（工号“Y00001”），手机号不同。",
        ),
        (person(1, EAST_VILLAGE, "总网格长", 入职日期="2026-03-02"), "入职日期不同"),
    ],
)
def test_rows_that_do_not_fit_together_are_refused(check: Check, second: dict[str, Any], message: str) -> None:
    refused = check(table(person(1), second))
    assert message in refused.errors[0]["message"]
    assert not Member.objects.exists()


def test_a_post_is_added_and_ended_and_the_preview_says_which(bring_in: Check) -> None:
    bring_in(table(person(1)))
    assert told(bring_in(table(*BOTH))) == [["增加任职", "", "总网格长（演示东镇/演示东镇一村）"]]
    assert held() == [("full_time_grid_member", GRID), ("chief_grid_head", VILLAGE)]
    ended = bring_in(table(person(1)))
    assert told(ended) == [["结束任职", "总网格长（演示东镇/演示东镇一村）", ""]]
    assert held() == [("full_time_grid_member", GRID)]
    bring_in(table(*BOTH))  # the same day: goes on as if it had never ended
    assert Member.objects.get().assignments.count() == 2


def test_the_main_post_changes_without_a_new_assignment(bring_in: Check) -> None:
    bring_in(table(*BOTH))
    begun = set(Member.objects.get().assignments.values_list("pk", flat=True))
    turned = bring_in(table(*reversed(BOTH)))
    assert told(turned) == [["主岗", f"网格长（专职网格员）（{EAST_GRID}）", "总网格长（演示东镇/演示东镇一村）"]]
    assert held()[0] == ("chief_grid_head", VILLAGE)
    assert set(Member.objects.get().assignments.values_list("pk", flat=True)) == begun


def test_one_of_two_posts_moves_and_the_other_goes_on(bring_in: Check) -> None:
    bring_in(table(*BOTH))
    moved = bring_in(table(person(1, WEST_GRID), BOTH[1]))
    assert told(moved) == [["任职变更", f"网格长（专职网格员）（{EAST_GRID}）", f"网格长（专职网格员）（{WEST_GRID}）"]]
    today = timezone.localdate()
    rows = list(
        Member.objects.get().assignments.order_by("starts_on", "pk").values_list("starts_on", "ends_on", "is_main")
    )
    assert rows == [
        (date(2026, 3, 1), today - timedelta(days=1), True),
        (date(2026, 3, 1), None, False),
        (today, None, True),
    ]


def test_who_leaves_leaves_all_posts_and_returns_to_all(bring_in: Check) -> None:
    bring_in(table(*BOTH, person(2)))
    gone = bring_in(table(person(2)), complete=True)
    member = Member.objects.get(number="Y00001")
    assert (posts_of(member), main_assignment(member)) == ([], None)
    assert not member.assignments.filter(ends_on__isnull=True).exists()
    assert [change[:2] for change in told(gone)] == [
        ["岗位", "网格长（专职网格员）"], ["单位", EAST_GRID], ["岗位", "总网格长"], ["单位", EAST_VILLAGE], ["离岗日期", ""],
    ]  # fmt: skip
    bring_in(table(*BOTH, person(2)))
    assert held() == [("full_time_grid_member", GRID), ("chief_grid_head", VILLAGE)]


def test_the_roster_of_one_town_leaves_a_post_in_another_alone(bring_in: Check, organisation: Any) -> None:
    bring_in(table(person(1, WEST_GRID), person(1, EAST_VILLAGE, "总网格长"), person(2)))
    east = make_user("east", "演示东镇管理员", "administrator", organisation.east_town)
    # Another post in the east; the main one lies in the west, and with it the person's own data.
    changed = bring_in(
        table(person(1, EAST_GRID, "微网格联络员", 手机号="10095555555"), person(2)),
        actor=east,
        unit=organisation.east_town,
    )
    assert held() == [("full_time_grid_member", "演示西镇一村第一网格"), ("micro_grid_liaison", GRID)]
    assert Member.objects.get(number="Y00001").phone == "10090000001"
    assert (
        "第 2 行的人员主岗在您的管辖范围之外：只导入岗位，姓名、手机号和入职日期保持不变。" in changed.summary["notes"]
    )
    # No longer in the east's complete roster: that post ends, the person stays in the west.
    left = bring_in(table(person(2)), actor=east, unit=organisation.east_town, complete=True)
    assert left.summary["counts"]["left"] == 0
    assert told(left) == [["结束任职", f"微网格联络员（{EAST_GRID}）", ""]]
    assert held() == [("full_time_grid_member", "演示西镇一村第一网格")]
    assert Member.objects.get(number="Y00001").user.is_active


def test_who_loses_the_main_post_of_two_keeps_the_other_as_the_main_one(bring_in: Check, organisation: Any) -> None:
    bring_in(table(*BOTH[:1], person(1, WEST_GRID, "微网格联络员"), person(2)))
    bring_in(table(person(2)), unit=organisation.east_town, complete=True)
    assert held() == [("micro_grid_liaison", "演示西镇一村第一网格")]
    assert main_assignment(Member.objects.get(number="Y00001")) is not None


def test_a_person_new_in_the_unit_is_a_transfer(bring_in: Check, organisation: Any) -> None:
    bring_in(table(person(1)))
    bring_in(table(person(1, WEST_GRID)), unit=organisation.west_town)
    assert held() == [("full_time_grid_member", "演示西镇一村第一网格")]
