"""Whether a scheme is fulfilled: for one person with an explanation line by line, for many as a query. Both walk the same tree and
ask the same rows; a property test holds them together. Nothing is written here.

What counts towards a certificate:
- each kind's grounds, as they are known to the person (a result only once it is released);
- of what a renewal asks for anew (an exam): none that carried a certificate which has ended or whose scheme is out of use; and when a
  certificate of this scheme came before, only what is newer than that one, and newer than its revocation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, and_, or_
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _

from certificates.concern import assignment_for, members_concerned, scheme_concerns
from certificates.models import Award, AwardQuerySet, Requirement
from people.assignments import current_assignments
from people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from certificates.models import Scheme
    from people.models import Assignment

NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class Node:
    requirement: Requirement
    children: tuple[Node, ...]

    def leaves(self) -> Iterator[Requirement]:
        if not self.requirement.is_group:
            yield self.requirement
        for child in self.children:
            yield from child.leaves()


def tree_of(scheme: Scheme) -> Node | None:
    """None when nothing is asked for yet: such a scheme is fulfilled by nobody."""
    rows = list(Requirement.objects.filter(scheme=scheme).order_by("position", "pk"))
    below: dict[int | None, list[Requirement]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def node(row: Requirement) -> Node:
        return Node(row, tuple(node(child) for child in below.get(row.pk, ())))

    roots = below.get(None)
    return node(roots[0]) if roots else None


# --- what counts ------------------------------------------------------------------------------------------------------


def counting(leaf: Requirement, *, renewing: bool) -> QuerySet[Any]:
    """The grounds of all members that count. `renewing`: towards a further certificate of the scheme."""
    grounds = leaf.grounds()
    if not leaf.is_anew:
        return grounds
    assert leaf.basis is not None  # noqa: S101 - every leaf has one
    bases = leaf.basis._default_manager.filter(**{leaf.basis.ground: OuterRef("pk")})
    mine = bases.filter(award__scheme=leaf.scheme_id)
    if not renewing:
        # What carries the member's certificate in force still counts, though another scheme's on the same ground has ended.
        spent = bases.filter(award__in=Award.objects.spending())
        in_force = mine.filter(award__in=Award.objects.in_force())
        return grounds.filter(~Exists(spent) | Exists(in_force))
    spent = bases.filter(award__in=Award.objects.spending())
    before = Award.objects.filter(member=OuterRef(leaf.member_path), scheme=leaf.scheme_id)
    revoked = Q(state=Award.State.REVOKED)
    not_newer = before.filter(
        (revoked & Q(revocation__revoked_at__gte=OuterRef(leaf.moment)))
        | (~revoked & Q(issued_on__gte=OuterRef("on_day")))
    )
    grounds = grounds.annotate(on_day=TruncDate(leaf.moment))
    return grounds.filter(~Exists(spent), ~Exists(mine), ~Exists(not_newer))


def _fulfilled_q(node: Node, *, renewing: bool) -> Q:
    requirement = node.requirement
    if not requirement.is_group:
        grounds = counting(requirement, renewing=renewing)
        return Q(Exists(grounds.filter(**{requirement.member_path: OuterRef("pk")})))
    parts = [_fulfilled_q(child, renewing=renewing) for child in node.children]
    needed = requirement.needed(len(parts))
    if not parts or needed > len(parts):
        return NOBODY
    if needed == len(parts):
        return reduce(and_, parts)
    if needed == 1:
        return reduce(or_, parts)
    count = reduce(add, (Case(When(part, then=1), default=0, output_field=IntegerField()) for part in parts))
    return Q(GreaterThanOrEqual(count, Value(needed)))


def members_fulfilling(scheme: Scheme) -> QuerySet[Member]:
    """Whoever has all that the scheme asks for, on whatever post: `Evaluation.is_fulfilled` for many."""
    tree = tree_of(scheme)
    return Member.objects.filter(_fulfilled_q(tree, renewing=False) if tree is not None else NOBODY)


def members_due(scheme: Scheme) -> QuerySet[Member]:
    """Whom the scheme concerns and to whom a certificate is to be issued now: the first one, or the next. `award_outlook` for
    many, in one statement."""
    tree = tree_of(scheme)
    if tree is None:
        return Member.objects.none()
    mine = Award.objects.filter(member=OuterRef("pk"), scheme=scheme)
    lasting = mine.in_force().exclude(pk__in=Award.objects.expiring().filter(scheme=scheme))
    anew = [Node(leaf, ()) for leaf in tree.leaves() if leaf.is_anew]
    newer = reduce(or_, (_fulfilled_q(leaf, renewing=True) for leaf in anew), NOBODY)
    return members_concerned(scheme).filter(~Exists(lasting), _fulfilled_q(tree, renewing=True), ~Exists(mine) | newer)


def members_considered(scheme: Scheme) -> QuerySet[Member]:
    """Who has done something that a certificate is given for, and holds none in force; among them who lacks the rest."""
    tree = tree_of(scheme)
    if tree is None:
        return Member.objects.none()
    leaves = list(tree.leaves())
    done = [
        Q(Exists(leaf.grounds().filter(**{leaf.member_path: OuterRef("pk")})))
        for leaf in [leaf for leaf in leaves if leaf.is_anew] or leaves
    ]
    held = Award.objects.in_force().filter(member=OuterRef("pk"), scheme=scheme)
    return Member.objects.filter(reduce(or_, done), ~Exists(held))


# --- one person -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    depth: int
    text: str
    is_fulfilled: bool
    requirement: Requirement
    ground: Any = None  # the newest row that counts: a result, an enrolment, an award, ...
    reason: str = ""  # why it is not fulfilled, for the person; "" for a group

    @property
    def moment(self) -> datetime | None:
        return getattr(self.ground, self.requirement.moment) if self.ground is not None else None


@dataclass(frozen=True)
class Evaluation:
    """What a member has towards a scheme. `reasons` says what keeps a certificate away, and is empty where nothing does."""

    scheme: Scheme
    lines: tuple[Line, ...]
    assignment: Assignment | None  # the post for which it would be issued
    reasons: tuple[str, ...]

    @property
    def is_fulfilled(self) -> bool:
        """By what the member has done; whether a post asks for it is another matter."""
        return bool(self.lines) and self.lines[0].is_fulfilled

    @property
    def grounds(self) -> tuple[Line, ...]:
        """What a certificate would rest on: each line that counts, below no group that does not."""
        return tuple(_resting(self.lines))


def _resting(lines: tuple[Line, ...]) -> Iterator[Line]:
    closed: int | None = None  # the depth of the group above that is not fulfilled
    for line in lines:
        if closed is not None and line.depth > closed:
            continue
        closed = line.depth if not line.is_fulfilled else None
        if line.is_fulfilled and line.ground is not None:
            yield line


def scheme_evaluate(scheme: Scheme, member: Member, *, previous: Award | None = None) -> Evaluation:
    """`previous`: the newest certificate of the scheme, when the question is whether another one is due."""
    tree = tree_of(scheme)
    lines = tuple(_lines(tree, member, previous=previous, depth=0)) if tree is not None else ()
    assignment = assignment_for(scheme, member)
    reasons = [] if assignment is not None else [_no_post(scheme, member)]
    if not lines:
        reasons.append(_("认证方案“%(scheme)s”还没有设定取证要求。") % {"scheme": scheme.title})
    reasons += _reasons(lines)
    anew = [line for line in lines if line.requirement.is_anew]
    if previous is not None and lines and lines[0].is_fulfilled and not any(line.is_fulfilled for line in anew):
        reasons.append(anew[0].reason if anew else _("这个认证方案不能换证：没有一项要求须重新完成。"))
    return Evaluation(scheme=scheme, lines=lines, assignment=assignment, reasons=tuple(reasons))


def _no_post(scheme: Scheme, member: Member) -> str:
    held = current_assignments().filter(member=member).select_related("post")
    names = "、".join(dict.fromkeys(assignment.post.name for assignment in held))
    return _("“%(post)s”岗位不在本方案的适用范围内。") % {"post": names} if names else _("目前没有在岗任职。")


def _lines(node: Node, member: Member, *, previous: Award | None, depth: int) -> list[Line]:
    requirement = node.requirement
    if not requirement.is_group:
        return [_leaf_line(requirement, member, previous=previous, depth=depth)]
    below: list[Line] = []
    fulfilled = 0
    for child in node.children:
        lines = _lines(child, member, previous=previous, depth=depth + 1)
        fulfilled += lines[0].is_fulfilled
        below += lines
    children = len(node.children)
    is_fulfilled = children > 0 and fulfilled >= requirement.needed(children)
    return [Line(depth, requirement.text(), is_fulfilled, requirement), *below]


def _leaf_line(leaf: Requirement, member: Member, *, previous: Award | None, depth: int) -> Line:
    here = {leaf.member_path: member}
    newest = f"-{leaf.moment}"
    ground = counting(leaf, renewing=previous is not None).filter(**here).order_by(newest).first()
    if ground is not None:
        return Line(depth, leaf.text(), is_fulfilled=True, requirement=leaf, ground=ground)
    is_used = leaf.is_anew and leaf.grounds().filter(**here).exists()
    reason = _used(leaf, member, previous) if is_used else leaf.missing()
    return Line(depth, leaf.text(), is_fulfilled=False, requirement=leaf, reason=reason)


def _used(leaf: Requirement, member: Member, previous: Award | None) -> str:
    words = {"again": leaf.again()}
    if previous is not None and previous.state == Award.State.REVOKED:
        return _("证书已撤销，需要%(again)s后发证。") % words
    if previous is not None:
        return _("证书已过期，需要%(again)s后换证。") % words
    if any(not award.is_in_force for award in _carried(leaf, member)):
        return _("原来的证书已过期或已撤销，需要%(again)s后发证。") % words
    return _("这次成绩已用于停用方案的证书，需要%(again)s后发证。") % words


def _carried(leaf: Requirement, member: Member) -> AwardQuerySet:
    """The member's certificates that rest on a ground of this requirement."""
    assert leaf.basis is not None  # noqa: S101 - every leaf has one
    grounds = leaf.grounds().filter(**{leaf.member_path: member})
    bases = leaf.basis._default_manager.filter(**{f"{leaf.basis.ground}__in": grounds.values("pk")})
    return Award.objects.filter(pk__in=bases.values("award"))


def _reasons(lines: tuple[Line, ...]) -> list[str]:
    """Of each group that is not fulfilled what is missing below it; of one that leaves a choice in one sentence."""
    if not lines or lines[0].is_fulfilled:
        return []
    root, below = lines[0], lines[1:]
    if not root.requirement.is_group:
        return [root.reason]
    parts = [reason for child in _children(below) for reason in _reasons(child)]
    children = sum(1 for _child in _children(below))
    if children == 0 or root.requirement.needed(children) >= children:
        return parts or [_("取证要求没有设定完整。")]
    return [f"{root.text}：{' '.join(parts)}"]


def _children(below: tuple[Line, ...]) -> Iterator[tuple[Line, ...]]:
    """Each child of a group with all that is below the child."""
    starts = [place for place, line in enumerate(below) if line.depth == below[0].depth]
    for start, end in zip(starts, [*starts[1:], len(below)], strict=True):
        yield below[start:end]


__all__ = [
    "Evaluation",
    "Line",
    "counting",
    "members_considered",
    "members_due",
    "members_fulfilling",
    "scheme_concerns",
    "scheme_evaluate",
    "tree_of",
]
