"""The Excel of the member list: exactly the rows that the filters show, in the same order, and a sheet that says so."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from assessment.models import Status
from assessment.queries import MemberFilter, members_with_standing, unit_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from people.models import Organisation

IN_REQUEST_MOST = 20_000
CHUNK = 2_000
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
    sheet = book.create_sheet(_("人员名单"))
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGH", (14, 16, 18, 36, 10, 30, 12, 10), strict=True):
        sheet.column_dimensions[letter].width = width

    def text(value: str, *, bold: bool = False) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value=plain_text(value))
        cell.data_type = "s"
        cell.number_format = "@"
        if bold:
            cell.font = Font(bold=True)
        return cell

    sheet.append([text(name, bold=True) for name in columns()])
    labels = dict(Status.choices)
    rows = members_with_standing(unit, chosen)
    written = 0
    batch: list[Any] = []

    def flush() -> None:
        nonlocal written
        names = unit_names(batch)
        for row in batch:
            day = WriteOnlyCell(sheet, value=row.valid_until)
            day.number_format = "yyyy-mm-dd"
            score = None if row.best_score is None else row.best_score / 100
            sheet.append(
                [
                    text(row.name),
                    text(row.number),
                    text(row.post.name),
                    text(names[row.organisation_path]),
                    text(str(labels[row.status])),
                    text(row.award_number),
                    day,
                    score,
                ]
            )
        written += len(batch)
        batch.clear()
        if progress is not None:
            progress(written)

    for row in rows.iterator(chunk_size=CHUNK):
        batch.append(row)
        if len(batch) >= CHUNK:
            flush()
    flush()
    about = book.create_sheet(_("说明"))
    about.column_dimensions["A"].width = 16
    about.column_dimensions["B"].width = 60
    for name, value in explanation(unit, chosen, written):
        about.append([name, plain_text(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), written


def explanation(unit: Organisation, chosen: MemberFilter, rows: int) -> list[tuple[str, str]]:
    labels = dict(Status.choices)
    return [
        (_("单位"), unit.name),
        (_("状态"), "、".join(str(labels[s]) for s in chosen.status) or _("全部")),
        (_("搜索"), chosen.query or _("无")),
        (_("几天内到期"), str(chosen.due_days) if chosen.due_days is not None else _("不限")),
        (_("行数"), str(rows)),
        (_("导出时间"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
        (_("口径"), _("在岗人员。已取证和即将到期的证书都在有效期内；即将到期指到期前的提醒期内。")),
    ]
