"""The Excel of the member list: exactly the rows that the filters show, in the same order, and a sheet that says so."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from assessment.listing import MemberFilter, members_with_standing
from assessment.models import Status
from assessment.queries import unit_names
from people.models import Post

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from assessment.models import MemberStanding
    from people.models import Organisation

IN_REQUEST_MOST = 20_000
CHUNK = 2_000
ROWS_PER_SHEET = 1_000_000  # Excel ends at 1,048,576
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain_text(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + value if value.startswith(RISKY) else value


def file_name(unit: Organisation) -> str:
    return _("取证情况_%(unit)s_%(day)s.xlsx") % {"unit": unit.name, "day": timezone.localdate().strftime("%Y%m%d")}


def columns() -> list[str]:
    return [_("姓名"), _("工号"), _("岗位"), _("单位"), _("状态"), _("证书编号"), _("有效期至"), _("最好成绩")]


def workbook(
    unit: Organisation, chosen: MemberFilter, progress: Callable[[int], None] | None = None
) -> tuple[bytes, int]:
    """(file, number of rows)."""
    book = Workbook(write_only=True)
    labels = dict(Status.choices)
    written = 0
    sheet = _sheet(book, 1)

    def row_cells(row: MemberStanding, unit_name: str) -> list[WriteOnlyCell | None]:
        return [
            _text(sheet, row.name),
            _text(sheet, row.number),
            _text(sheet, row.post.name),
            _text(sheet, unit_name),
            _text(sheet, str(labels[Status(row.status)])),
            _text(sheet, row.award_number),
            _day(sheet, row.valid_until),
            None if row.best_score is None else row.best_score / 100,
        ]

    rows = members_with_standing(unit, chosen).iterator(chunk_size=CHUNK)
    while batch := list(islice(rows, CHUNK)):
        if written and written % ROWS_PER_SHEET == 0:
            sheet = _sheet(book, written // ROWS_PER_SHEET + 1)
        names = unit_names(batch)
        for row in batch:
            sheet.append(row_cells(row, names[row.organisation_path]))
        written += len(batch)
        if progress is not None:
            progress(written)
    about = book.create_sheet(_("说明"))
    about.column_dimensions["A"].width = 16
    about.column_dimensions["B"].width = 60
    for name, value in explanation(unit, chosen, written):
        about.append([name, plain_text(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), written


def _sheet(book: Workbook, number: int) -> Any:
    sheet = book.create_sheet(_("人员名单") + (str(number) if number > 1 else ""))
    sheet.freeze_panes = "B2"
    for letter, width in zip("ABCDEFGH", (14, 16, 18, 36, 10, 30, 12, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_text(sheet, name, is_head=True) for name in columns()])
    return sheet


def _text(sheet: Any, value: str, *, is_head: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=plain_text(value))
    cell.data_type = "s"
    cell.number_format = "@"
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _day(sheet: Any, value: date | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = "yyyy-mm-dd"
    return cell


def explanation(unit: Organisation, chosen: MemberFilter, rows: int) -> list[tuple[str, str]]:
    labels = dict(Status.choices)
    return [
        (_("单位"), unit.name),
        (_("状态"), "、".join(str(labels[s]) for s in chosen.status) or _("全部")),
        (_("岗位"), _post_name(chosen.post)),
        (_("范围"), _("只含本级直属人员") if chosen.is_own else _("含下级单位")),
        (_("搜索"), chosen.query or _("无")),
        (_("几天内到期"), str(chosen.due_days) if chosen.due_days is not None else _("不限")),
        (_("行数"), str(rows)),
        (_("导出时间"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
        (_("口径"), definition()),
    ]


def _post_name(pk: int | None) -> str:
    if pk is None:
        return _("全部")
    return Post.objects.filter(pk=pk).values_list("name", flat=True).first() or _("没有这个岗位")


def definition() -> str:
    """What the numbers mean, the same words on the page and in the file."""
    return _(
        "持证率 = 证书在有效期内的在岗人数 ÷ 在岗人数。即将到期指证书仍有效、但已进入到期前的提醒期（默认 90 天）。"
        "培训中指已选课或已考试但还没有证书。百分比只取整数，不进位。"
    )
