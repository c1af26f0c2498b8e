"""The Excel of initial passwords, for the unit to cut and hand out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

if TYPE_CHECKING:
    from people.models import Member

WIDTHS = {"A": 48, "B": 14, "C": 16, "D": 16}


def password_list(rows: list[tuple[str, Member, str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("初始密码"))
    sheet.freeze_panes = "A2"
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width

    def text(value: str, *, bold: bool = False) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"  # never a formula, whatever a name begins with
        cell.number_format = "@"
        cell.font = Font(bold=bold)
        return cell

    sheet.append([text(head, bold=True) for head in (_("单位"), _("姓名"), _("工号"), _("初始密码"))])
    for unit, member, password in rows:
        sheet.append([text(unit), text(member.name), text(member.number), text(password)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
