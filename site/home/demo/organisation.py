"""The organisation of the demonstration at the size of a real city, written in bulk.

14 towns, 348 villages and communities, 1,185 integrated grids (82 urban, 1,103 rural), 75 dedicated grids, 4,645 micro-grids;
348 + 348 + 1,185 + 4,645 = 6,526 members. The dedicated grids have no members.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from home.demo import names
from home.demo.fates import Fate, fates_draw
from home.presets.grid import levels_make, posts_make
from people.models import Assignment, Member, Organisation, Post, User

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

CITY_CODE = "demo-city"
BATCH = 500
SECOND_POST_EVERY = 20
SECOND_POST_DAYS = 30  # after the first one began


@dataclass(frozen=True)
class Size:
    """Villages (and communities) of each town; how many of the first towns' are urban communities; grids in all."""

    villages: tuple[int, ...]
    communities: tuple[int, ...]
    urban_grids: int
    rural_grids: int
    dedicated_grids: int
    micro_grids: int

    @property
    def members(self) -> int:
        return 2 * sum(self.villages) + self.urban_grids + self.rural_grids + self.micro_grids


CITY = Size(
    villages=(31, 28, 27, 26, 26, 25, 25, 24, 24, 24, 23, 22, 22, 21),
    communities=(14, 10),
    urban_grids=82,
    rural_grids=1103,
    dedicated_grids=75,
    micro_grids=4645,
)
ONE_TOWN = Size(villages=(6,), communities=(2,), urban_grids=7, rural_grids=14, dedicated_grids=2, micro_grids=84)


@dataclass
class Seat:
    """One post in one unit, and who sits there."""

    post: str
    unit: Organisation
    town: int
    village: int
    fate: Fate = field(init=False)
    member: Member = field(init=False)
    assignment: Assignment = field(init=False)


