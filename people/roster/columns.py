"""Which row is the header and what each column holds, by the names that rosters really use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Level
from people.roster.sheets import FileRefused
from people.roster.text import cell_text, column_letter, key

if TYPE_CHECKING:
    from people.roster.sheets import Sheet
    from people.roster.text import Cell

HEADER_WITHIN = 30


class Field(StrEnum):
    """What a column may hold, beside units of one level (`ColumnNames.levels`)."""

    NUMBER = "number"
    NAME = "name"
    POST = "post"
    UNIT = "unit"  # the whole path in one cell
    PHONE = "phone"
    ENTERED = "entered"
    STARTS = "starts"
    MAIN = "main"


LABELS: dict[Field, str | Promise] = {
    Field.NUMBER: gettext_lazy("工号"),
    Field.NAME: gettext_lazy("姓名"),
    Field.POST: gettext_lazy("岗位"),
    Field.UNIT: gettext_lazy("所属单位（全路径）"),
    Field.PHONE: gettext_lazy("手机号"),
    Field.ENTERED: gettext_lazy("入职日期"),
    Field.STARTS: gettext_lazy("任职日期"),
    Field.MAIN: gettext_lazy("主岗"),
}
# The surest names first: where two columns could be meant, the surer one is taken.
NAMES: dict[Field, str] = {
    Field.NUMBER: "工号 人员编号 员工编号 职工编号 网格员编号 成员编号 人员工号 员工号 编号",
    Field.NAME: "姓名 人员姓名 网格员姓名 成员姓名 员工姓名 名字",
    Field.POST: "岗位 岗位名称 任职岗位 岗位职务 岗位/职务 职务/岗位 职务 人员岗位 网格职务",
    Field.UNIT: "组织路径 单位路径 所属单位 所属网格 所在网格 所在单位 单位 所属组织 组织机构 组织 所属机构 机构 网格路径 工作单位",
    Field.PHONE: "手机号 手机号码 手机 联系电话 移动电话 本人手机 本人手机号 电话 电话号码 联系方式",
    Field.ENTERED: "入职日期 入职时间 到岗日期 到岗时间 上岗日期 上岗时间 聘用日期",
    Field.STARTS: "任职日期 任职时间 现任职日期 任现职日期 任现职时间 现岗位任职日期",
    Field.MAIN: "主岗 是否主岗 主岗/兼岗 主岗/兼任 主兼岗",
}
_MARKS = re.compile(r"[*:：★]|\(必填\)|\(选填\)|\(可不填\)|必填")
_REMARK = re.compile(r"\(.*\)$")


def level_field(code: str) -> str:
    return f"level_{code}"


class ColumnNames:
    """What columns are called: the names that rosters use, and the words for the installation's levels."""

    def __init__(self) -> None:
        levels = list(Level.objects.order_by("order").prefetch_related("names"))
        self.levels = [level_field(level.code) for level in levels]
        self.level_codes = {level_field(level.code): level.code for level in levels}
        self.grid = next((level_field(level.code) for level in levels if level.is_grid), "")
        # Between the topmost level and the grids: 所属网格 beside one of them is the grid's name.
        self.between = self.levels[1 : self.levels.index(self.grid)] if self.grid else self.levels[1:]
        of_levels = {level_field(level.code): level.name for level in levels}
        self.labels: dict[str, str] = {}
        for each, label in LABELS.items():
            self.labels[each] = str(label)
            if each == Field.UNIT:
                self.labels.update(of_levels)
        self._known: dict[str, tuple[str, int]] = {}
        for each, names in NAMES.items():
            self._add(each, names.split())
        for level in levels:
            self._add(level_field(level.code), [level.name, *(each.name for each in level.names.all())])

    def _add(self, each: str, names: list[str]) -> None:
        for rank, name in enumerate(names):
            self._known.setdefault(key(name), (each, rank))

    def field_of(self, header: str) -> tuple[str, int] | None:
        """The field that a header names, and how surely (0 is surest)."""
        name = _MARKS.sub("", key(header))
        found = self._known.get(name)
        if found is None and (short := _REMARK.sub("", name)) != name:
            found = self._known.get(short)  # 手机号（11 位）
        if found is None:
            parts = (self._known.get(part) for part in re.split(r"[/／或]", name))
            found = next((part for part in parts if part), None)  # 所属组织/单位
        return found


