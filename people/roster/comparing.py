"""Compares a checked roster with the database; nothing is written.

The same function makes the preview and, inside the importing transaction, the plan that is carried out; the digest of both
must be the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from people.assignments import current_assignments
from people.models import Assignment, Member, RoleGrant, User
from people.roster.checking import Problem
from people.roster.columns import Field
from people.roster.moves import Moves, day_text
from people.roster.plan import Beginning, Change, Held, Kind, Known, Plan
from people.roster.values import looks_like_phone
from people.tree import unit_names, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from people.access import Scope
    from people.models import Organisation
    from people.roster.checking import Checker, Facts, Seat
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
            "beside": _("增加任职"),
            "over": _("结束任职"),
            "instead": _("任职变更"),
            "main": _("主岗"),
        }
        self.on_the_day = _("导入当天")
        self.not_ours: list[int] = []
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
        if self.not_ours:
            plan.notes.append(
                _("第 %(rows)s 行的人员主岗在您的管辖范围之外：只导入岗位，姓名、手机号和入职日期保持不变。")
                % {"rows": "、".join(map(str, self.not_ours[:20]))}
            )
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
                by_pk[row.member_id].held.append(
                    Held(
                        row.pk,
                        row.post_id,
                        row.organisation_id,
                        row.starts_on,
                        row.ends_on,
                        row.organisation.path,
                        row.post.name,
                        row.is_main,
                    )
                )
        return members

    def _known(self, numbers: list[str]) -> dict[str, Known]:
        found: list[Known] = []
        for part in _chunks(numbers):
            found += self._members(Q(number__in=part))
        return {member.number: member for member in self._with_assignments(found)}

    def _absent(self, numbers: set[str]) -> list[Known]:
        """Members on a post in the unit who are not in the file."""
        here = current_assignments().filter(
            within(self.top.path if self.top else "", "organisation__path"), member=OuterRef("pk")
        )
        on_post = self._members(Q(Exists(here)) & Q(left_on__isnull=True))
        self.plan.on_post_before = len(on_post)
        absent = [member for member in on_post if member.number not in numbers]
        return self._with_assignments(absent)

    def _label_units(self, members: Iterable[Known]) -> None:
        """Full names of the units where people stand now, also outside the unit that is imported."""
        paths = {held.path for member in members for held in member.standing}
        self.labels.update(unit_names(paths, between="/", below_top=True))

    # --- one person ---

    def problem(self, kind: str, message: str, row: int, each: str) -> None:
        self.plan.problems.append(self.checker.problem(kind, message, row, each))

    def _enter(self, facts: Facts) -> None:
        main, *others = facts.seats
        begins = main.starts or facts.entered
        fields = [
            (self.words["post"], "", main.post.name),
            (self.words["unit"], "", self.place_label(main.place)),
            (self.words["phone"], "", facts.phone or ""),
            (self.words["entered"], "", facts.entered.isoformat() if facts.entered else ""),
            (self.words["starts"], "", begins.isoformat() if begins else self.on_the_day),
            *((self.words["beside"], "", self.seat_label(seat)) for seat in others),
        ]
        fields = [each for each in fields if each[2]]
        change = Change(Kind.NEW, facts.number, facts.name, fields, facts)
        change.begins = [Beginning(seat, is_main=seat is main) for seat in facts.seats]
        self.plan.changes.append(change)

    def place_label(self, place: Place) -> str:
        return place.label if place.pk is not None else self.of_new_unit % {"unit": place.label}

    def seat_label(self, seat: Seat) -> str:
        label = f"{seat.post.name}（{self.place_label(seat.place)}）"
        return label if seat.starts is None else _("%(post)s，%(day)s 起") % {"post": label, "day": seat.starts}

    def held_label(self, held: Held) -> str:
        return f"{held.post_name}（{self.labels[held.path]}）"

    def _compare(self, facts: Facts, known: Known) -> None:
        if not self.scope.everything and not any(self.scope.covers(held.path) for held in known.standing):
            message = _("工号“%(number)s”已被本单位范围以外的人员使用。请核对工号；如是调入，请由上级管理员导入。")
            self.problem("number_taken", message % {"number": facts.number}, facts.row, Field.NUMBER)
            return
        change = Change(
            Kind.CHANGED if known.left is None else Kind.RETURNED, facts.number, facts.name, [], facts, known
        )
        self._compare_person(facts, known, change)
        if not Moves(self, facts, known, change).compare():
            return
        if known.left is not None:
            change.fields.append((self.words["left"], day_text(known.left), ""))
            change.member["left_on"] = None
        if change.fields:
            self.plan.changes.append(change)
        else:
            self.plan.unchanged += 1

    def _compare_person(self, facts: Facts, known: Known, change: Change) -> None:
        name, phone, entered = facts.name, facts.phone or known.phone, facts.entered or known.entered
        if (name, phone, entered) == (known.name, known.phone, known.entered):
            return
        if known.last is not None and not self.scope.covers(known.last.path):
            # The unit of the main post keeps the person's own data: with the telephone number one signs in.
            self.not_ours.append(facts.row + 1)
            return
        if facts.name != known.name:
            change.fields.append((self.words["name"], known.name, facts.name))
            change.member["name"] = facts.name
        if facts.phone is not None and facts.phone != known.phone:
            change.fields.append((self.words["phone"], known.phone, facts.phone))
            change.member["phone"] = facts.phone
        if {"name", "phone"} <= set(change.member) and known.phone:
            change.warning = _("姓名和手机号都变了：请确认仍是同一个人，不是把工号给了别人。")
        if facts.entered is not None and facts.entered != known.entered:
            change.fields.append((self.words["entered"], day_text(known.entered), facts.entered.isoformat()))
            change.member["entered_on"] = facts.entered

    # --- numbers, phones ---

    def _check_numbers(self, entering: list[Facts]) -> None:
        """A number becomes the name of an account, and people sign in with it or with their phone number."""
        taken: set[str] = set()
        for part in _chunks([facts.number for facts in entering]):
            by_key = User.objects.annotate(key=Upper("username")).filter(key__in=part)
            taken |= set(by_key.values_list("key", flat=True))
        for facts in entering:
            if facts.number in taken:
                message = _("工号“%(number)s”和一个系统账号同名。请换一个工号。")
                self.problem("number_taken", message % {"number": facts.number}, facts.row, Field.NUMBER)
            elif looks_like_phone(facts.number) and facts.phone != facts.number:
                message = _("工号“%(number)s”像手机号，但和本人手机号不同。请核对。")
                self.problem("number_form", message % {"number": facts.number}, facts.row, Field.NUMBER)

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
            in_scope = self.scope.everything or any(self.scope.covers(held.path) for held in owner.standing)
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
            self.problem(
                "phone_taken", message % {"phone": facts.phone, "number": owner.number}, facts.row, Field.PHONE
            )
        if self.plan.released:
            self.plan.notes.append(
                _("%(count)s 个手机号原属离岗人员，导入后归新的使用人。") % {"count": len(self.plan.released)}
            )

    # --- leaving ---

    def _leave(self, leaving: list[Known]) -> None:
        for member in leaving:
            if any(not self.is_inside(held) for held in member.current):
                self._leave_unit(member)
        leaving = [member for member in leaving if all(self.is_inside(held) for held in member.current)]
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
            fields = []
            for held in member.current:
                fields.append((self.words["post"], held.post_name, ""))
                fields.append((self.words["unit"], self.labels[held.path], ""))
            fields.append((self.words["left"], "", self.on_the_day))
            if roles[member.user_id]:
                fields.append((_("管理角色"), _("%(count)s 项") % {"count": roles[member.user_id]}, _("收回")))
            self.plan.changes.append(Change(Kind.LEFT, member.number, member.name, fields, known=member))

    def is_inside(self, held: Held) -> bool:
        return self.top is None or held.path.startswith(self.top.path)

    def _leave_unit(self, member: Known) -> None:
        """Who holds a post elsewhere too goes on there."""
        change = Change(Kind.CHANGED, member.number, member.name, [], known=member)
        change.ends = [held for held in member.current if self.is_inside(held)]
        change.fields = [(self.words["over"], self.held_label(held), "") for held in change.ends]
        staying = [held for held in member.current if not self.is_inside(held)]
        if not staying[0].is_main:
            change.main = staying[0]
            change.fields.append((self.words["main"], self.held_label(member.current[0]), self.held_label(staying[0])))
        self.plan.changes.append(change)
