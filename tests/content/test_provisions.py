"""Provision types: the verbs of GB/T 1.1 and the words that only contain them."""

from __future__ import annotations

import pytest

from content.importers.provisions import provisions_of

REQUIREMENT, PROHIBITION = ("requirement",), ("requirement", "prohibition")
RECOMMENDATION, PERMISSION = ("recommendation",), ("permission",)
STATEMENT, INSTRUCTION = ("statement",), ("instruction",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 应 binds, also where it looks like 应聘, 应对, 应当, 应用
        ("网格员应遵纪守法。", REQUIREMENT),
        ("不应聘用为网格员。", PROHIBITION),
        ("网格员应对网格内的住户每季度走访一遍。", REQUIREMENT),
        ("网格员应对风险隐患进行排查。", REQUIREMENT),
        ("能够答复的应当场答复。", REQUIREMENT),
        ("网格员应当履行职责。", REQUIREMENT),
        ("网格员应用语文明。", REQUIREMENT),
        ("对应当由行政机关履行的职责予以配合。", REQUIREMENT),
        ("专职网格员应会使用智能手机。", REQUIREMENT),
        ("网格员应承担下列职责：", REQUIREMENT),
        ("网格员应征求群众意见。", REQUIREMENT),
        ("网格员应收集社情民意。", REQUIREMENT),
        ("必须佩戴工作证件。", REQUIREMENT),
        ("发布前须经批准。", REQUIREMENT),
        # words with 应 that bind nobody
        ("应急处置与自身安全。", STATEMENT),
        ("群众的反应和响应的速度。", STATEMENT),
        ("相应的报警电话和供应渠道。", STATEMENT),
        ("能够适应岗位，产生积极效应。", STATEMENT),
        ("应届毕业生和应聘人员。", STATEMENT),
        ("移动终端的应用，以及推广应用于各镇。", STATEMENT),
        ("及时应对处置，提高应对能力。", STATEMENT),
        ("具备应对突发事件的经验。", STATEMENT),
        ("与附录一一对应的编号。", STATEMENT),
        ("应知应会的内容。", STATEMENT),
        ("应付的款项。", STATEMENT),
        # prohibitions, also in the words that local standards and laws use
        ("网格员不得收取费用。", PROHIBITION),
        ("严禁转借账号。", PROHIBITION),
        ("禁止泄露信息。", PROHIBITION),
        ("不得不延期的，是少数。", STATEMENT),
        ("设置禁止标志的场所。", STATEMENT),
        # recommendations
        ("夜间入户宜由两人同行。", RECOMMENDATION),
        ("不宜单独入户。", RECOMMENDATION),
        ("宜人工核对。", RECOMMENDATION),
        ("便宜、适宜的事宜。", STATEMENT),
        ("建设宜居社区，因地制宜。", STATEMENT),
        ("向宜兴市学习。", STATEMENT),
        # permissions
        ("培训可采用线上课程。", PERMISSION),
        ("网格员可以申请复核。", PERMISSION),
        ("不必另行报送。", PERMISSION),
        ("无须重复提供。", PERMISSION),
        ("可能、可靠、可行、可视、可持续、可追溯。", STATEMENT),
        ("群众认可，取得许可。", STATEMENT),
        ("必不可少的条款。", STATEMENT),
        ("设备可用。", STATEMENT),
        ("可持工作证件办理。", PERMISSION),
        # statements of ability and possibility
        ("网格员能完成录入，不能当场解决的事项可能较多。", STATEMENT),
        ("年度考核的结果分为四个等次。", STATEMENT),
        # instructions
        ("填写时先写日期和地点，再写反映的内容。", INSTRUCTION),
        ("打开移动终端，点击“上报”。", INSTRUCTION),
        ("办理时限自受理之时起，按自然日连续计算。", STATEMENT),
        ("记录本分为两种。", STATEMENT),
    ],
)
def test_type_of_a_sentence(text: str, expected: tuple[str, ...]) -> None:
    assert provisions_of(text) == expected


def test_several_types_are_kept_with_the_strongest_first() -> None:
    assert provisions_of("考试不合格的，可补考两次；仍不合格的，应重新参加培训。") == ("requirement", "permission")
    assert provisions_of("数据宜自动提取，不应要求另行报送，可以共享。") == (
        "requirement", "prohibition", "recommendation", "permission",
    )  # fmt: skip


def test_quoted_words_bind_nobody() -> None:
    assert provisions_of("手册写有“网格员应当走访”和《不应做的事》。") == STATEMENT


def test_nothing_is_nothing() -> None:
    assert provisions_of("") == ()
    assert provisions_of("  ") == ()