@dataclass
class Table:
    """One sheet with its columns understood. Rows and columns count from 0 here and from 1 wherever a person reads them."""

    sheet: Sheet
    header_row: int
    headers: list[str]
    columns: dict[str, int]
    names: ColumnNames
    notes: list[str] = field(default_factory=list)

    def header(self, column: int) -> str:
        """The column's name in the file; its letter where it has none."""
        name = self.headers[column] if column < len(self.headers) else ""
        return name or _("%(letter)s 列") % {"letter": column_letter(column)}

    def cell(self, row: int, field_: str) -> Cell:
        column = self.columns.get(field_)
        cells = self.sheet.rows[row]
        return cells[column] if column is not None and column < len(cells) else ""

    @property
    def unit_fields(self) -> list[str]:
        return [level for level in self.names.levels if level in self.columns] or [Field.UNIT]


def table_find(sheets: list[Sheet], *, sheet_name: str = "", chosen: dict[str, Any] | None = None) -> Table:
    """The sheet with a roster's header. Raises FileRefused where there is none, or more than one."""
    if sheet_name:
        sheets = [sheet for sheet in sheets if sheet.name == sheet_name]
        if not sheets:
            raise FileRefused(_("文件里没有名为“%(name)s”的工作表。") % {"name": sheet_name})
    names = ColumnNames()
    ranked = [(_header_row(sheet, names), sheet) for sheet in sheets]
    named = {name for name, column in (chosen or {}).items() if column is not None}
    usable = [
        (row, sheet) for (fields, row), sheet in ranked if fields and {Field.NUMBER, Field.NAME} <= fields | named
    ]
    with_people = [(row, sheet) for row, sheet in usable if len(sheet.rows) > row + 1]
    if len(with_people) > 1:
        called = "、".join(f"“{sheet.name}”" for _row, sheet in with_people)
        raise FileRefused(
            _("有 %(count)s 张工作表都像花名册：%(names)s。请指定一张，或把它们合成一张。")
            % {"count": len(with_people), "names": called},
            sheets=[sheet.name for _row, sheet in with_people],
        )
    if not usable:
        (best, row), sheet = max(ranked, key=lambda each: len(each[0][0]), default=((set(), 0), None))
        headers = [cell_text(cell) for cell in sheet.rows[row]] if sheet is not None and len(best) > 1 else []
        raise FileRefused(_no_header(best), headers=headers)
    row, sheet = (with_people or usable)[0]
    table = _table(sheet, row, names, chosen or {})
    others = [other.name for other in sheets if other is not sheet and other.rows]
    if others:
        table.notes.append(
            _("没有读取其他工作表：%(names)s。") % {"names": "、".join(f"“{name}”" for name in others[:5])}
        )
    return table


def _no_header(found: set[str]) -> str:
    if not found:
        return _("前 30 行里没有找到表头。表头至少要有“工号”“姓名”“岗位”和“所属单位”，可以下载模板对照。")
    missing = [str(LABELS[each]) for each in (Field.NUMBER, Field.NAME) if each not in found]
    return _("表头里没有“%(names)s”这一列。请补上，可以下载模板对照。") % {"names": "”“".join(missing)}


def _header_row(sheet: Sheet, names: ColumnNames) -> tuple[set[str], int]:
    best: tuple[set[str], int] = (set(), 0)
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        fields = {known[0] for cell in row if isinstance(cell, str) and cell and (known := names.field_of(cell))}
        if len(fields) > len(best[0]):
            best = (fields, number)
    return best


