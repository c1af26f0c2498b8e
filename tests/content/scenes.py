"""Recognised standards built by hand, and editions made of them: what the tests of the standard's pages start from."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from content.importers.parsed import ParsedClause, ParsedStandard, Problem, Quantity, Table
from content.models import Clause, ClauseReference, Edition, Standard

TITLE = "社区网格员工作基本要求（演示文本）"


def clause(number: str, kind: str, level: int, parent: str | None, line: int, **fields: Any) -> ParsedClause:
    values: dict[str, Any] = {"title": "", "text": "", "notes": (), "tables": (), "provisions": (), "quantities": ()}
    return ParsedClause(number=number, kind=kind, level=level, parent=parent, line=line, **{**values, **fields})


def gbt(**fields: Any) -> ParsedStandard:
    """4 人员: 4.1 with a) b) c), 4.1.1, 4.2; 5 服务: 5.1 with a table and a note; 附录A: A.1."""
    clauses = (
        clause("4", "chapter", 1, None, 10, title="人员"),
        clause("4.1", "clause", 2, "4", 12, title="仪容"),
        clause("4.1.1", "clause", 3, "4.1", 14, text="网格员应：", provisions=("requirement",)),
        clause("4.1.1 a)", "item", 4, "4.1.1", 15, text="佩戴工作证；", provisions=("requirement", "instruction")),
        clause("4.1.1 b)", "item", 4, "4.1.1", 16, text="衣着整洁；", provisions=("requirement",)),
        clause("4.1.1 c)", "item", 4, "4.1.1", 17, text="用语文明。", provisions=("requirement",)),
        clause("4.1.2", "clause", 3, "4.1", 19, text="宜随身携带记录本。", provisions=("recommendation",)),
        clause("4.2", "clause", 2, "4", 21, title="培训"),
        clause(
            "4.2.1",
            "clause",
            3,
            "4.2",
            23,
            text="每年培训不应少于24学时。",
            provisions=("requirement", "prohibition"),
            quantities=(Quantity("24", "学时"),),
        ),
        clause("5", "chapter", 1, None, 30, title="服务内容"),
        clause(
            "5.1",
            "clause",
            2,
            "5",
            32,
            title="走访",
            text="走访的次数见表1，按4.2.1的要求记录。",
            notes=("注：特殊情况可增加走访次数。",),
            tables=(Table("表1 走访次数", (("对象", "次数"), ("独居老人", "每周1次"), ("其他住户", "每季度1次"))),),
            provisions=("statement",),
        ),
        clause("附录A", "annex", 1, None, 50, title="记录表"),
        clause("A.1", "clause", 2, "附录A", 52, text="格式由各镇规定。", provisions=("statement",)),
    )
    values: dict[str, Any] = {
        "title": TITLE,
        "numbering": "gbt",
        "clauses": clauses,
        "number": "DEMO/T 001—2025",
        "issued_on": date(2025, 1, 10),
        "effective_on": date(2025, 3, 1),
        "front_matter": "本文件仅供演示。",
        "warnings": (Problem(19, "4.1.1 之后有一段没有编号的文字。"), Problem(None, "没有目次。")),
        "digest": "d" * 64,
    }
    return ParsedStandard(**{**values, **fields})


def law() -> ParsedStandard:
    return ParsedStandard(
        title="演示条例",
        numbering="law",
        clauses=(
            clause("第一章", "chapter", 1, None, 3, title="总则"),
            clause("第一条", "article", 2, "第一章", 5, text="为了演示，制定本条例。"),
            clause("第二章", "chapter", 1, None, 7, title="职责"),
            clause("第二章第一节", "section", 2, "第二章", 9, title="一般规定"),
            clause("第二条", "article", 3, "第二章第一节", 11, text="网格员应当履行下列职责："),
            clause("第二条（一）", "item", 4, "第二条", 12, text="走访；"),
            clause("第二条（二）", "item", 4, "第二条", 13, text="巡查。"),
            clause("第三条", "article", 3, "第二章第一节", 15, text="本条例自公布之日起施行。"),
        ),
    )


def long_standard(chapters: int = 10, each: int = 30) -> ParsedStandard:
    """10 chapters of 29 clauses: 300 rows."""
    clauses = []
    for chapter in range(1, chapters + 1):
        line = chapter * 1000
        clauses.append(clause(f"{chapter}", "chapter", 1, None, line, title="工作要求"))
        clauses += [
            clause(
                f"{chapter}.{n}",
                "clause",
                2,
                f"{chapter}",
                line + n,
                text=f"网格员应当在{n}个工作日内核对网格内的住户信息，发现变化的应当及时更新并报告村（社区）。",
                provisions=("requirement",),
            )
            for n in range(1, each)
        ]
    return ParsedStandard(
        title="演示长标准", numbering="gbt", clauses=tuple(clauses), warnings=(Problem(3005, "编号可能有误。"),)
    )


def refused() -> ParsedStandard:
    return ParsedStandard(
        title="演示",
        numbering="gbt",
        errors=(Problem(37, "编号“5.2.3”重复，第 31 行已经有了。请改正编号后重新上传。"), Problem(41, "5.2.5 跳级。")),
    )


def upload(name: str = "演示标准.md", content: bytes = b"4 x") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def stored_file() -> str:
    return storages["private"].save("uploads/scene", ContentFile(b"4 x"))


def make_edition(code: str = "demo-2025", state: str = "in_force", **fields: Any) -> Edition:
    """The rows that `gbt()` becomes, with a reference from 5.1 to 4.2.1 and one to a document outside."""
    standard, _made = Standard.objects.get_or_create(code="demo", defaults={"title": TITLE, "is_demonstration": True})
    values: dict[str, Any] = {
        "standard": standard,
        "title": TITLE,
        "label": "2025年版",
        "number": "DEMO/T 001—2025",
        "numbering": "gbt",
        "is_demonstration": True,
        "issued_on": date(2025, 1, 10),
        "effective_on": date(2025, 3, 1),
        "front_matter": "本文件仅供演示。",
    }
    edition = Edition.objects.create(code=code, state=state, **{**values, **fields})
    made: dict[str | None, Clause] = {}
    for parsed in gbt().clauses:
        row: dict[str, Any] = {
            "edition": edition,
            "number": parsed.number,
            "kind": parsed.kind,
            "title": parsed.title,
            "text": parsed.text,
            "notes": list(parsed.notes),
            "tables": [table.as_json() for table in parsed.tables],
            "provisions": list(parsed.provisions),
            "provision": parsed.provisions[0] if parsed.provisions else "",
            "line": parsed.line,
        }
        if parsed.parent is None:
            made[parsed.number] = Clause.add_root(**row)
        else:
            made[parsed.parent].refresh_from_db()
            made[parsed.number] = made[parsed.parent].add_child(**row)
    ClauseReference.objects.create(source=made["5.1"], target=made["4.2.1"], cited_as="4.2.1")
    ClauseReference.objects.create(source=made["5.1"], target=None, cited_as="GB/T 34300")
    return edition
