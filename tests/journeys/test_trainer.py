"""A trainer: imports a standard, makes a course from its clauses, writes questions, draws a paper, opens a sitting."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.journeys.conftest import Person

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.xdist_group("journeys")]

# By clause: the stem and its options, the right one first.
QUESTIONS = {
    "2.1": ("汛期内，{name}的网格员每日至少巡查责任区几次？", ("2次", "1次", "3次")),
    "3.1": ("{name}中发现险情，应当在多少分钟内上报？", ("10分钟", "30分钟", "60分钟")),
}


def questions(window: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """No two windows ask the same: the bank points twins out."""
    name = standard.NAMES[window]
    return {clause: (stem.format(name=name), options) for clause, (stem, options) in QUESTIONS.items()}


def field(person: Person, label: str) -> Locator:
    """By its whole label; the star of what must be filled in is not part of it."""
    labelled = person.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))
    return labelled.and_(person.page.locator("input, textarea, select"))


def menu(person: Person, *names: str) -> None:
    """An entry of the CMS's menu; on a phone the menu is opened first."""
    sidebar = person.page.locator("#wagtail-sidebar")
    if not sidebar.get_by_role("link", name="从条款建课").is_visible():
        sidebar.locator(".sidebar-nav-toggle").click()
    for name in names:
        sidebar.get_by_role("link", name=name, exact=True).or_(
            sidebar.get_by_role("button", name=name, exact=True)
        ).first.click()


def upload(person: Person, file: Path) -> None:
    field(person, "标准文件").set_input_files(file)
    person.press("上传并识别")


def refused_files(person: Person, window: str, folder: Path) -> None:
    person.press("导入标准")
    person.sees("第 1 步，共 3 步")
    person.picture("upload")
    upload(person, standard.contradictory(folder, window))
    errors = person.page.locator("#errors")
    expect(errors).to_contain_text(f"第 {standard.TWICE} 行：编号“3.2”重复")
    expect(errors).to_contain_text("没有写入任何数据")
    person.picture("duplicate-number-refused")
    person.press("重新上传")
    upload(person, standard.corrupt(folder, window))
    expect(errors).to_contain_text("文件已损坏或不完整")
    person.picture("corrupt-file-refused")
    menu(person, "标准")
    expect(person.page.get_by_role("heading", name="标准", exact=True)).to_be_visible()
    assert standard.title(window) not in person.page.inner_text("main"), "nothing was written"


def import_standard(person: Person, window: str, folder: Path) -> None:
    page = person.page
    person.press("导入标准")
    upload(person, standard.sound(folder, window))
    person.sees("第 2 步，共 3 步")
    expect(page.locator("#doubts")).to_contain_text("b) 之后直接是 d)，可能漏了 c)。")
    person.picture("tree")
    # A wrong click first, which is taken back.
    person.press("降级 2.3 d)")
    person.sees("已把“2.3 d)”降一级")
    person.press("撤销上一步（已改 1 处）")
    person.sees("已撤销上一步改动")
    person.press("合并 2.3 d) 到前一条")
    expect(page.locator(".line", has_text="责任区平面图中标注的")).to_contain_text("d) 区域。")
    person.sees("没有发现可疑之处")
    person.picture("tree-corrected")
    person.press(f"确认导入 {standard.COUNT - 1} 条")
    person.sees("第 3 步，共 3 步")
    expect(field(person, "属于哪份标准").locator("option:checked")).to_have_text("新的标准")
    expect(field(person, "标题")).to_have_value(standard.title(window))
    expect(field(person, "版本")).to_have_value("2026年版")
    expect(field(person, "文件编号")).to_have_value(standard.NUMBERS[window])
    expect(field(person, "现行")).to_be_checked()
    expect(field(person, "这是演示文本")).to_be_checked()
    person.picture("confirm")
    person.press(f"确认导入 {standard.COUNT - 1} 条")
    person.sees("导入完成")
    person.picture("edition")


def course_title(window: str) -> str:
    return f"{standard.NAMES[window]}怎么做（演示）"


