"""The empty roster to download: the columns, a few 演示 rows, and a sheet that explains them."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from people.models import Post

HEADER = PatternFill("solid", fgColor="FFE6F0FA")
WIDTHS = (14, 14, 22, 18, 18, 16, 18, 16, 14, 14)


def columns() -> list[tuple[str, str]]:
    return [
        (
            _("工号"),
            _(
                "必填。每人一个，不重复；有字母、数字和 - _ / . 都可以。已有人员按工号识别。兼任几个岗位的，每个岗位一行，第一行为主岗。"
            ),
        ),
        (_("姓名"), _("必填。少数民族姓名的间隔点写“·”。")),
        (_("岗位"), _("必填。可以填：%(posts)s。") % {"posts": "、".join(_post_names())}),
        (_("镇（区、街道）"), _("必填。也可以只用一列“所属单位”，写全路径，如“某镇/某村/第一网格”。")),
        (_("村（社区）"), _("镇级人员不填。")),
        (_("网格"), _("村级人员不填。")),
        (_("微网格"), _("微网格联络员填写，其他人不填。")),
        (_("手机号"), _("1 开头的 11 位数字，一人一个。空白表示不变。")),
        (_("入职日期"), _("如 2026-03-01。空白表示不变。")),
        (_("任职日期"), _("到现岗位的日期。空白时，新增人员按入职日期，调动人员按导入当天。")),
    ]


def _post_names() -> list[str]:
    return list(Post.objects.values_list("name", flat=True)) or [_("网格长（专职网格员）")]


def template_workbook() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("花名册"))
    sheet.freeze_panes = "A2"
    for index, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width

    def cell(value: str, *, is_header: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        made.number_format = "@"  # text, so that Excel neither rounds nor reformats numbers and dates
        if is_header:
            made.font, made.fill = Font(bold=True), HEADER
        return made

    sheet.append([cell(name, is_header=True) for name, _about in columns()])
    posts = _post_names()
    town, village = _("演示镇"), _("演示村")
    for number, (name, place) in enumerate(
        [
            (_("演示甲"), (town, village, "", "")),
            (_("演示乙"), (town, village, _("第一网格"), "")),
            (_("演示丙"), (town, village, _("第一网格"), _("1号微网格"))),
        ],
        start=1,
    ):
        post = posts[min(len(posts) - 1, (0, 2, 3)[number - 1])]
        row = [f"YS9000{number}", name, post, *place, f"1009999000{number}", "2026-03-01", ""]
        sheet.append([cell(value) for value in row])
    about = book.create_sheet(_("说明"))
    about.column_dimensions["A"].width = 18
    about.column_dimensions["B"].width = 90
    lines = [
        (_("怎样填"), _("第一张表的 3 行是演示，请删去后填写。列的顺序可以调整，可以加别的列，不会读取。")),
        *columns(),
        (_("怎样导入"), _("上传后先核对、再预览，确认以前不会改动任何数据。有一处错误就不导入任何人。")),
    ]
    for name, text in lines:
        term, meaning = WriteOnlyCell(about, value=name), WriteOnlyCell(about, value=text)
        term.font = Font(bold=True)
        meaning.alignment = Alignment(wrap_text=True, vertical="top")
        about.append([term, meaning])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
