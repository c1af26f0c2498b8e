"""Carries a plan out, in bulk, inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db.models import F, Max, Model
from django.db.models.functions import Length, Substr

from audit.services import record
from jobs.planner import statistics_renew
from people.models import Assignment, Member, Organisation, RoleGrant, User
from people.roster.plan import Kind
from people.services.accounts import accounts_create, sessions_end, target_of
from people.services.grants import roles_take_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from people.roster.plan import Beginning, Change, Plan
    from people.roster.units import Place

BATCH = 500
MANY = 1000  # touched members; from here on the database should know at once


def apply(plan: Plan, today: date, actor: User | None) -> list[int]:
    """Returns the ids of all members that the plan touched."""
    units = _make_units(plan.new_units)
    touched = [known.pk for known in plan.released]
    _update(Member, touched, phone="")
    of_kind: dict[Kind, list[Change]] = defaultdict(list)
    for change in plan.changes:
        of_kind[change.kind].append(change)
    stayers = of_kind[Kind.CHANGED] + of_kind[Kind.RETURNED]
    touched += _change_members(stayers)
    _open_accounts(of_kind[Kind.RETURNED])
    touched += _leave(of_kind[Kind.LEFT], today, actor)
    entered = _enter(of_kind[Kind.NEW])
    touched += [member.pk for member in entered.values()]
    _assign([*stayers, *of_kind[Kind.NEW]], entered, units, today)
    if len(touched) > MANY:
        statistics_renew(User, Member, Assignment, Organisation)
    return touched


def _update(model: type[Model], pks: Sequence[int], **values: Any) -> None:
    for start in range(0, len(pks), BATCH):
        model._default_manager.filter(pk__in=pks[start : start + BATCH]).update(**values)


# --- units ------------------------------------------------------------------------------------------------------------


def _make_units(places: Iterable[Place]) -> dict[str, int]:
    """Key of a new place -> id of its unit. Paths are given as treebeard does: after the last child."""
    places = list(places)
    if not places:
        return {}
    parents = {place.parent.path for place in places if place.parent is not None and place.parent.pk is not None}
    last_child = _last_children(sorted(parents), has_root=any(place.parent is None for place in places))
    nodes: dict[str, Organisation] = {}
    children: dict[str, int] = defaultdict(int)
    for place in places:  # parents come before their children
        parent = nodes.get(place.parent.path) if place.parent is not None else None
        base = "" if place.parent is None else (parent.path if parent is not None else place.parent.path)
        depth = len(base) // Organisation.steplen + 1
        last_child[base] = last_child.get(base, 0) + 1
        children[base] += 1
        grid_kind = Organisation.GridKind.DEDICATED if "专属" in place.name else Organisation.GridKind.INTEGRATED
        nodes[place.path] = Organisation(
            path=Organisation._get_path(base, depth, last_child[base]),
            depth=depth,
            numchild=0,
            name=place.name,
            level=place.level,
            grid_kind=grid_kind if place.level.is_grid else Organisation.GridKind.NONE,
        )
    by_path = {node.path: node for node in nodes.values()}
    for base, count in children.items():
        if base in by_path:
            by_path[base].numchild = count
    made = Organisation.objects.bulk_create(nodes.values(), batch_size=BATCH)
    by_count: dict[int, list[str]] = defaultdict(list)
    for base, count in children.items():
        if base and base not in by_path:
            by_count[count].append(base)
    for count, paths in by_count.items():
        Organisation.objects.filter(path__in=paths).update(numchild=F("numchild") + count)
    return {key: node.pk for key, node in zip(nodes, made, strict=True)}


def _last_children(parents: Sequence[str], *, has_root: bool) -> dict[str, int]:
    """Path of a parent -> the step of its last child."""
    step = Organisation.steplen
    found: dict[str, int] = {}
    for start in range(0, len(parents), BATCH):
        rows = (
            Organisation.objects.filter(depth__gt=1)
            .annotate(base=Substr("path", 1, Length("path") - step))
            .filter(base__in=parents[start : start + BATCH])
            .order_by()
            .values_list("base")
            .annotate(last=Max("path"))
        )
        found.update({base: Organisation._str2int(last[-step:]) for base, last in rows})
    if has_root:
        last = Organisation.get_last_root_node()
        found[""] = Organisation._str2int(last.path) if last is not None else 0
    return found


# --- members and accounts ---------------------------------------------------------------------------------------------


def _enter(changes: list[Change]) -> dict[str, Member]:
    facts = [change.facts for change in changes if change.facts is not None]
    accounts = accounts_create(numbers=[each.number for each in facts])
    members = Member.objects.bulk_create(
        [
            Member(user=user, number=each.number, name=each.name, phone=each.phone or "", entered_on=each.entered)
            for each, user in zip(facts, accounts, strict=True)
        ],
        batch_size=BATCH,
    )
    return {member.number: member for member in members}


def _change_members(changes: list[Change]) -> list[int]:
    """New values for the members' own columns; one set of columns at a time, because most imports change one."""
    known = [change.known.pk for change in changes if change.known is not None]
    # Two people may exchange their numbers: nobody holds one while they are given out.
    _update(Member, [c.known.pk for c in changes if c.known is not None and "phone" in c.member], phone="")
    by_columns: dict[tuple[str, ...], list[Member]] = defaultdict(list)
    for change in changes:
        if change.known is not None and change.member:
            by_columns[tuple(sorted(change.member))].append(Member(pk=change.known.pk, **change.member))
    returned = [c.known.pk for c in changes if c.known is not None and c.kind == Kind.RETURNED]
    _update(Member, returned, left_on=None)
    for columns, members in by_columns.items():
        fields = [column for column in columns if column != "left_on"]
        if fields:
            Member.objects.bulk_update(members, fields, batch_size=BATCH)
    return known


