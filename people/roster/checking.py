"""Every row of a roster as facts, or what is wrong with it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.posts import post_words
from people.roster.columns import Field
from people.roster.text import cell_text, column_letter, half_width, key
from people.roster.units import Segment, UnitUnclear, nearest, split_path
from people.roster.values import Unclear, day, main_mark, member_number, person_name, phone_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import Promise

    from people.models import Post
    from people.roster.columns import Table
    from people.roster.text import Cell
    from people.roster.units import Place, Units

KINDS: dict[str, str | Promise] = {
    "file": gettext_lazy("文件读不了"),
    "number_missing": gettext_lazy("没有工号"),
    "number_form": gettext_lazy("工号不正确"),
    "number_lost": gettext_lazy("工号变成了科学计数"),
    "number_twice": gettext_lazy("工号重复"),
    "number_taken": gettext_lazy("工号已被使用"),
    "name_missing": gettext_lazy("没有姓名"),
    "name_form": gettext_lazy("姓名不正确"),
    "post_missing": gettext_lazy("没有岗位"),
    "post_unknown": gettext_lazy("岗位不存在"),
    "unit_missing": gettext_lazy("没有单位"),
    "unit_unknown": gettext_lazy("单位不存在"),
    "unit_ambiguous": gettext_lazy("单位有多个同名"),
    "unit_outside": gettext_lazy("单位不在本次导入范围"),
    "unit_level": gettext_lazy("单位层级不对"),
    "unit_name": gettext_lazy("单位名称太长"),
    "phone_form": gettext_lazy("手机号不正确"),
    "phone_lost": gettext_lazy("手机号变成了科学计数"),
    "phone_twice": gettext_lazy("手机号重复"),
    "phone_taken": gettext_lazy("手机号已被使用"),
    "date_form": gettext_lazy("日期不正确"),
    "date_future": gettext_lazy("日期在今天之后"),
    "date_order": gettext_lazy("日期先后不对"),
    "formula": gettext_lazy("公式没有结果"),
    "main_form": gettext_lazy("主岗不清楚"),
    "leave": gettext_lazy("不能办理离岗"),
}
_FOOTER = re.compile(
    r"^(合计|总计|小计|共计|填表|制表|填报|审核|复核|负责人|单位负责人|备注|说明|注[：:]|单位[（(]盖章)"
)


@dataclass(frozen=True)
class Problem:
    kind: str
    message: str
    row: int | None = None  # from 0, like the columns
    column: int | None = None
    header: str = ""
    value: str = ""
    new_unit: str = ""

    @property
    def text(self) -> str:
        if self.row is None:
            return self.message
        if self.column is None:
            return _("第 %(row)s 行：%(message)s") % {"row": self.row + 1, "message": self.message}
        return _("第 %(row)s 行“%(column)s”：%(message)s") % {
            "row": self.row + 1,
            "column": self.header,
            "message": self.message,
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "row": None if self.row is None else self.row + 1,
            "column": self.header,
            "letter": "" if self.column is None else column_letter(self.column),
            "value": self.value,
            "kind": self.kind,
            "message": self.text,
            "said": self.message,
            "new_unit": self.new_unit,
        }


@dataclass(frozen=True)
class Folded:
    """What is wrong in the same way in several rows; `message` names all of them."""

    message: str
    count: int


def errors_folded(errors: list[dict[str, Any]]) -> list[Folded]:
    """Of problems as the import keeps them (`Problem.as_json`): one line for each sentence, in the order of the first rows."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for error in errors:
        groups.setdefault((error.get("column", ""), error.get("said") or error["message"]), []).append(error)
    return [_fold(group) for group in groups.values()]


def _fold(group: list[dict[str, Any]]) -> Folded:
    first = group[0]
    if len(group) == 1:
        return Folded(first["message"], 1)
    rows = "、".join(str(error["row"]) for error in group if error["row"] is not None)
    values = {"count": len(group), "rows": rows, "column": first["column"], "message": first["said"]}
    if not rows:
        return Folded(first["message"], len(group))
    if not first["column"]:
        return Folded(_("第 %(rows)s 行（共 %(count)s 行）：%(message)s") % values, len(group))
    return Folded(_("第 %(rows)s 行（共 %(count)s 行）“%(column)s”：%(message)s") % values, len(group))


