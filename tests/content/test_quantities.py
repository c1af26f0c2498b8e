"""Numbers with units, and numbers that are none."""

from __future__ import annotations

import pytest

from content.importers.quantities import quantities_of


def found(text: str) -> list[str]:
    return [f"{quantity.value} {quantity.unit}".strip() for quantity in quantities_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("岗前培训不少于24学时，其中实际操作不少于8学时。", ["24 学时", "8 学时"]),
        ("满分为100分，80分及以上为合格。", ["100 分", "80 分"]),
        ("一般事项7日内办结。", ["7 日"]),
        ("应在2 小时内响应。", ["2 小时"]),
        ("５个工作日内答复。", ["5 个工作日"]),
        ("每季度1次。", ["1 次"]),
        ("占60%，不超过20％。", ["60 %", "20 %"]),
        ("不低于百分之八十，不超过千分之三。", ["80 %", "3 ‰"]),
        ("百分之三点五。", ["3.5 %"]),
        ("三分之二以上同意。", ["2/3"]),
        ("30户至50户。", ["30 户", "50 户"]),
        ("3~5个工作日、3—5日、10至15日。", ["3 个工作日", "5 个工作日", "3 日", "5 日", "10 日", "15 日"]),
        ("三十日内，五万元以上十万元以下。", ["30 日", "5 万元", "10 万元"]),
        ("每月至少走访两次，一个月内补训。", ["2 次", "1 个月"]),
        ("年满十八周岁，连续两年。", ["18 周岁", "2 年"]),
        ("罚款1,500元，长2.5m。", ["1500 元", "2.5 m"]),
    ],
)
def test_numbers_with_units(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2022年8月15日批准，3月5日修复。",
        "二〇二一年一月一日起施行。",
        "按照表B.1分类，见图1和附录A。",
        "第3次会议，第三条第二款，第一年。",
        "GB/T 34300—2017的规定。",
        "3号楼二单元。",
        "十分重要，统一安排，任一年度，千家万户。",
        "1人民政府，2日常工作，3个人信息。",
        "一般事项，一并办理，一次性告知。",
        "12345热线。",
    ],
)
def test_dates_ordinals_and_names_are_none(text: str) -> None:
    assert found(text) == []
