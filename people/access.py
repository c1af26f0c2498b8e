"""The one place that answers «what may this actor see». Every list, page, API and export goes through it.

Power is a `RoleGrant` on a subtree. A superuser is an administrator of everything. What lies outside an actor's subtree
does not exist for the actor: 404, so that a stranger does not even learn that there is something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from people.assignments import stands_in
from people.models import Feedback, Member, Organisation, RoleGrant, User
from people.tree import ancestor_paths, within

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

Role = RoleGrant.Role


# Not an empty Q, which vanishes beside the other side of an «or» and leaves that side alone.
EVERYTHING = ~Q(pk__in=[])


@dataclass(frozen=True)
class Scope:
    """Subtrees as path prefixes. `everything` is for a superuser; no prefixes and not everything means nothing."""

    prefixes: tuple[str, ...]
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.prefixes)

    def covers(self, path: str) -> bool:
        return self.everything or any(path.startswith(prefix) for prefix in self.prefixes)

    @property
    def reaches_top(self) -> bool:
        """Whether it holds a whole tree, and with it what belongs to no unit."""
        return self.everything or any(len(prefix) == Organisation.steplen for prefix in self.prefixes)

    def q(self, field: str) -> Q:
        """A filter on a path column, e.g. ``scope.q("organisation__path")``."""
        if self.everything:
            return EVERYTHING
        condition = Q(pk__in=[])
        for prefix in self.prefixes:
            condition |= within(prefix, field)
        return condition


def scope_of(actor: User | AnonymousUser, *roles: str) -> Scope:
    """The subtrees in which the actor holds one of the roles (an administrator holds every role in their subtree)."""
    if not actor.is_authenticated or not actor.is_active:
        return Scope(())
    if actor.is_superuser:
        return Scope((), everything=True)
    wanted = {*roles, Role.ADMINISTRATOR.value}
    cached: list[tuple[str, str]] | None = getattr(actor, "_grants", None)
    if cached is None:
        cached = list(
            RoleGrant.objects.filter(user=actor, revoked_at__isnull=True).values_list("role", "organisation__path")
        )
        actor._grants = cached  # type: ignore[attr-defined]
    paths = sorted({path for role, path in cached if role in wanted})
    outermost = [p for p in paths if not any(p != other and p.startswith(other) for other in paths)]
    return Scope(tuple(outermost))


def remember_no_role(account: User) -> None:
    """For this request: whoever read the account has seen that it holds none."""
    account._grants = []  # type: ignore[attr-defined]


def has_role(actor: User | AnonymousUser, *roles: str) -> bool:
    return bool(scope_of(actor, *roles))


def is_granted(actor: User | AnonymousUser, role: str) -> bool:
    """Whether the role itself was given to the actor: administrators hold every role, but not every one is their daily work."""
    scope_of(actor)  # reads the grants once for a request
    return any(held == role for held, _path in getattr(actor, "_grants", ()))


def has_power(actor: User | AnonymousUser) -> bool:
    """Whether the actor has any power over others: who then needs the second factor."""
    return has_role(actor, *(role.value for role in Role))


def require_role(actor: User | AnonymousUser, *roles: str) -> Scope:
    """The actor's scope, or 403 where the person is signed in but holds none of the roles."""
    scope = scope_of(actor, *roles)
    if not scope:
        raise PermissionDenied
    return scope


