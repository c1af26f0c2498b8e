"""The standard that the trainer of a journey brings along, as files: a sound one, one that contradicts itself, a broken one."""

from __future__ import annotations

from pathlib import Path

from docx import Document

NAMES = {"phone": "河道巡护", "desktop": "高层楼院巡查"}  # each window imports its own
NUMBERS = {"phone": "DEMO/T 801—2026", "desktop": "DEMO/T 802—2026"}
# The line that the sentence of b) was broken into begins like a list item of its own.
CLAUSES = """
1 范围
本文件规定了网格员日常巡查、险情上报和记录的要求。
2 巡查
2.1 网格员应当每日巡查责任区不少于1次，汛期每日不少于2次。
2.2 巡查前宜查看当日的天气预警。
2.3 发现险情的，应当按下列顺序处置：
a) 劝离危险区域内的人员；
b) 拉起警戒线，警戒范围见责任区平面图中标注的
d) 区域。
2.4 夜间巡查应当两人同行，并佩戴反光背心。
3 上报
3.1 险情应当在10分钟内上报村（社区）。
3.2 上报内容应当包括时间、地点、现状和已采取的措施。
3.3 不得迟报、漏报、瞒报。
4 记录
4.1 巡查记录应当在当日填写。
4.2 巡查记录至少保存1年。
"""
COUNT = 16
TWICE = 29  # the line of the contradictory file in which a number comes back


def title(window: str) -> str:
    return f"{NAMES[window]}工作规程（演示文本）"


def sound(folder: Path, window: str) -> Path:
    """As a word processor writes it."""
    document = Document()
    document.add_paragraph(title(window), style="Title")
    document.add_paragraph(f"文件编号：{NUMBERS[window]}")
    document.add_paragraph("发布日期：2026-01-05")
    document.add_paragraph("实施日期：2026-02-01")
    for line in CLAUSES.strip().splitlines():
        is_chapter = line[1:2] == " "
        document.add_paragraph(line, style="Heading 1" if is_chapter else None)
    path = folder / f"{NAMES[window]}工作规程.docx"
    document.save(str(path))
    return path


def contradictory(folder: Path, window: str) -> Path:
    """The number 3.2 twice."""
    lines = [f"# {title(window)}", *CLAUSES.strip().splitlines()]
    lines[lines.index("3.3 不得迟报、漏报、瞒报。")] = "3.2 不得迟报、漏报、瞒报。"
    assert lines.index("3.2 不得迟报、漏报、瞒报。") * 2 + 1 == TWICE
    path = folder / f"{NAMES[window]}工作规程（编号重复）.md"
    path.write_text("\n\n".join(lines), encoding="utf-8")
    return path


def corrupt(folder: Path, window: str) -> Path:
    """Half a Word file: the transfer was broken off."""
    whole = sound(folder, window).read_bytes()
    path = folder / f"{NAMES[window]}工作规程（没有传完）.docx"
    path.write_bytes(whole[: len(whole) // 2])
    return path