def _open_accounts(changes: list[Change]) -> None:
    """Who returns needs a new initial password, like somebody new; roles of former days stay taken back."""
    users = [change.known.user_id for change in changes if change.known is not None]
    _update(
        User,
        users,
        is_active=True,
        password=make_password(None),
        must_change_password=True,
        initial_password_until=None,
        confirmed_at=None,
    )


def _leave(changes: list[Change], today: date, actor: User | None) -> list[int]:
    """The same as `member_leave`, for many: all that they hold ends, the account closes, the record stays. Whose power is taken
    back is recorded for each; the rest is told by the numbers of the whole import."""
    leavers = [change.known for change in changes if change.known is not None]
    pks, users = [known.pk for known in leavers], [known.user_id for known in leavers]
    _update(Assignment, [held.pk for known in leavers for held in known.current], ends_on=today)
    _update(Member, pks, left_on=today)
    _update(User, users, is_active=False)
    for start in range(0, len(users), BATCH):
        part = users[start : start + BATCH]
        with_sessions = UserSession.objects.filter(user_id__in=part).values("user_id")
        for account in User.objects.filter(pk__in=with_sessions):
            sessions_end(account=account)
        with_roles = RoleGrant.objects.filter(user_id__in=part, revoked_at__isnull=True).values("user_id")
        for account in User.objects.filter(pk__in=with_roles):
            roles = roles_take_back(account=account)
            record(actor=actor, action="account.close", target=target_of(account), detail={"roles_taken_back": roles})
    return pks


# --- assignments ------------------------------------------------------------------------------------------------------


def _assign(changes: list[Change], entered: dict[str, Member], units: dict[str, int], today: date) -> None:
    """Ends what is over and begins what is new, in the order in which nobody ever has two main posts, or one post twice."""
    ending: dict[date, list[int]] = defaultdict(list)
    written_over: list[Assignment] = []
    corrected: list[Assignment] = []
    beginning: list[Assignment] = []
    without_main: list[int] = []
    main: list[int] = []
    for change in changes:
        known = change.known
        member = known.pk if known is not None else entered[change.number].pk
        corrected += [Assignment(pk=pk, starts_on=day) for pk, day in change.starts]
        ending[today] += [held.pk for held in change.ends]
        if change.main is not None:
            main.append(change.main.pk)
        if known is not None and (change.main is not None or any(each.is_main for each in change.begins)):
            without_main.append(known.pk)
        for each in change.begins:
            begins, last = _begins(change, each, today), each.before
            made = Assignment(
                member_id=member,
                post=each.seat.post,
                organisation_id=each.seat.place.pk or units[each.seat.place.path],
                starts_on=begins,
                is_main=each.is_main,
            )
            if each.reopened is not None:
                made.pk = each.reopened.pk
            elif last is not None and last.starts == begins:
                # Came, moved or came back within one day: that day counts for the unit where it ended.
                made.pk = last.pk
            elif last is not None and (last.ends is None or last.ends >= begins):
                ending[begins - timedelta(days=1)].append(last.pk)
            (beginning if made.pk is None else written_over).append(made)
    for day, pks in ending.items():
        _update(Assignment, pks, ends_on=day)
    for start in range(0, len(without_main), BATCH):
        part = without_main[start : start + BATCH]
        Assignment.objects.filter(member__in=part, ends_on__isnull=True).update(is_main=False)
    if corrected:
        Assignment.objects.bulk_update(corrected, ["starts_on"], batch_size=BATCH)
    if written_over:
        Assignment.objects.bulk_update(written_over, ["post", "organisation", "ends_on", "is_main"], batch_size=BATCH)
    _update(Assignment, main, is_main=True)
    Assignment.objects.bulk_create(beginning, batch_size=BATCH)


def _begins(change: Change, each: Beginning, today: date) -> date:
    entered = change.facts.entered if change.facts is not None and change.known is None else None
    return each.seat.starts or entered or today
