"""Compares a checked roster with the database; nothing is written.

The same function makes the preview and, inside the importing transaction, the plan that is carried out; the digest of both
must be the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from people.models import Assignment, Member, RoleGrant, User
from people.roster.checking import Problem
from people.roster.columns import Field
from people.roster.plan import Change, Held, Kind, Known, Plan
from people.roster.values import looks_like_phone
from people.tree import unit_names, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from people.access import Scope
    from people.models import Organisation
    from people.roster.checking import Checker, Facts
    from people.roster.units import Place

CHUNK = 2_000


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class Planner:
    """`scope` is what the actor may touch, `top` the unit that was chosen for the import (None: there are no units yet)."""

    def __init__(
        self,
        *,
        checker: Checker,
        scope: Scope,
        top: Organisation | None,
        complete: bool,
        actor_id: int | None,
        lock: bool = False,
    ) -> None:
        self.checker = checker
        self.units = checker.units
        self.today = checker.today
        self.scope = scope
        self.top = top
        self.complete = complete
        self.actor_id = actor_id
        self.lock = lock
        self.plan = Plan()
        self.labels: dict[str, str] = {}
        # Looked up once: a catalogue is slow to ask seven times for each of thousands.
        self.words = {
            "name": _("姓名"),
            "post": _("岗位"),
            "unit": _("单位"),
            "phone": _("手机号"),
            "entered": _("入职日期"),
            "starts": _("任职日期"),
            "left": _("离岗日期"),
        }
        self.on_the_day = _("导入当天")
        self.of_new_unit = _("%(unit)s（新单位）")

    def run(self) -> Plan:
        checked, plan = self.checker.checked, self.plan
        plan.problems += checked.problems
        plan.notes += checked.notes
        plan.people = checked.people
        known = self._known([facts.number for facts in checked.facts])
        # Whoever stands in a row with an error is not absent.
        counts_absent = self.complete and self.top is not None and not checked.problems
        leaving = self._absent({facts.number for facts in checked.facts}) if counts_absent else []
        self._label_units(list(known.values()) + leaving)
        for facts in checked.facts:
            member = known.get(facts.number)
            if member is None:
                self._enter(facts)
            else:
                self._compare(facts, member)
        self._check_numbers([facts for facts in checked.facts if facts.number not in known])
        self._check_phones(checked.facts, known, leaving)
        self._leave(leaving)
        plan.new_units = list(self.units.new.values())
        plan.problems.sort(key=lambda each: (each.row is None, each.row or 0, each.column or 0))
        return plan

    # --- what the database knows ---

    def _members(self, condition: Q) -> list[Known]:
        rows = Member.objects.filter(condition).order_by("pk")
        if self.lock:
            rows = rows.select_for_update()
        return [
            Known(*row) for row in rows.values_list("pk", "number", "name", "phone", "entered_on", "left_on", "user_id")
        ]

    def _with_assignments(self, members: list[Known]) -> list[Known]:
        by_pk = {member.pk: member for member in members}
        for pks in _chunks(list(by_pk)):
            rows = Assignment.objects.filter(member_id__in=pks).order_by("starts_on", "pk")
            for row in rows.select_related("organisation", "post"):
                member = by_pk[row.member_id]
                if member.last is not None:
                    member.earlier_end = member.last.ends
                member.last = Held(
                    row.pk,
                    row.post_id,
                    row.organisation_id,
                    row.starts_on,
                    row.ends_on,
                    row.organisation.path,
                    row.post.name,
                )
        return members

    def _known(self, numbers: list[str]) -> dict[str, Known]:
        found: list[Known] = []
        for part in _chunks(numbers):
            found += self._members(Q(number__in=part))
        return {member.number: member for member in self._with_assignments(found)}

    def _absent(self, numbers: set[str]) -> list[Known]:
        """Members on a post in the unit who are not in the file."""
        here = Assignment.objects.filter(
            within(self.top.path if self.top else "", "organisation__path"),
            member=OuterRef("pk"),
            ends_on__isnull=True,
        )
        on_post = self._members(Q(Exists(here)) & Q(left_on__isnull=True))
        self.plan.on_post_before = len(on_post)
        absent = [member for member in on_post if member.number not in numbers]
        return self._with_assignments(absent)

    def _label_units(self, members: Iterable[Known]) -> None:
        """Full names of the units where people stand now, also outside the unit that is imported."""
        paths = {member.last.path for member in members if member.last is not None}
        self.labels.update(unit_names(paths, between="/", below_top=True))

    # --- one person ---

    def _problem(self, kind: str, message: str, facts: Facts, each: Field) -> None:
        self.plan.problems.append(self.checker.problem(kind, message, facts.row, each))

    def _enter(self, facts: Facts) -> None:
        begins = facts.starts or facts.entered
        fields = [
            (self.words["post"], "", facts.post.name),
            (self.words["unit"], "", self._place_label(facts.place)),
            (self.words["phone"], "", facts.phone or ""),
            (self.words["entered"], "", facts.entered.isoformat() if facts.entered else ""),
            (self.words["starts"], "", begins.isoformat() if begins else self.on_the_day),
        ]
        fields = [each for each in fields if each[2]]
        self.plan.changes.append(Change(Kind.NEW, facts.number, facts.name, fields, facts, is_move=True))

    def _place_label(self, place: Place) -> str:
        return place.label if place.pk is not None else self.of_new_unit % {"unit": place.label}

    def _compare(self, facts: Facts, known: Known) -> None:
        if not self.scope.everything and (known.last is None or not self.scope.covers(known.last.path)):
            message = _("工号“%(number)s”已被本单位范围以外的人员使用。请核对工号；如是调入，请由上级管理员导入。")
            self._problem("number_taken", message % {"number": facts.number}, facts, Field.NUMBER)
            return
        change = Change(
            Kind.CHANGED if known.left is None else Kind.RETURNED, facts.number, facts.name, [], facts, known
        )
        if facts.name != known.name:
            change.fields.append((self.words["name"], known.name, facts.name))
            change.member["name"] = facts.name
        if facts.phone is not None and facts.phone != known.phone:
            change.fields.append((self.words["phone"], known.phone, facts.phone))
            change.member["phone"] = facts.phone
        if {"name", "phone"} <= set(change.member) and known.phone:
            change.warning = _("姓名和手机号都变了：请确认仍是同一个人，不是把工号给了别人。")
        if facts.entered is not None and facts.entered != known.entered:
            change.fields.append((self.words["entered"], _day(known.entered), facts.entered.isoformat()))
            change.member["entered_on"] = facts.entered
        if not self._compare_assignment(facts, known, change):
            return
        if known.left is not None:
            change.fields.append((self.words["left"], _day(known.left), ""))
            change.member["left_on"] = None
        if change.fields:
            self.plan.changes.append(change)
        else:
            self.plan.unchanged += 1

    def _compare_assignment(self, facts: Facts, known: Known, change: Change) -> bool:
        last = known.last
        entered = facts.entered or known.entered
        if facts.starts and entered and facts.starts < entered:
            message = _("任职日期 %(starts)s 早于入职日期 %(entered)s。请核对。")
            dates = {"starts": facts.starts.isoformat(), "entered": entered.isoformat()}
            self._problem("date_order", message % dates, facts, Field.STARTS)
            return False
        if known.is_on_post and last is not None:
            same = last.post_id == facts.post.pk and last.organisation_id == facts.place.pk
            if same:
                return self._correct_start(facts, known, last, change)
        change.is_move = True
        if last is not None:
            if last.post_id != facts.post.pk:
                change.fields.append((self.words["post"], last.post_name, facts.post.name))
            if last.organisation_id != facts.place.pk:
                change.fields.append((self.words["unit"], self.labels[last.path], self._place_label(facts.place)))
            busy_until = last.starts if last.ends is None else last.ends
            if facts.starts is not None and facts.starts <= busy_until:
                message = _(
                    "任职日期 %(starts)s 不晚于前一任职的 %(busy)s。调动请填到新岗位的日期，或清空这一格（按导入当天）。"
                )
                dates = {"starts": facts.starts.isoformat(), "busy": busy_until.isoformat()}
                self._problem("date_order", message % dates, facts, Field.STARTS)
                return False
            if busy_until > self.today:
                message = _("现任职的日期 %(busy)s 在今天之后，不能在此变更。请等到那天，或先更正。")
                self._problem("date_order", message % {"busy": busy_until.isoformat()}, facts, self._unit_field())
                return False
        if facts.starts is not None:
            change.fields.append((self.words["starts"], _day(last.starts if last else None), facts.starts.isoformat()))
        return True

    def _unit_field(self) -> Field:
        return self.checker.table.unit_fields[0]

    def _correct_start(self, facts: Facts, known: Known, last: Held, change: Change) -> bool:
        if facts.starts is None or facts.starts == last.starts:
            return True
        if known.earlier_end is not None and facts.starts <= known.earlier_end:
            message = _("任职日期 %(starts)s 和前一任职（到 %(end)s）重叠。请核对。")
            dates = {"starts": facts.starts.isoformat(), "end": known.earlier_end.isoformat()}
            self._problem("date_order", message % dates, facts, Field.STARTS)
            return False
        change.fields.append((self.words["starts"], last.starts.isoformat(), facts.starts.isoformat()))
        change.starts = facts.starts
        return True

    # --- numbers, phones ---

    def _check_numbers(self, entering: list[Facts]) -> None:
        """A number becomes the name of an account, and people sign in with it or with their phone number."""
        taken: set[str] = set()
        for part in _chunks([facts.number for facts in entering]):
            taken |= set(User.objects.filter(username__in=part).values_list("username", flat=True))
        for facts in entering:
            if facts.number in taken:
                message = _("工号“%(number)s”和一个系统账号同名。请换一个工号。")
                self._problem("number_taken", message % {"number": facts.number}, facts, Field.NUMBER)
            elif looks_like_phone(facts.number) and facts.phone != facts.number:
                message = _("工号“%(number)s”像手机号，但和本人手机号不同。请核对。")
                self._problem("number_form", message % {"number": facts.number}, facts, Field.NUMBER)

    def _check_phones(self, all_facts: list[Facts], known: dict[str, Known], leaving: list[Known]) -> None:
        wanted = {
            facts.phone: facts
            for facts in all_facts
            if facts.phone and (facts.number not in known or known[facts.number].phone != facts.phone)
        }
        in_file = {facts.number: facts for facts in all_facts}
        gone = {member.pk for member in leaving}
        owners: list[Known] = []
        for part in _chunks(list(wanted)):
            owners += self._members(Q(phone__in=part))
        for owner in self._with_assignments(owners):
            facts = wanted[owner.phone]
            in_scope = self.scope.everything or (owner.last is not None and self.scope.covers(owner.last.path))
            other = in_file.get(owner.number) if in_scope else None
            if other is not None and other.phone and other.phone != owner.phone:
                continue  # gives it away in the same file
            if in_scope and other is None and (owner.left is not None or owner.pk in gone):
                self.plan.released.append(owner)
                continue
            if in_scope:
                message = _("“%(phone)s”是工号“%(number)s”现在的手机号。请核对，或在同一份表里改正那一行。")
            else:
                message = _("“%(phone)s”已是系统里其他人员的手机号。请核对。")
            self._problem("phone_taken", message % {"phone": facts.phone, "number": owner.number}, facts, Field.PHONE)
        if self.plan.released:
            self.plan.notes.append(
                _("%(count)s 个手机号原属离岗人员，导入后归新的使用人。") % {"count": len(self.plan.released)}
            )

    # --- leaving ---

    def _leave(self, leaving: list[Known]) -> None:
        by_user = {member.user_id: member for member in leaving}
        roles: dict[int, int] = defaultdict(int)
        refused: dict[int, str] = {}
        for part in _chunks(list(by_user)):
            grants = RoleGrant.objects.filter(user_id__in=part, revoked_at__isnull=True)
            for user_id, path in grants.values_list("user_id", "organisation__path"):
                roles[user_id] += 1
                if not self.scope.covers(path):
                    refused[user_id] = _("此人在您的范围之外还有管理权限，请由上级管理员办理离岗。")
            if not self.scope.everything:
                for user_id in User.objects.filter(pk__in=part, is_superuser=True).values_list("pk", flat=True):
                    refused[user_id] = _("此人是超级管理员，请由超级管理员办理离岗。")
        if self.actor_id is not None and self.actor_id in by_user:
            refused[self.actor_id] = _("这是您自己。请把自己写进花名册，或由其他管理员办理。")
        for member in leaving:
            if member.user_id in refused:
                message = _("名单里没有 %(name)s（工号 %(number)s），但不能按离岗处理。%(reason)s")
                values = {"name": member.name, "number": member.number, "reason": refused[member.user_id]}
                self.plan.problems.append(Problem("leave", message % values))
                continue
            assert member.last is not None  # noqa: S101 - they stand on a post
            fields = [
                (self.words["post"], member.last.post_name, ""),
                (self.words["unit"], self.labels[member.last.path], ""),
                (self.words["left"], "", self.on_the_day),
            ]
            if roles[member.user_id]:
                fields.append((_("管理角色"), _("%(count)s 项") % {"count": roles[member.user_id]}, _("收回")))
            self.plan.changes.append(Change(Kind.LEFT, member.number, member.name, fields, known=member))


def _day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""