def make_course(person: Person, window: str) -> None:
    """Chapters 2 and 3 become two lessons."""
    page = person.page
    page.locator("main").get_by_role("link", name="从条款建课").click()
    expect(page.get_by_role("heading", name=standard.title(window))).to_be_visible()
    field(person, "课程名称").fill(course_title(window))
    field(person, "2 巡查").check()
    field(person, "3 上报").check()
    expect(page.locator("[data-count]")).to_have_text("已选 7 条，将有 2 课")
    person.picture("clauses-ticked")
    person.press("建立课程草稿")
    person.sees(f"已建立课程草稿“{course_title(window)}”，共 2 课")


def fill(person: Person, values: dict[str, str]) -> None:
    """Fields of the block editor by the ends of their names: «3-value-text»."""
    for name, value in values.items():
        person.page.locator(f"[name$='{name}']").fill(value)


def publish(person: Person, title: str) -> None:
    person.page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    person.page.locator("button[name=action-publish]").last.click()
    expect(person.page.locator(".messages")).to_contain_text(f"页面 '{title}' 已经发布")


def write_lesson(person: Person, *, clauses: int, name: str, stem: str, options: tuple[str, ...]) -> None:
    """What «从条款建课» has laid out: the clauses, then a card, a case and a check that rests on the first clause."""
    card, case, check = (f"body-{clauses + n}-value" for n in range(3))
    person.page.locator(f"[name='{card}-heading']").wait_for()
    field(person, "学习目标").fill(f"说得出{name}的次数和时限\n会按顺序做")
    fill(
        person,
        {
            f"{card}-text": f"{name}要按条文做，先看清楚次数和时限，再动手。\n\n做完当天记下来。",
            f"{case}-title": "案例：雨后的坡道",
            f"{case}-situation": "一场大雨过后，演示网格员发现坡道旁的围墙有裂缝，旁边还停着几辆电动车。",
            f"{case}-question": "第一步做什么？",
            f"{case}-analysis": "先请周围的人离开，再拉警戒线，然后上报。顺序不能反。",
            f"{check}-stem": stem,
            f"{check}-explanation": f"条文写的是“{options[0]}”。",
        },
    )
    for place, text in enumerate(options):
        fill(person, {f"{check}-options-{place}-value-text": text})
    for place in range(1, len(options)):
        fill(person, {f"{check}-options-{place}-value-feedback": "再看一遍条款原文。"})


def write_course(person: Person, window: str) -> None:
    page = person.page
    person.picture("lesson-laid-out")
    # A lesson that is not written yet cannot be published: the editor says what is missing.
    page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    page.locator("button[name=action-publish]").last.click()
    expect(page.locator(".messages")).to_contain_text("错误")
    person.picture("unfinished-lesson-refused")
    lessons = (("巡查", 4, "2.1"), ("上报", 3, "3.1"))
    for place, (name, clauses, clause) in enumerate(lessons):
        if place:
            page.get_by_role("link", name=name, exact=True).click()
        stem, options = questions(window)[clause]
        write_lesson(person, clauses=clauses, name=name, stem=stem, options=options)
        person.picture(f"lesson-{place + 1}-written")
        publish(person, name)
    person.picture("lessons-published")
    page.locator("header").get_by_role("button", name="动作").click()
    page.locator("[data-tippy-root]").get_by_role("link", name="编辑", exact=True).click()
    field(person, "一句话介绍").fill("按条文学会巡查和上报。")
    publish(person, course_title(window))
    person.picture("course-published")


def write_questions(person: Person, window: str) -> None:
    page = person.page
    menu(person, "题库与考试", "题库")
    expect(page.get_by_role("link", name="新增单选题")).to_be_visible()
    person.picture("bank")
    person.press("新增单选题")
    for place, (clause, (stem, options)) in enumerate(questions(window).items()):
        field(person, "题干").fill(stem)
        for letter, text in zip("ABC", options, strict=True):
            field(person, letter).fill(text)
        field(person, "正确").first.check()
        if not place:
            field(person, "标准").select_option(label=f"{standard.title(window)}（2026年版）")
            expect(page.locator("#clause-numbers option[value='3.3']")).to_be_attached()
            expect(page.locator("#clause-numbers option[value='7.1']")).not_to_be_attached()
        field(person, "主要依据条款").fill(clause)
        field(person, "解析").fill(f"第 {clause} 条写的是“{options[0]}”。")
        person.picture(f"question-{place + 1}")
        person.press("保存并新增下一题" if not place else "保存")
        person.sees("已新增试题")
    person.picture("question-saved")


