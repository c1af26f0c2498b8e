"""What the pages of accounts, members, roles and feedback read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from people.access import Role, Scope, accounts_visible_to, grants_visible_to, members_visible_to, scope_of
from people.assignments import LATEST_FIRST, posts_of, stands_in
from people.backends import login_name
from people.finding import people_matching
from people.models import Assignment, Feedback, Member, Organisation, RoleGrant, User
from people.tree import unit_names
from textkeys import words

if TYPE_CHECKING:
    from django.db.models import QuerySet

STATES = ("", "waiting", "active", "left", "closed")
UNITS_MOST = 50


@dataclass(frozen=True)
class Profile:
    """What a person checks at the first sign-in and sees under 我的."""

    member: Member | None
    post: str
    unit: str
    others: tuple[tuple[str, str], ...] = ()  # (post, unit) of what the member holds beside the main post


def profile_of(account: User) -> Profile:
    member = getattr(account, "member", None)
    if member is None:
        return Profile(None, "", "")
    held = posts_of(member)
    if not held:
        return Profile(member, "", "")
    names = unit_names([each.organisation.path for each in held])
    (post, unit), *others = [(each.post.name, names[each.organisation.path]) for each in held]
    return Profile(member, post, unit, tuple(others))


def units_found(actor: User, text: str, *roles: str) -> list[tuple[Organisation, str]]:
    """Units of the actor's subtree by name, the top ones without a text, each with its way from the top; never all 6,600.

    「明德 第一网格」 finds the first grid below whatever is named 明德: grids are called alike in every village.
    """
    scope = scope_of(actor, *(roles or (Role.ADMINISTRATOR,)))
    units = Organisation.objects.filter(scope.q("path"))
    *above, name = words(text) or [""]
    for word in above[:3]:
        paths = units.filter(name__icontains=word).order_by("depth", "path").values_list("path", flat=True)[:UNITS_MOST]
        units = units.filter(Scope(tuple(paths)).q("path"))
    if name:
        units = units.filter(name__icontains=name)
    found = list(units.order_by("depth", "path")[:UNITS_MOST])
    names = unit_names([unit.path for unit in found])
    return [(unit, names[unit.path]) for unit in found]


@dataclass(frozen=True)
class MemberSearch:
    text: str = ""
    unit: Organisation | None = None
    state: str = ""


def members_found(actor: User, search: MemberSearch) -> QuerySet[Any]:
    """With their account and the unit and post of the main or last assignment, in the order of the units."""
    latest = Assignment.objects.filter(member=OuterRef("pk")).order_by(*LATEST_FIRST)
    members = (
        members_visible_to(actor, Role.ADMINISTRATOR)
        .select_related("user")
        .annotate(
            unit_path=Subquery(latest.values("organisation__path")[:1]),
            post_name=Subquery(latest.values("post__name")[:1]),
        )
    )
    if search.unit is not None:
        members = members.filter(stands_in(Scope((search.unit.path,))))
    members = members.filter(people_matching(search.text, names=("name",), number="number", phone="phone"))
    match search.state:
        case "waiting":
            members = members.filter(user__confirmed_at__isnull=True, user__is_active=True, left_on__isnull=True)
        case "active":
            members = members.filter(user__confirmed_at__isnull=False, user__is_active=True, left_on__isnull=True)
        case "left":
            members = members.filter(left_on__isnull=False)
        case "closed":
            members = members.filter(user__is_active=False, left_on__isnull=True)
    return members.order_by("unit_path", "number")


def waiting_members(actor: User, unit: Organisation) -> QuerySet[Any]:
    """Members of the unit who have never confirmed their account."""
    return members_found(actor, MemberSearch(unit=unit, state="waiting"))


def waiting_counts(actor: User, unit: Organisation) -> tuple[int, int]:
    """(all who wait, those of them who hold an initial password that still works)."""
    counts = waiting_members(actor, unit).aggregate(
        all=Count("pk"), given=Count("pk", filter=Q(user__initial_password_until__isnull=False))
    )
    return counts["all"], counts["given"]


def assignments_of(member: Member) -> list[tuple[Assignment, str]]:
    rows = list(Assignment.objects.filter(member=member).select_related("post", "organisation").order_by(*LATEST_FIRST))
    names = unit_names([row.organisation.path for row in rows])
    return [(row, names[row.organisation.path]) for row in rows]


def grants_found(actor: User, text: str, role: str) -> QuerySet[Any]:
    """With `opens`: whether the actor may open the page of the member who holds it."""
    grants = grants_visible_to(actor).select_related("user__member", "organisation", "granted_by__member")
    grants = grants.filter(
        people_matching(
            text,
            names=("user__member__name", "user__first_name"),
            number="user__username",
            units="organisation__name",
        )
    )
    if role in Role.values:
        grants = grants.filter(role=role)
    grants = grants.annotate(opens=Exists(members_visible_to(actor, Role.ADMINISTRATOR).filter(user=OuterRef("user"))))
    return grants.order_by("organisation__path", "role", "pk")


def account_named(actor: User, name: str) -> User | None:
    """The one account with this member number, account name or phone, among those that the actor may name."""
    return accounts_visible_to(actor).select_related("member").filter(username=login_name(name)).first()


def feedback_in_order(feedback: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """What waits comes first, the oldest on top; then what is answered, the newest on top."""
    return feedback.select_related("author__member", "organisation", "handler__member").order_by(
        F("replied_at").desc(nulls_first=True), "created_at", "pk"
    )


def handlers_with_roles(handlers: QuerySet[User]) -> QuerySet[User]:
    held = RoleGrant.objects.filter(
        role__in=(Role.ADMINISTRATOR, Role.SUPERVISOR), revoked_at__isnull=True
    ).select_related("organisation")
    return (
        handlers.select_related("member").prefetch_related(Prefetch("role_grants", held, to_attr="held")).order_by("pk")
    )


def people_named(accounts: QuerySet[User], text: str) -> QuerySet[User]:
    return accounts.filter(people_matching(text, names=("member__name", "first_name"), number="username"))