def _table(sheet: Sheet, header_row: int, names: ColumnNames, chosen: dict[str, Any]) -> Table:
    headers = [cell_text(cell) for cell in sheet.rows[header_row]]
    table = Table(sheet, header_row, headers, {}, names)
    candidates: dict[str, list[tuple[int, int]]] = {}
    for column, header in enumerate(headers):
        if header and (known := names.field_of(header)):
            candidates.setdefault(known[0], []).append((known[1], column))
    for each, found in candidates.items():
        table.columns[each] = _best_column(table, each, sorted(found))
    _settle_units(table)
    for each, column in chosen.items():
        if each not in names.labels:
            continue  # a level that there was when the person chose
        table.columns.pop(each, None)
        if column is not None and 0 <= column < len(headers):
            for other in [f for f, c in table.columns.items() if c == column]:
                del table.columns[other]
            table.columns[each] = column
    required = [each for each in (Field.NUMBER, Field.NAME, Field.POST) if each not in table.columns]
    missing = [str(LABELS[each]) for each in required]
    if not any(each in table.columns for each in (Field.UNIT, *names.levels)):
        missing.append(str(_("所属单位")))
    if missing:
        raise FileRefused(
            _("表头里没有“%(names)s”这一列。请补上，可以下载模板对照。") % {"names": "”“".join(missing)},
            headers=headers,
        )
    for each in (Field.PHONE, Field.ENTERED):
        if each not in table.columns:
            table.notes.append(
                _("表里没有“%(name)s”这一列：已有人员的保持不变，新增人员的为空。") % {"name": LABELS[each]}
            )
    return table


def _settle_units(table: Table) -> None:
    """所属网格 beside 镇 and 村 is the grid's name; alone, or beside nothing but a micro-grid, it is a path."""
    names = table.names
    levels = [level for level in names.levels if level in table.columns]
    if Field.UNIT not in table.columns:
        return
    if any(level in levels for level in names.between):
        column = table.columns[Field.UNIT]
        if names.grid and names.grid not in levels and "网格" in table.headers[column]:
            table.columns[names.grid] = column
        else:
            table.notes.append(
                _("单位按“镇、村、网格、微网格”各列读取，没有使用“%(name)s”列。") % {"name": table.header(column)}
            )
        del table.columns[Field.UNIT]
    else:
        for level in levels:
            table.notes.append(
                _("单位按“%(path)s”列读取，没有使用“%(name)s”列。")
                % {"path": table.header(table.columns[Field.UNIT]), "name": table.header(table.columns[level])}
            )
            del table.columns[level]


def _best_column(table: Table, each: str, found: list[tuple[int, int]]) -> int:
    surest = [column for rank, column in found if rank == found[0][0]]
    if len(surest) > 1:
        surest = _that_differ(table, surest)
    if len(surest) > 1:
        letters = "、".join(column_letter(column) for column in surest)
        raise FileRefused(
            _("有两列都叫“%(name)s”（%(letters)s 列），内容不同。请改名或删去其中一列。")
            % {"name": table.headers[surest[0]], "letters": letters}
        )
    for _rank, column in found:
        if column != surest[0]:
            table.notes.append(
                _("%(letter)s 列“%(name)s”没有使用：“%(label)s”取自 %(used)s 列“%(used_name)s”。")
                % {
                    "letter": column_letter(column),
                    "name": table.header(column),
                    "label": table.names.labels[each],
                    "used": column_letter(surest[0]),
                    "used_name": table.header(surest[0]),
                }
            )
    return surest[0]


def _that_differ(table: Table, columns: list[int]) -> list[int]:
    """Of columns with one name: those with content of their own."""
    kept: dict[tuple[str, ...], int] = {}
    for column in columns:
        rows = table.sheet.rows[table.header_row + 1 :]
        values = tuple(cell_text(row[column]) if column < len(row) else "" for row in rows)
        if any(values):
            kept.setdefault(values, column)
    return list(kept.values()) or columns[:1]
