"""Excel files: the member list as the filters show it, the table of the status page, one person's evidence. Each says what it is."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from assessment.standing.listing import MemberFilter, members_with_standing
from assessment.standing.models import Status
from certificates.models import Scheme
from people.models import Level, Organisation, Post
from people.tree import ancestor_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from assessment.review.queries import EvidenceLine
    from assessment.standing.models import Standing
    from assessment.standing.queries import UnitRow, UnitView
    from people.models import Member

IN_REQUEST_MOST = 20_000
CHUNK = 2_000
ROWS_PER_SHEET = 1_000_000  # Excel ends at 1,048,576
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain_text(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + value if value.startswith(RISKY) else value


class Table:
    """A sheet whose first row are the heads of its columns: it stays in sight and has the filter on."""

    def __init__(self, book: Workbook, title: str, columns: Sequence[tuple[str, int]]) -> None:
        self.sheet: Any = book.create_sheet(title)
        self.sheet.freeze_panes = "B2"
        self.last = get_column_letter(len(columns))
        self.rows = 0
        for number, (_name, width) in enumerate(columns, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        self.append([self.text(name, is_head=True) for name, _width in columns])

    def append(self, cells: Sequence[Any]) -> None:
        self.sheet.append(cells)
        self.rows += 1
        self.sheet.auto_filter.ref = f"A1:{self.last}{self.rows}"

    def text(self, value: str, *, is_head: bool = False) -> WriteOnlyCell:
        cell = WriteOnlyCell(self.sheet, value=plain_text(value))
        cell.data_type = "s"
        cell.number_format = "@"
        if is_head:
            cell.font = Font(bold=True)
        return cell

    def day(self, value: date | None) -> WriteOnlyCell:
        cell = WriteOnlyCell(self.sheet, value=value)
        cell.number_format = "yyyy-mm-dd"
        return cell

    def share(self, part: int, whole: int) -> WriteOnlyCell | None:
        if not whole:
            return None
        cell = WriteOnlyCell(self.sheet, value=part / whole)
        cell.number_format = "0.0%"
        return cell


def _book_bytes(book: Workbook, about: Iterable[tuple[str, str]]) -> bytes:
    sheet = book.create_sheet(_("说明"))
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 60
    for name, value in about:
        sheet.append([name, plain_text(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _stamp(name: str) -> str:
    return f"{name}_{timezone.localdate():%Y%m%d}.xlsx"


# --- the member list --------------------------------------------------------------------------------------------------


def file_name(unit: Organisation) -> str:
    return _stamp(_("取证情况_%(unit)s") % {"unit": unit.name})


def _levels() -> list[tuple[str, str]]:
    """(code, name) of each level of the organisation, the topmost first."""
    return list(Level.objects.values_list("code", "name"))


def workbook(
    unit: Organisation, chosen: MemberFilter, progress: Callable[[int], None] | None = None
) -> tuple[bytes, int]:
    """(file, number of rows)."""
    book = Workbook(write_only=True)
    labels = dict(Status.choices)
    levels = _levels()
    columns = [
        (_("姓名"), 14),
        (_("工号"), 16),
        (_("岗位"), 18),
        *((name, 20) for _code, name in levels),
        (_("认证方案"), 20),
        (_("状态"), 10),
        (_("证书编号"), 30),
        (_("有效期至"), 12),
        (_("最好成绩"), 10),
    ]
    table = Table(book, _("人员名单"), columns)
    written = 0

    def cells(row: Standing, units: dict[str, str]) -> list[WriteOnlyCell | float | None]:
        return [
            table.text(row.name),
            table.text(row.number),
            table.text(row.post.name),
            *(table.text(units.get(code, "")) for code, _name in levels),
            table.text(row.scheme.title if row.scheme is not None else ""),
            table.text(str(labels[Status(row.status)])),
            table.text(row.award_number),
            table.day(row.valid_until),
            None if row.best_score is None else row.best_score / 100,
        ]

    rows = members_with_standing(unit, chosen).iterator(chunk_size=CHUNK)
    while batch := list(islice(rows, CHUNK)):
        if written and written % ROWS_PER_SHEET == 0:
            table = Table(book, _("人员名单") + str(written // ROWS_PER_SHEET + 1), columns)
        units = _units_by_level({row.organisation_path for row in batch})
        for row in batch:
            table.append(cells(row, units[row.organisation_path]))
        written += len(batch)
        if progress is not None:
            progress(written)
    return _book_bytes(book, explanation(unit, chosen, written)), written


def _units_by_level(paths: set[str]) -> dict[str, dict[str, str]]:
    """For each unit: level -> name of the unit of that level in which it lies, itself included. One statement for 500 units."""
    chains = {path: ancestor_paths(path) for path in paths}
    above = sorted({each for chain in chains.values() for each in chain})
    units: dict[str, tuple[str, str]] = {}
    for start in range(0, len(above), 500):
        part = Organisation.objects.filter(path__in=above[start : start + 500])
        units |= {path: (level, name) for path, level, name in part.values_list("path", "level_id", "name")}
    return {path: dict(units[each] for each in chain if each in units) for path, chain in chains.items()}


def explanation(unit: Organisation, chosen: MemberFilter, rows: int) -> list[tuple[str, str]]:
    labels = dict(Status.choices)
    return [
        (_("单位"), unit.name),
        (_("认证方案"), _scheme_name(chosen.scheme)),
        (_("状态"), "、".join(str(labels[Status(s)]) for s in chosen.status) or _("全部")),
        (_("岗位"), _post_name(chosen.post)),
        (_("范围"), _("只含本级直属人员") if chosen.is_own else _("含下级单位")),
        (_("搜索"), chosen.query or _("无")),
        (_("几天内到期"), str(chosen.due_days) if chosen.due_days is not None else _("不限")),
        (_("行数"), str(rows)),
        (_("导出时间"), _now()),
        (_("口径"), definition()),
    ]


def _now() -> str:
    return timezone.localtime().strftime("%Y-%m-%d %H:%M")


def _scheme_name(pk: int | None) -> str:
    if pk is None:
        return _("全部方案（每人一行，显示最需要处理的一项）")
    return Scheme.objects.filter(pk=pk).values_list("title", flat=True).first() or _("没有这个方案")


def _post_name(pk: int | None) -> str:
    if pk is None:
        return _("全部")
    return Post.objects.filter(pk=pk).values_list("name", flat=True).first() or _("没有这个岗位")


def definition() -> str:
    """What the numbers mean, the same words on the page and in the file."""
    return _(
        "每个认证方案只统计它适用岗位上的在岗人员；“全部方案”按每人最需要处理的一项统计，无需持证的人不计入持证率。"
        "持证率 = 证书在有效期内的人数 ÷ 须持证的在岗人数，四舍五入到一位小数，还有人缺证时最高显示 99.9%。"
        "即将到期指证书仍有效、但已进入到期前的提醒期（默认 90 天）。培训中指已开始该方案要求的课程或考试但还没有证书。"
    )


# --- the table of the status page -------------------------------------------------------------------------------------


def table_file_name(view: UnitView) -> str:
    return _stamp(_("取证情况表_%(unit)s") % {"unit": view.unit.name})


def table_workbook(view: UnitView) -> bytes:
    """All units of the page's table, on one sheet, with numbers that Excel can go on working with."""
    book = Workbook(write_only=True)
    columns = [
        (_("单位"), 28),
        (_("须持证人数"), 12),
        (_("持证人数"), 12),
        (_("持证率"), 10),
        *((str(Status(status).label), 10) for status in STATUS_COLUMNS),
    ]
    for post in view.posts:
        columns += [(_("%(post)s：须持证") % {"post": post.name}, 16), (_("%(post)s：持证") % {"post": post.name}, 16)]
    table = Table(book, _("下级单位"), columns)
    for row in view.rows:
        table.append(_unit_cells(table, row.unit.name, row))
    if view.own is not None:
        table.append(_unit_cells(table, _("本级直属"), view.own))
    # Below the filter: whoever sorts the units leaves the sum where it is.
    table.sheet.append(_unit_cells(table, _("合计"), view.all))
    return _book_bytes(
        book,
        [
            (_("单位"), view.unit.name),
            (_("认证方案"), view.scheme.title if view.scheme is not None else _scheme_name(None)),
            (_("数据截至"), _moment(view.as_of)),
            (_("导出时间"), _now()),
            (_("口径"), definition()),
        ],
    )