def organisations_visible_to(actor: User | AnonymousUser, *roles: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(scope_of(actor, *(roles or (Role.SUPERVISOR,))).q("path"))


def organisation_for(actor: User | AnonymousUser, code: str, *roles: str) -> Organisation:
    found = organisations_visible_to(actor, *roles).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def members_visible_to(actor: User | AnonymousUser, *roles: str) -> QuerySet[Member]:
    """Members who hold a post in the actor's subtree, and those whose last one lay there."""
    scope = scope_of(actor, *(roles or (Role.SUPERVISOR,)))
    return Member.objects.all() if scope.everything else Member.objects.filter(stands_in(scope))


def member_for(actor: User | AnonymousUser, code: str, *roles: str) -> Member:
    found = members_visible_to(actor, *roles).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def member_of(actor: User | AnonymousUser) -> Member:
    """The actor's own member row; accounts that are nobody on the roster get 404 on learner pages."""
    member: Any = getattr(actor, "member", None) if actor.is_authenticated else None
    if member is None:
        raise Http404
    return member


def able_members() -> QuerySet[Member]:
    """Those whose account is open. Asked where a signed token stands in for the session."""
    return Member.objects.filter(user__is_active=True)


def account_is_open(member_id: int) -> bool:
    return able_members().filter(pk=member_id).exists()


def may_grant(actor: User, role: str, organisation: Organisation) -> bool:
    """Nobody can grant a role or a subtree that they do not hold themselves; only administrators grant at all."""
    return role in Role.values and scope_of(actor, Role.ADMINISTRATOR).covers(organisation.path)


def grants_visible_to(actor: User | AnonymousUser) -> QuerySet[RoleGrant]:
    scope = scope_of(actor, Role.ADMINISTRATOR)
    return RoleGrant.objects.filter(scope.q("organisation__path"), revoked_at__isnull=True)


def grant_for(actor: User | AnonymousUser, pk: int) -> RoleGrant:
    found = grants_visible_to(actor).select_related("user__member", "organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def accounts_visible_to(actor: User | AnonymousUser) -> QuerySet[User]:
    """Whom an administrator may name: members of the subtree, and accounts with a role in it."""
    scope = scope_of(actor, Role.ADMINISTRATOR)
    if scope.everything:
        return User.objects.all()
    members = Member.objects.filter(stands_in(scope))
    holders = RoleGrant.objects.filter(scope.q("organisation__path"), revoked_at__isnull=True)
    return User.objects.filter(
        Exists(members.filter(user=OuterRef("pk"))) | Exists(holders.filter(user=OuterRef("pk"))), is_superuser=False
    )


def account_for(actor: User | AnonymousUser, username: str) -> User:
    found = accounts_visible_to(actor).select_related("member").filter(username=username).first()
    if found is None:
        raise Http404
    return found


def may_manage_account(actor: User, account: User) -> bool:
    """Whether the actor may reset the account's password or second factor, close it or open it again.

    Who resets a password can sign in as that person. So the person must stand in the actor's subtree, wherever else a role was
    given to them (a role here makes nobody of another town one of ours), and the actor must hold all the power that they hold.
    """
    if account.is_superuser and not actor.is_superuser:
        return False
    scope = scope_of(actor, Role.ADMINISTRATOR)
    if scope.everything:
        return True
    held = RoleGrant.objects.filter(user=account, revoked_at__isnull=True).values_list("organisation__path", flat=True)
    is_ours = stands_under(actor, account)
    if is_ours is None:
        return bool(held) and all(scope.covers(path) for path in held)
    return is_ours and all(scope.covers(path) for path in held)


def stands_under(actor: User, account: User) -> bool | None:
    """Whether the person's main post lies in the subtree that the actor administers: a second post here makes nobody ours. None
    for accounts outside the roster, which stand nowhere: theirs is where they hold roles."""
    stands = stands_in(scope_of(actor, Role.ADMINISTRATOR), with_main=True)
    found: bool | None = (
        Member.objects.filter(user=account).annotate(ours=stands).values_list("ours", flat=True).first()
    )
    return found


def members_manageable_by(actor: User) -> QuerySet[Member]:
    """`may_manage_account` for many members at once."""
    scope = scope_of(actor, Role.ADMINISTRATOR)
    if scope.everything:
        return Member.objects.all()
    members = Member.objects.filter(stands_in(scope, with_main=True))
    held = RoleGrant.objects.filter(user=OuterRef("user"), revoked_at__isnull=True)
    return members.filter(~Exists(held.exclude(scope.q("organisation__path"))), user__is_superuser=False)


def feedback_visible_to(actor: User | AnonymousUser) -> QuerySet[Feedback]:
    """For handling: an administrator's subtree, what belongs to no unit for the top, and what was handed on to the actor."""
    if not has_power(actor):
        return Feedback.objects.none()
    scope = scope_of(actor, Role.ADMINISTRATOR)
    if scope.everything:
        return Feedback.objects.all()
    seen = scope.q("organisation__path") | Q(handler_id=actor.pk)
    if scope.reaches_top:
        seen |= Q(organisation__isnull=True)
    return Feedback.objects.filter(seen)


def feedback_for(actor: User | AnonymousUser, code: str) -> Feedback:
    found = (
        feedback_visible_to(actor)
        .select_related("author__member", "handler__member", "replied_by__member", "organisation")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise Http404
    return found


def handlers_for(actor: User, feedback: Feedback) -> QuerySet[User]:
    """To whom the actor may hand it on: administrators and supervisors whose subtree holds its unit."""
    roles = (Role.ADMINISTRATOR, Role.SUPERVISOR)
    grants = RoleGrant.objects.filter(role__in=roles, revoked_at__isnull=True, user=OuterRef("pk"))
    if feedback.organisation is not None:
        grants = grants.filter(organisation__path__in=ancestor_paths(feedback.organisation.path))
    else:
        grants = grants.filter(scope_of(actor, Role.ADMINISTRATOR).q("organisation__path"))
    return User.objects.filter(Exists(grants), is_active=True).exclude(pk=actor.pk)


def holders_for(role: str, owner: Organisation | None) -> list[int]:
    """Ids of the users who hold the role where a thing of the owner is seen or changed: in the owner's subtree, or over it. What
    no unit owns is everybody's."""
    grants = RoleGrant.objects.filter(role=role, revoked_at__isnull=True, user__is_active=True)
    if owner is not None:
        above = Q(organisation__path__in=ancestor_paths(owner.path))
        grants = grants.filter(within(owner.path, "organisation__path") | above)
    return list(grants.order_by("user_id").values_list("user_id", flat=True).distinct())
