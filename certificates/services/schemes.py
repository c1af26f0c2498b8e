"""Making a scheme and setting what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from certificates.models import Requirement, Scheme
from people.access import Role
from people.owning import changeable_by, owner_for_new, reaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from people.models import Post, User


@dataclass(frozen=True)
class Asked:
    """A branch that is to be written: an unsaved row of a kind, and what stands below it.

    Asked(AllOf(), Asked(CourseCompleted(course=course)), Asked(ExamPassed(exam=exam)))
    """

    requirement: Requirement
    below: tuple[Asked, ...]

    def __init__(self, requirement: Requirement, *below: Asked) -> None:
        object.__setattr__(self, "requirement", requirement)
        object.__setattr__(self, "below", below)

    def walk(self) -> Iterator[Requirement]:
        yield self.requirement
        for branch in self.below:
            yield from branch.walk()


@transaction.atomic
def scheme_create(
    *, actor: User | None, requires: Asked | None = None, posts: Iterable[Post] = (), **fields: Any
) -> Scheme:
    """`fields` are the scheme's own; without an owner it belongs to the outermost unit in which the actor is a trainer. Raises
    Refused for requirements that can't be; 403 for an owner outside the actor's subtree.
    """
    if actor is not None and "owner" not in fields:
        fields["owner"] = owner_for_new(actor, Role.TRAINER)
    scheme = Scheme.objects.create(**fields)
    _require_change(actor, scheme)
    scheme.posts.set(posts)
    if actor is not None:
        record(actor=actor, action="scheme.create", target=f"scheme:{scheme.code}", detail={})
    if requires is not None:
        scheme_requirements_set(actor=actor, scheme=scheme, requires=requires)
    return scheme


@transaction.atomic
def scheme_requirements_set(*, actor: User | None, scheme: Scheme, requires: Asked) -> None:
    """Put this tree in place of the scheme's. What was issued before rests on what it rested on.

    Without an actor (command line) anybody's; 403 for an actor whom the scheme's owner does not let change it. A town's scheme may
    ask for what the town or a unit above it owns.
    """
    _require_change(actor, scheme)
    # All schemes, always in the same order: two that are set to ask for each other at once would not see the circle.
    list(Scheme.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    _check(scheme, requires)
    Requirement.objects.non_polymorphic().filter(scheme=scheme).delete()
    _decide_what_is_anew(requires)
    _write(scheme, requires, parent=None, position=0)
    if actor is not None:
        record(actor=actor, action="scheme.require", target=f"scheme:{scheme.code}", detail={})


def _require_change(actor: User | None, scheme: Scheme) -> None:
    if actor is not None and not Scheme.objects.filter(changeable_by(actor, Role.TRAINER), pk=scheme.pk).exists():
        raise PermissionDenied


def _write(scheme: Scheme, asked: Asked, *, parent: Requirement | None, position: int) -> None:
    row = asked.requirement
    row.scheme, row.parent, row.position = scheme, parent, position
    row.save()
    for place, branch in enumerate(asked.below):
        _write(scheme, branch, parent=row, position=place)


def _decide_what_is_anew(requires: Asked) -> None:
    """Where nothing is said: exams, else everything; a renewal must rest on something."""
    leaves = [row for row in requires.walk() if not row.is_group]
    if any(row.is_anew for row in leaves):
        return
    chosen = [row for row in leaves if row.anew_by_default] or leaves
    for row in chosen:
        row.is_anew = True


def _check(scheme: Scheme, requires: Asked) -> None:
    for asked in _branches(requires):
        row, below = asked.requirement, len(asked.below)
        if row.is_group and not below:
            raise Refused(_("“%(group)s”下面还没有要求，请至少添加一项。") % {"group": row.text()})
        if row.is_group and row.needed(below) > below:
            raise Refused(
                _("“%(group)s”下面只有 %(n)s 项，请增加要求，或者减少要满足的项数。")
                % {"group": row.text(), "n": below}
            )
        if not row.is_group and below:
            raise Refused(_("“%(text)s”下面不能再有要求，请先放进一个组。") % {"text": row.text()})
        _check_owner(scheme, row)
        for other in row.asked_first():
            if way := _way_back(other, scheme):
                names = " → ".join(f"“{each.title}”" for each in [scheme, *way])
                raise Refused(_("认证方案互相要求，谁也拿不到证：%(names)s。请去掉其中一项。") % {"names": names})


def _check_owner(scheme: Scheme, row: Requirement) -> None:
    owner = row.belongs_to()
    if owner is None or reaches(owner, scheme.owner):
        return
    words = {"text": row.text(), "owner": owner.name, "scheme": scheme.title}
    if scheme.owner is None:
        raise Refused(
            _("“%(text)s”属于“%(owner)s”，而方案“%(scheme)s”面向所有单位。请改用不属于任何单位的内容。") % words
        )
    raise Refused(
        _(
            "“%(text)s”属于“%(owner)s”，而方案“%(scheme)s”属于“%(unit)s”，那里的人用不到。"
            "请改用“%(unit)s”或其上级单位的内容。"
        )
        % {**words, "unit": scheme.owner.name}
    )


def _branches(requires: Asked) -> Iterator[Asked]:
    yield requires
    for branch in requires.below:
        yield from _branches(branch)


def _way_back(start: Scheme, goal: Scheme, been: frozenset[int] = frozenset()) -> list[Scheme]:
    """The chain of schemes from one to the other, each asking for the next; empty when there is none."""
    if start.pk == goal.pk:
        return [goal]
    for row in Requirement.objects.filter(scheme=start):
        for other in row.asked_first():
            if other.pk not in been and (way := _way_back(other, goal, been | {start.pk})):
                return [start, *way]
    return []
