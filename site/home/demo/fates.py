"""Who stands where: every status occurs in every town, towns and villages differ, posts too."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from home.demo.organisation import Seat


class Fate(Enum):
    CERTIFIED = "certified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    IN_TRAINING = "in_training"
    NOT_STARTED = "not_started"


# Share of members with a certificate in force, best and worst town; the others lie between.
BEST, WORST = 0.96, 0.26
# Full-time staff are trained first, liaisons last.
HEAD_START = {
    "chief_grid_head": 0.20,
    "grid_administrator": 0.25,
    "full_time_grid_member": 0.15,
    "micro_grid_liaison": 0.0,
}


def quotas(size: int, rate: float) -> dict[Fate, int]:
    """How many of a town's members have which fate; at least one each."""
    holding = round(size * rate)
    expiring = max(1, round(holding * 0.12))
    rest = size - holding
    expired = max(1, round(rest * 0.2))
    training = max(1, round(rest * 0.45))
    return {
        Fate.CERTIFIED: max(1, holding - expiring),
        Fate.EXPIRING: expiring,
        Fate.EXPIRED: expired,
        Fate.IN_TRAINING: training,
    }


def fates_draw(seats: list[Seat], rng: random.Random) -> None:
    """Give each seat its fate."""
    towns: dict[int, list[int]] = defaultdict(list)
    for place, seat in enumerate(seats):
        towns[seat.town].append(place)
    steps = max(1, len(towns) - 1)
    rates = [BEST - (BEST - WORST) * step / steps for step in range(len(towns))]
    if len(rates) == 1:
        rates = [0.6]
    rng.shuffle(rates)
    # The first town is the one whose supervisor a newcomer tries: neither the best nor the worst.
    usual = min(range(len(rates)), key=lambda town: abs(rates[town] - 0.75))
    rates[0], rates[usual] = rates[usual], rates[0]
    zeal: dict[int, float] = defaultdict(lambda: rng.gauss(0, 0.22))
    for seat in seats:
        seat.fate = Fate.NOT_STARTED
    for rate, places in zip(rates, towns.values(), strict=True):
        ranked = sorted(
            places, key=lambda place: -(rng.random() + zeal[seats[place].village] + HEAD_START[seats[place].post])
        )
        # Renewal is due by time, not by zeal: among those who hold or held a certificate it is drawn evenly.
        wanted = quotas(len(places), rate)
        held = wanted[Fate.CERTIFIED] + wanted[Fate.EXPIRING] + wanted[Fate.EXPIRED]
        certificates = [fate for fate in (Fate.CERTIFIED, Fate.EXPIRING, Fate.EXPIRED) for _ in range(wanted[fate])]
        rng.shuffle(certificates)
        for place, fate in zip(ranked[:held], certificates, strict=True):
            seats[place].fate = fate
        for place in ranked[held : held + wanted[Fate.IN_TRAINING]]:
            seats[place].fate = Fate.IN_TRAINING
