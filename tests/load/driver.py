"""Closed loops: so many candidates at once, each with the next request as soon as the last was answered."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from tests.load.candidate import PER_SAVE, QUESTIONS, Browser, Room, Watch, open_room, saved, sit
from tests.load.system import Cost, Trouble

SPREAD = 1.5  # seconds over which a level's candidates come in, so that they don't march in step
SHOWN_ERRORS = 20
SLICES = 3  # save, bound, save, bound, ...: what disturbs the machine disturbs both


@dataclass
class Level:
    """What one level did."""

    at_once: int
    attempts: int
    rate: float  # completed attempts per second
    cost: Cost  # of all attempts, the worker's announcements included
    driver: float  # CPU seconds of this program
    loop: float  # CPU milliseconds of a fixed piece of work, meanwhile: what the machine was worth
    watch: Watch


@dataclass
class Rush:
    """Saves against the bound at one level, in the same seconds of the same server."""

    at_once: int
    saves: int = 0
    bounds: int = 0
    save_seconds: float = 0.0
    bound_seconds: float = 0.0
    save_cost: Cost = field(default_factory=Cost)
    bound_cost: Cost = field(default_factory=Cost)
    watch: Watch = field(default_factory=Watch)

    @property
    def save_rate(self) -> float:
        return self.saves / self.save_seconds if self.save_seconds else 0.0

    @property
    def bound_rate(self) -> float:
        return self.bounds / self.bound_seconds if self.bound_seconds else 0.0


@dataclass
class Day:
    """Where the candidates go, who they are, and who measures the costs."""

    base: str
    sitting: str
    password: str
    members: Iterator[str]
    cost: Callable[[], Cost]
    settle: Callable[[], None]  # wait until the worker has caught up


async def run_level(day: Day, at_once: int, seconds: float, most: int) -> Level:
    """New candidates come for so many seconds (or until `most` have come); all of them finish."""
    watch = Watch()
    finished: list[float] = []
    left = most
    began_cost, began_driver, began = day.cost(), time.process_time(), time.monotonic()

    async def seat(place: int) -> None:
        nonlocal left
        await asyncio.sleep(SPREAD * place / at_once)
        while left > 0 and time.monotonic() - began < seconds and len(watch.errors) < SHOWN_ERRORS:
            left -= 1
            number = next(day.members)
            browser = Browser(day.base, watch)
            try:
                await sit(browser, day.sitting, number, day.password, random.Random(number))
                finished.append(time.monotonic())
            except Trouble as error:
                watch.errors.append(f"{number}: {error}")
            finally:
                await browser.close()

    loops: list[float] = []
    weighing = asyncio.create_task(weigh(loops))
    await asyncio.gather(*(seat(place) for place in range(at_once)))
    weighing.cancel()
    driver = time.process_time() - began_driver
    await asyncio.to_thread(day.settle)
    return Level(
        at_once, len(finished), rate(finished, began, seconds), day.cost() - began_cost, driver, median(loops), watch
    )


async def weigh(loops: list[float]) -> None:
    """A processor that others share is slower in its own seconds too; without this nobody could tell."""
    while True:
        loops.append(fixed_work())
        await asyncio.sleep(0.5)


def fixed_work() -> float:
    began, total = time.thread_time(), 0
    for number in range(20_000):
        total += number % 7
    return (time.thread_time() - began) * 1000


def rate(finished: list[float], began: float, seconds: float) -> float:
    """Attempts per second while all seats were taken: neither the coming in nor the last ones' going counts."""
    if not finished:
        return 0.0
    start, end = began + SPREAD + min(2.0, seconds / 5), min(began + seconds, max(finished))
    inside = sum(start < moment <= end for moment in finished)
    if end - start < 1 or inside < 5:
        return len(finished) / (max(finished) - began)
    return inside / (end - start)


async def run_rush(day: Day, at_once: int, seconds: float) -> Rush:
    """Saves of five answers, and the bound's single guarded update, in turns over the same open attempts."""
    rush = Rush(at_once)
    seats = list(await asyncio.gather(*(_seat(day, rush.watch) for _ in range(at_once))))
    part = seconds / SLICES / 2
    sequences = [QUESTIONS + 1] * at_once
    for _turn in range(SLICES):
        for kind in ("save", "bound"):
            cost, began = day.cost(), time.monotonic()
            end = began + part
            counts = await asyncio.gather(
                *(_keep_on(rush.watch, kind, seat, sequences, place, end) for place, seat in enumerate(seats))
            )
            took, spent = time.monotonic() - began, day.cost() - cost
            if kind == "save":
                rush.saves, rush.save_seconds, rush.save_cost = (
                    rush.saves + sum(counts),
                    rush.save_seconds + took,
                    rush.save_cost + spent,
                )
            else:
                rush.bounds, rush.bound_seconds, rush.bound_cost = (
                    rush.bounds + sum(counts),
                    rush.bound_seconds + took,
                    rush.bound_cost + spent,
                )
    for browser, _room in seats:
        await browser.close()
    return rush


async def _seat(day: Day, watch: Watch) -> tuple[Browser, Room]:
    """A candidate with an open paper and an answer to every question, so that both sides update rows that are there."""
    number = next(day.members)
    browser = Browser(day.base, watch)
    room = await open_room(browser, day.sitting, number, day.password)
    numbers = list(range(1, QUESTIONS + 1))
    content = {"t": room.attempt["token"], "a": room.answers(numbers, 1, random.Random(number))}
    saved(await browser.post_json("first save", room.attempt["urls"]["save"], content), numbers)
    return browser, room


async def _keep_on(
    watch: Watch, kind: str, seat: tuple[Browser, Room], sequences: list[int], place: int, end: float
) -> int:
    browser, room = seat
    rng, done = random.Random(place), 0
    bound = f"/exams/bound/{room.attempt_id}/"
    try:
        while time.monotonic() < end:
            first = done * PER_SAVE % QUESTIONS
            numbers = [first + i for i in range(1, PER_SAVE + 1)]
            answers = room.answers(numbers, sequences[place], rng)
            sequences[place] += PER_SAVE
            if kind == "save":
                content: object = {"t": room.attempt["token"], "a": answers}
                saved(await browser.post_json("save", room.attempt["urls"]["save"], content), numbers)
            else:
                page = await browser.post_json("bound", bound, answers[0][:3])
                if json.loads(page.expect(200).text) != {"changed": 1}:
                    raise Trouble(f"the bound changed nothing: {page.text}")
            done += 1
    except Trouble as error:
        watch.errors.append(f"{kind}: {error}")
    return done