STATUS_COLUMNS = (Status.CERTIFIED, Status.EXPIRING, Status.EXPIRED, Status.IN_TRAINING, Status.NOT_STARTED)


def _unit_cells(table: Table, name: str, row: UnitRow) -> list[WriteOnlyCell | int | None]:
    cells: list[WriteOnlyCell | int | None] = [
        table.text(name),
        row.figure.total,
        row.figure.holding,
        table.share(row.figure.holding, row.figure.total),
        *(getattr(row.figure, status) for status in STATUS_COLUMNS),
    ]
    for cell in row.cells:
        cells += [cell.total, cell.holding]
    return cells


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment is not None else _("还没有统计")


# --- one person's evidence --------------------------------------------------------------------------------------------


def evidence_file_name(member: Member) -> str:
    return _stamp(_("年度考核佐证_%(name)s_%(number)s") % {"name": member.name, "number": member.number})


def evidence_workbook(member: Member, lines: Sequence[EvidenceLine], base: str) -> bytes:
    """`base`: the site's address, before the paths of what the evidence is of."""
    book = Workbook(write_only=True)
    columns = [(_("年度"), 8), (_("日期"), 12), (_("类别"), 12), (_("事项"), 36), (_("内容"), 44), (_("查看"), 60)]
    table = Table(book, _("佐证材料"), columns)
    for line in lines:
        table.append(
            [
                line.year,
                table.day(timezone.localdate(line.occurred_at)),
                table.text(line.kind),
                table.text(line.title),
                table.text(line.summary),
                table.text(base + line.address if line.address else ""),
            ]
        )
    return _book_bytes(
        book,
        [
            (_("姓名"), member.name),
            (_("工号"), member.number),
            (_("行数"), str(len(lines))),
            (_("导出时间"), _now()),
            (_("口径"), _("佐证只记录考试、课程和证书等事项，不含学习时长和登录记录。")),
        ],
    )