def draw_paper(person: Person, window: str) -> None:
    menu(person, "题库与考试", "组卷蓝图")
    person.press("新建组卷蓝图")
    field(person, "考试名称").fill(f"{standard.NAMES[window]}小考（演示）")
    field(person, "标准版本").select_option(label=f"{standard.title(window)}（2026年版）")
    expect(field(person, "第 1 行 章").locator("option")).to_have_text(
        ["全部章节", "第 1 章 范围", "第 2 章 巡查", "第 3 章 上报", "第 4 章 记录"]
    )
    field(person, "第 1 行 题型").select_option(label="单选题")
    field(person, "第 1 行 题数").fill("3")
    field(person, "第 1 行 每题分值").fill("50")
    person.press("保存蓝图")
    person.sees("全部章节需要 3 道单选题，题库只有 2 道。")
    person.picture("blueprint-short")
    field(person, "第 1 行 题数").fill("2")
    person.press("保存蓝图")
    person.sees("共 2 题，100 分")
    person.picture("blueprint")
    person.press("试组一份卷")
    # Wherever the draw has put it: only what an author pins keeps its place.
    expect(person.page.locator(".sample__key").first).to_have_text(re.compile("答案：[A-D]"), timeout=30_000)
    for stem, _options in questions(window).values():
        person.sees(stem)
    person.picture("sample-paper")


def sitting_title(window: str) -> str:
    return f"{standard.NAMES[window]}小考（演示场次）"


def open_sitting(person: Person, window: str) -> None:
    page = person.page
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    menu(person, "题库与考试", "考试场次")
    person.press("新建场次")
    field(person, "名称").fill(sitting_title(window))
    field(person, "考试（组卷蓝图）").select_option(label=f"{standard.NAMES[window]}小考（演示）")
    for label, moment in (("开始时间", now - timedelta(minutes=5)), ("结束时间", now + timedelta(days=7))):
        field(person, label).click()
        if label == "结束时间":
            person.picture("calendar")
        field(person, label).fill(moment.strftime("%Y-%m-%d %H:%M"))
        field(person, "名称").click()  # which puts the calendar away
    field(person, "考试时长（分钟）").fill("20")
    field(person, "参加单位").select_option(index=1)
    field(person, "须先学完的课程").select_option(label=course_title(window))
    person.picture("sitting-form")
    person.press("保存场次")
    person.sees("核对后请开放考试")
    person.picture("sitting-draft")
    person.press("开放考试")
    person.sees("开放后不能再修改")
    person.picture("sitting-ask-to-open")
    person.press("确认开放")
    person.sees("试卷已生成，到开始时间考生就能进入")
    expect(page.locator("main .w-status").first).to_have_text("已开放")
    expect(page.get_by_role("heading", name="监考")).to_be_visible()
    person.picture("sitting-open")


def member_sees_it(member: Person, window: str) -> None:
    page = member.page
    member.sign_in("YS010005")
    member.sees(sitting_title(window))
    member.picture("member-tasks")
    member.press("课程")
    member.press(course_title(window), exact=False)
    expect(page.get_by_role("heading", name=course_title(window))).to_be_visible()
    member.picture("member-course")
    member.press("巡查", exact=False)
    member.sees("说得出巡查的次数和时限")
    member.picture("member-lesson")


def test_from_a_standard_to_an_open_sitting(visitors: Callable[[], Person], window: str, tmp_path: Path) -> None:
    person = visitors()
    person.sign_in("trainer")
    expect(person.page.get_by_role("heading", name="从标准到考试")).to_be_visible()
    person.picture("desk")
    refused_files(person, window, tmp_path)
    import_standard(person, window, tmp_path)
    make_course(person, window)
    write_course(person, window)
    write_questions(person, window)
    draw_paper(person, window)
    open_sitting(person, window)
    member_sees_it(visitors(), window)