@dataclass(frozen=True)
class Seat:
    """A post in a unit. None: the file doesn't say."""

    row: int
    post: Post
    place: Place
    starts: date | None = None
    is_main: bool | None = None


@dataclass(frozen=True)
class Facts:
    """A person whose rows make sense by themselves, one row for each post, the main one first. None: the file doesn't say."""

    row: int
    number: str
    name: str
    seats: tuple[Seat, ...]
    phone: str | None = None
    entered: date | None = None


@dataclass
class Checked:
    facts: list[Facts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    people: int = 0  # people in the rows, right or wrong


class Posts:
    def __init__(self) -> None:
        self._by_key = post_words()
        self.names = list(dict.fromkeys(post.name for post in self._by_key.values()))

    def find(self, cell: Cell) -> Post:
        text = cell_text(cell)
        if not text:
            raise Unclear("post_missing", _("没有岗位。请填写，如“%(post)s”。") % {"post": (self.names or [""])[0]})
        post = self._by_key.get(key(text))
        if post is None:
            close = nearest(text, list(self._by_key))
            if close is not None:
                meant = self._by_key[close]
                raise Unclear(
                    "post_unknown",
                    _("“%(value)s”不是系统里的岗位，是不是“%(close)s”？")
                    % {"value": text, "close": meant.name if key(meant.name) == close else close},
                )
            raise Unclear(
                "post_unknown",
                _("“%(value)s”不是系统里的岗位。可以填：%(names)s。")
                % {"value": text[:40], "names": "、".join(self.names)},
            )
        return post


class Checker:
    def __init__(self, table: Table, units: Units, today: date) -> None:
        self.table = table
        self.units = units
        self.today = today
        self.posts = Posts()
        self.checked = Checked(notes=list(table.notes))
        self._rows_of: dict[str, list[Facts]] = defaultdict(list)  # by number
        self._guessed_days: dict[int, date] = {}
        self._people: set[int] = set()
        self._phones: dict[str, list[tuple[int, str | None]]] = defaultdict(list)  # row and number

    def run(self, progress: Callable[[int, int], None] | None = None) -> Checked:
        rows = self.table.sheet.rows
        first = self.table.header_row + 1
        skipped: list[int] = []
        for row in range(first, len(rows)):
            if progress is not None and row % 1000 == 0:
                progress(row - first, len(rows) - first)
            if self._is_blank(row):
                continue
            if self._is_no_person(row):
                skipped.append(row + 1)
                continue
            self.checked.people += 1
            self._people.add(row)
            self._check(row)
        self._check_phones()
        for rows_of_one in self._rows_of.values():
            self._join(rows_of_one)
        self._note(skipped)
        if not self.checked.people:
            self.checked.problems.append(Problem("file", _("表头下面没有人员。请填好后再上传。")))
        return self.checked

    def _is_blank(self, row: int) -> bool:
        return not any(cell_text(cell) for cell in self.table.sheet.rows[row]) and not any(
            (row, column) in self.table.sheet.broken for column in self.table.columns.values()
        )

    def _is_no_person(self, row: int) -> bool:
        """A repeated header, or a line under the list: 合计, 填表人, 备注."""
        cells = [cell_text(cell) for cell in self.table.sheet.rows[row]]
        number, name = (cell_text(self.table.cell(row, each)) for each in (Field.NUMBER, Field.NAME))
        as_header = [(self.table.names.field_of(text) or (None, 0))[0] for text in (number, name)]
        if as_header == [Field.NUMBER, Field.NAME]:
            return True
        filled = [text for text in cells if text]
        return (not number or not name) and _FOOTER.match(half_width(filled[0])) is not None if filled else False

    def _note(self, skipped: list[int]) -> None:
        if skipped:
            self.checked.notes.append(
                _("第 %(rows)s 行不是人员（重复的表头、合计或签名），没有读取。")
                % {"rows": "、".join(map(str, skipped[:10]))}
            )
        self._note_rows(
            sorted(self._guessed_days),
            _("第 %(rows)s 行的日期是序号或只有年月，按 %(days)s 读取（只有年月的按当月 1 日）。请在预览里核对。"),
            days="、".join(self._guessed_days[row].isoformat() for row in sorted(self._guessed_days)[:10]),
        )
        people = self._people
        self._note_rows(
            [row for row in sorted(self.table.sheet.hidden) if row in people],
            _("第 %(rows)s 行在表格里是隐藏的（筛选或隐藏行），也会导入。不该导入的，请删去这些行再上传。"),
        )
        self._note_rows(
            [row for row in sorted(self.table.sheet.struck) if row in people],
            _("第 %(rows)s 行画了删除线，也会导入。不该导入的，请删去这些行再上传。"),
        )
        used = set(self.table.columns.values())
        filled = {row for row, column in self.table.sheet.filled if column in used and row > self.table.header_row}
        if filled:
            self.checked.notes.append(_("%(count)s 行的合并单元格按合并的内容读取。") % {"count": len(filled)})

    def _note_rows(self, rows: list[int], sentence: str, **values: str) -> None:
        if rows:
            numbers = "、".join(str(row + 1) for row in rows[:10]) + ("……" if len(rows) > 10 else "")
            self.checked.notes.append(sentence % {"rows": numbers, **values})

    def problem(self, kind: str, message: str, row: int, each: str, new_unit: str = "") -> Problem:
        column = self.table.columns.get(each)
        return Problem(
            kind,
            message,
            row,
            column,
            self.table.header(column) if column is not None else "",
            cell_text(self.table.cell(row, each))[:200],
            new_unit,
        )

    def _read(self, row: int, each: str, reader: Callable[[Cell], Any]) -> Any:
        """The value, or None after noting the problem. A cell that is no value (formula, error) is a problem of its own."""
        column = self.table.columns.get(each)
        broken = self.table.sheet.broken.get((row, column)) if column is not None else None
        try:
            if broken == "formula":
                raise Unclear("formula", _("公式没有算出结果。请在 Excel 或 WPS 里打开并保存一次，或把公式换成数值。"))
            if broken == "error":
                raise Unclear("formula", _("这一格是错误值（如 #REF!、#N/A）。请填写正确的内容。"))
            return reader(self.table.cell(row, each))
        except UnitUnclear as unclear:
            level = next(
                (f for f in self.table.names.levels if self.table.columns.get(f) == unclear.segment.column), each
            )
            at = level if unclear.segment.level is not None else each
            self.checked.problems.append(self.problem(unclear.kind, unclear.message, row, at, unclear.new_unit))
        except Unclear as unclear:
            self.checked.problems.append(self.problem(unclear.kind, unclear.message, row, each))
        return None

    def _check(self, row: int) -> None:
        before = len(self.checked.problems)
        number = self._read(row, Field.NUMBER, member_number)
        name = self._read(row, Field.NAME, person_name)
        post = self._read(row, Field.POST, self.posts.find)
        place = self._read(row, self.table.unit_fields[0], lambda _cell: self._place(row))
        phone = self._read(row, Field.PHONE, phone_number)
        entered = self._read(row, Field.ENTERED, lambda cell: self._day(row, cell))
        starts = self._read(row, Field.STARTS, lambda cell: self._day(row, cell))
        is_main = self._read(row, Field.MAIN, main_mark)
        if entered and starts and starts < entered:
            message = _("任职日期 %(starts)s 早于入职日期 %(entered)s。请核对。")
            dates = {"starts": starts.isoformat(), "entered": entered.isoformat()}
            self.checked.problems.append(self.problem("date_order", message % dates, row, Field.STARTS))
        if phone:
            self._phones[phone].append((row, number))
        if len(self.checked.problems) == before:
            seat = Seat(row, post, place, starts, is_main)
            self._rows_of[number].append(Facts(row, number, name, (seat,), phone or None, entered))

    def _day(self, row: int, cell: Cell) -> date | None:
        guessed: list[date] = []
        found = day(cell, today=self.today, guessed=guessed)
        if guessed:
            self._guessed_days[row] = guessed[0]
        return found

    def _place(self, row: int) -> Place:
        segments = []
        if Field.UNIT in self.table.columns:
            names = split_path(cell_text(self.table.cell(row, Field.UNIT)))
            segments = [Segment(name, None, self.table.columns[Field.UNIT]) for name in names]
        for level in [] if segments else self.table.unit_fields:
            if name := cell_text(self.table.cell(row, level)):
                segments.append(Segment(name, self.table.names.level_codes[level], self.table.columns[level]))
        if not segments:
            raise Unclear("unit_missing", _("没有单位。请填写全路径，如“某镇/某村/第一网格”。"))
        return self.units.find(segments)

    # --- several rows of one person, one for each post ---

    def _check_phones(self) -> None:
        for phone, found in self._phones.items():
            if len(found) == 1 or (found[0][1] is not None and len({number for _row, number in found}) == 1):
                continue
            message = _("“%(value)s”和第 %(others)s 行重复。请核对，一个手机号只能是一个人的。")
            self._disagree("phone_twice", message, [row for row, _number in found], Field.PHONE, phone)

    def _join(self, rows: list[Facts]) -> None:
        """One person out of the rows with one number, or what is wrong between them."""
        first = rows[0]
        if len(rows) > 1:
            self.checked.people -= len(rows) - 1
            if not self._fit_together(rows):
                return
        seats = [each.seats[0] for each in rows]
        main = next((seat for seat in seats if seat.is_main), None)
        main = main or next((seat for seat in seats if seat.is_main is None), seats[0])
        self.checked.facts.append(
            Facts(
                first.row,
                first.number,
                first.name,
                (main, *(seat for seat in seats if seat is not main)),
                next((each.phone for each in rows if each.phone is not None), None),
                next((each.entered for each in rows if each.entered is not None), None),
            )
        )

    def _fit_together(self, rows: list[Facts]) -> bool:
        before = len(self.checked.problems)
        number = rows[0].number

        def differ(each: str, values: list[Any], message: str) -> None:
            given = [(value, facts.row) for value, facts in zip(values, rows, strict=True) if value is not None]
            if len({value for value, _row in given}) > 1:
                self._disagree("number_twice", message, [row for _value, row in given], each, number)

        differ(
            Field.NUMBER,
            [each.name for each in rows],
            _("工号“%(value)s”和第 %(others)s 行相同，姓名不同。请核对，每人一个工号。"),
        )
        if len(self.checked.problems) > before:
            return False
        differ(
            Field.PHONE,
            [each.phone for each in rows],
            _("和第 %(others)s 行是同一个人（工号“%(value)s”），手机号不同。请核对。"),
        )
        differ(
            Field.ENTERED,
            [each.entered for each in rows],
            _("和第 %(others)s 行是同一个人（工号“%(value)s”），入职日期不同。请核对。"),
        )
        posts: dict[tuple[int, str], list[int]] = defaultdict(list)
        for each in rows:
            posts[each.seats[0].post.pk, each.seats[0].place.path].append(each.row)
        for same in posts.values():
            if len(same) > 1:
                message = _(
                    "“%(value)s”和第 %(others)s 行重复：同一个人的同一岗位。请删去多余的行；兼任几个岗位的，每个岗位一行。"
                )
                self._disagree("number_twice", message, same, Field.NUMBER, number)
        marked = [each.row for each in rows if each.seats[0].is_main]
        if len(marked) > 1:
            message = _("工号“%(value)s”和第 %(others)s 行都写了主岗。每人只有一个主岗，请核对。")
            self._disagree("main_form", message, marked, Field.MAIN, number)
        return len(self.checked.problems) == before

    def _disagree(self, kind: str, message: str, rows: list[int], each: str, value: str) -> None:
        for row in rows:
            others = "、".join(str(other + 1) for other in rows[:20] if other != row)
            self.checked.problems.append(self.problem(kind, message % {"value": value, "others": others}, row, each))