def spread(total: int, places: int, *, least: int, most: int, rng: random.Random) -> list[int]:
    """`places` numbers between `least` and `most` that add up to `total`."""
    if not least * places <= total <= most * places:
        raise ValueError(f"{total} can't be spread over {places} places of {least} to {most}")
    shares = [least] * places
    while total > sum(shares):
        open_places = [i for i, share in enumerate(shares) if share < most]
        for i in rng.sample(open_places, min(len(open_places), total - sum(shares), max(1, len(open_places) // 3))):
            shares[i] += 1
    return shares


class Tree:
    """Collects nodes with their treebeard paths; `numchild` grows with each child."""

    def __init__(self) -> None:
        self.nodes: list[Organisation] = []

    def add(self, parent: Organisation | None, name: str, level: str, **fields: object) -> Organisation:
        if parent is None:
            last = Organisation.get_last_root_node()
            step = Organisation._str2int(last.path) + 1 if last is not None else 1
            node = Organisation(path=Organisation._get_path("", 1, step), depth=1, name=name, level_id=level, **fields)
        else:
            parent.numchild += 1
            depth = parent.depth + 1
            path = Organisation._get_path(parent.path, depth, parent.numchild)
            node = Organisation(path=path, depth=depth, name=name, level_id=level, **fields)
        node.numchild = 0
        self.nodes.append(node)
        return node


def plan(size: Size, rng: random.Random) -> tuple[list[Organisation], list[Seat]]:
    """All units, unsaved, parents before children, and the seats in the order of a roster."""
    tree = Tree()
    seats: list[Seat] = []
    city = tree.add(None, f"{names.MARK}市", "city", code=CITY_CODE)
    communities = sum(size.communities)
    villages = sum(size.villages) - communities
    urban = iter(spread(size.urban_grids, communities, least=3, most=4, rng=rng))
    rural = iter(spread(size.rural_grids, villages, least=2, most=6, rng=rng))
    micro = iter(spread(size.micro_grids, size.urban_grids + size.rural_grids, least=2, most=7, rng=rng))
    community_names = iter(names.community_names(communities, rng))
    village_names = iter(names.village_names(villages, rng))
    everywhere = range(sum(size.villages))
    with_dedicated = set(rng.sample(everywhere, min(size.dedicated_grids, len(everywhere))))
    ordinal = 0
    for town_no, count in enumerate(size.villages):
        town = tree.add(city, names.TOWNS[town_no], "town")
        for place in range(count):
            is_urban = town_no < len(size.communities) and place < size.communities[town_no]
            name = f"{next(community_names)}社区" if is_urban else f"{next(village_names)}村"
            village = tree.add(town, name, "village")
            seats += [Seat(post, village, town_no, ordinal) for post in ("chief_grid_head", "grid_administrator")]
            grids = [
                tree.add(
                    village,
                    f"第{names.numeral(number)}网格",
                    "grid",
                    grid_kind=Organisation.GridKind.INTEGRATED,
                    is_urban=is_urban,
                )
                for number in range(1, next(urban if is_urban else rural) + 1)
            ]
            seats += [Seat("full_time_grid_member", grid, town_no, ordinal) for grid in grids]
            for grid in grids:
                for number in range(1, next(micro) + 1):
                    unit = tree.add(grid, f"{number}号微网格", "micro_grid", is_urban=is_urban)
                    seats.append(Seat("micro_grid_liaison", unit, town_no, ordinal))
            if ordinal in with_dedicated:
                what = names.DEDICATED[ordinal % len(names.DEDICATED)]
                tree.add(
                    village, f"{what}专属网格", "grid", grid_kind=Organisation.GridKind.DEDICATED, is_urban=is_urban
                )
            ordinal += 1
    return tree.nodes, seats


def is_loaded() -> bool:
    return Organisation.objects.filter(code=CITY_CODE).exists()


# How many days ago somebody of each fate may have come, so that nobody was certified before they entered.
ENTERED = {
    Fate.CERTIFIED: (300, 2900),
    Fate.EXPIRING: (420, 2900),
    Fate.EXPIRED: (620, 2900),
    Fate.IN_TRAINING: (110, 1500),
    Fate.NOT_STARTED: (5, 900),
}


def organisation_load(
    *, size: Size, rng: random.Random, entered: dict[str, int], progress: Callable[[int, int], None]
) -> list[Seat]:
    """Write the units, accounts, members and their dated posts. No account has a password yet.

    `entered` says for some member numbers how many days ago they came; for the others it is drawn.
    """
    nodes, seats = plan(size, rng)
    levels_make()
    fates_draw(seats, rng)
    total = len(nodes) + 3 * len(seats)
    Organisation.objects.bulk_create(nodes, batch_size=BATCH)
    progress(len(nodes), total)
    posts = posts_make()
    today, now = timezone.localdate(), timezone.now()
    people = names.person_names(len(seats), rng)
    counters: dict[int, int] = {}
    users = []
    for serial, (seat, name) in enumerate(zip(seats, people, strict=True), start=1):
        counters[seat.town] = counters.get(seat.town, 0) + 1
        number = f"YS{seat.town + 1:02d}{counters[seat.town]:04d}"
        if name == names.UNPRINTABLE or "𠮷" in name:
            seat.fate = Fate.CERTIFIED  # a certificate that can't be printed, and some with a rare character that can
        days = entered.get(number, rng.randint(*ENTERED[seat.fate]))
        users.append(User(username=number, password=make_password(None), confirmed_at=now, date_joined=now))
        # No telephone number in China begins with 1004.
        seat.member = Member(
            number=number, name=name, phone=f"1004{serial:07d}", entered_on=today - timedelta(days=days)
        )
    for user, seat in zip(User.objects.bulk_create(users, batch_size=BATCH), seats, strict=True):
        seat.member.user = user
    progress(len(nodes) + len(seats), total)
    Member.objects.bulk_create([seat.member for seat in seats], batch_size=BATCH)
    progress(len(nodes) + 2 * len(seats), total)
    Assignment.objects.bulk_create(_assignments(seats, posts, rng), batch_size=BATCH)
    Assignment.objects.bulk_create(_second_posts(seats, posts, set(entered)), batch_size=BATCH)
    progress(total, total)
    return seats


def _assignments(seats: list[Seat], posts: dict[str, Post], rng: random.Random) -> list[Assignment]:
    """The current post of everybody; a few came from a neighbouring seat, whose assignment has ended."""
    made = []
    for place, seat in enumerate(seats):
        starts = seat.member.entered_on
        assert starts is not None  # noqa: S101 - set above
        days = (timezone.localdate() - starts).days
        if place and days > 800 and rng.random() < 0.02:
            moved = starts + timedelta(days=rng.randint(200, 400))
            before = seats[place - 1]
            made.append(
                Assignment(
                    member=seat.member,
                    post=posts[before.post],
                    organisation=before.unit,
                    starts_on=starts,
                    ends_on=moved - timedelta(days=1),
                )
            )
            starts = moved
        seat.assignment = Assignment(
            member=seat.member, post=posts[seat.post], organisation=seat.unit, starts_on=starts
        )
        made.append(seat.assignment)
    return made


def _second_posts(seats: list[Seat], posts: dict[str, Post], to_try: set[str]) -> list[Assignment]:
    """For want of people some who lead a grid look after a micro-grid of their village too; of the members of the accounts to try
    whoever has been there long enough."""
    micro_grids = {seat.village: seat.unit for seat in seats if seat.post == "micro_grid_liaison"}  # the last of each
    heads = [seat for seat in seats if seat.post == "full_time_grid_member"]
    chosen = heads[::SECOND_POST_EVERY] + [seat for seat in seats if seat.member.number in to_try]
    latest = timezone.localdate() - timedelta(days=SECOND_POST_DAYS)
    made = {}
    for seat in chosen:
        unit = micro_grids[seat.village]
        if unit is not seat.unit and seat.assignment.starts_on < latest:
            made[seat.member.number] = Assignment(
                member=seat.member,
                post=posts["micro_grid_liaison"],
                organisation=unit,
                starts_on=seat.assignment.starts_on + timedelta(days=SECOND_POST_DAYS),
                is_main=False,
            )
    return list(made.values())
