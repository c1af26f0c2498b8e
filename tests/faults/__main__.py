"""Candidates at work while processes are killed and the database goes down; then their ledger against the database. See
docs/performance.md.

    make faults ARGS="--seconds 20 --candidates 8 --part postgresql"
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

from tests.faults.candidate import Exam, sit_through
from tests.faults.ledger import Sheet
from tests.load import report
from tests.load.__main__ import UNAVAILABLE, on, say
from tests.load.candidate import Watch
from tests.load.report import Figure
from tests.load.system import System, Trouble

# The last one is the proof that the others could fail: it confirms before the commit.
PARTS = ("postgresql", "sqlite", "confirmed before the commit")
FASTEST = 25  # attempts per second; bounds the number of members
AT_WORK = 20  # saves confirmed since the last fault before the next one
RECOVERY = 60.0  # seconds to wait for them
PATIENCE = 180.0  # seconds after the last start; whoever is not done by then is an error
JOBS = 30
JOBS_WITHIN = 180.0  # a job whose worker died is sent again after a minute of silence (jobs.services.SILENCE)

Plan = tuple[tuple[float, str], ...]  # when, in shares of the run, and what
ON_POSTGRESQL: Plan = (
    (0.06, "one web process"),
    (0.14, "web server"),
    (0.26, "PostgreSQL restarted"),
    (0.36, "worker"),
    (0.44, "PostgreSQL crashed"),
    (0.55, "web server"),
    (0.65, "one worker process"),
    (0.73, "one web process"),
    (0.80, "PostgreSQL crashed"),
    (0.80, "web server"),
    (0.92, "worker"),
)
ON_SQLITE: Plan = (
    (0.10, "web server"),
    (0.25, "one web process"),
    (0.40, "worker"),
    (0.55, "web server"),
    (0.75, "one worker process"),
    (0.85, "web server"),
)


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description="No confirmed answer is lost, whatever dies.")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each honest part (default 60)")
    parser.add_argument("--candidates", type=int, default=20, help="at once (default 20)")
    parser.add_argument("--faults", type=int, default=99, help="the first so many of the plan (default all)")
    parser.add_argument("--part", choices=PARTS, help="one only (default: all)")
    parser.add_argument(
        "--no-jobs", action="store_true", help="leave out the accepted jobs, which take minutes to come back"
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=report.BUILD / "faults.json",
        help="where the figures go (default build/faults.json)",
    )
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.seconds <= 0 or not 0 < options.candidates <= 200:
        parser.error("--seconds must be positive, --candidates between 1 and 200")
    return options


# --- one part ---------------------------------------------------------------------------------------------------------


class Faults:
    """Kills what it is told to, and says so."""

    def __init__(self, system: System, *, with_jobs: bool) -> None:
        self.system, self.with_jobs = system, with_jobs
        self.done: list[str] = []
        self.accepted = 0

    def cause(self, what: str) -> None:
        if what == "worker" and self.with_jobs:
            # The worker dies while it has the jobs in hand.
            self.accepted += int(
                json.loads(self.system.call("-m", "tests.faults.records", "jobs", str(JOBS)))["accepted"]
            )
            time.sleep(0.4)
        acts: dict[str, Callable[[], bool]] = {
            "web server": lambda: self._kill(self.system.pid("web")),
            "one web process": lambda: self._kill_child("web"),
            "worker": lambda: self._kill(self.system.pid("worker")),
            "one worker process": lambda: self._kill_child("worker"),
            "PostgreSQL restarted": lambda: self._postgres(crash=False),
            "PostgreSQL crashed": lambda: self._postgres(crash=True),
        }
        if acts[what]():
            self.done.append(what)

    def _kill(self, pid: int) -> bool:
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    def _kill_child(self, name: str) -> bool:
        children = self.system.children_of(self.system.pid(name)) if self.system.pid(name) else []
        return self._kill(children[0]) if children else False

    def _postgres(self, *, crash: bool) -> bool:
        self.system.restart_postgres(crash=crash)
        return True


async def run(exam: Exam, members: list[str], faults: Faults, plan: Plan, options: Any) -> None:
    """Candidates come until the plan is carried out and the time is over; all of them finish."""
    seconds, began, waiting, is_over = options.seconds, time.monotonic(), iter(members), False

    async def seat() -> None:
        while not is_over and (number := next(waiting, None)):
            try:
                async with asyncio.timeout(seconds + PATIENCE):
                    await sit_through(exam, number, random.Random(number))
            except (Trouble, TimeoutError) as error:
                exam.watch.errors.append(f"{number}: {error or type(error).__name__}")

    async def havoc() -> None:
        nonlocal is_over
        for share, what in plan:
            at_work = saves(exam) + AT_WORK
            await asyncio.sleep(max(0.0, began + share * seconds - time.monotonic()))
            # Each fault meets candidates at work: on a slow machine it waits until they are over the last one.
            deadline = time.monotonic() + RECOVERY
            while saves(exam) < at_work and time.monotonic() < deadline:
                await asyncio.sleep(0.05)
            say(f"  {time.monotonic() - began:5.1f} s  {what} ({saves(exam)} saves confirmed so far)")
            await asyncio.to_thread(faults.cause, what)
        await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))
        is_over = True

    await asyncio.gather(havoc(), *(seat() for _ in range(options.candidates)))


def saves(exam: Exam) -> int:
    return len(exam.watch.times.get("save", ()))


def examine(part: str, options: argparse.Namespace) -> dict[str, Any]:
    is_faulty = part == PARTS[2]
    most = min(options.faults, 6) if is_faulty else options.faults
    extra = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"} if is_faulty else {}
    with_jobs = not is_faulty and not options.no_jobs
    if is_faulty:
        options.seconds = min(options.seconds, 25.0)
    with System(**extra) as system:
        plan = (ON_POSTGRESQL if system.on_postgres else ON_SQLITE)[:most]
        made = system.data("make", str(int((options.seconds + RECOVERY) * FASTEST) + options.candidates))
        system.start()
        say(f"\n{part}: {options.candidates} candidates for {options.seconds:.0f} s; what dies, and when")
        exam = Exam(system.base, made["sitting"], made["password"], Watch(), [])
        faults = Faults(system, with_jobs=with_jobs)
        asyncio.run(run(exam, made["members"], faults, plan, options))
        system.data("wait", "60")
        compared = compare(system, exam.sheets)
        jobs: dict[str, Any] = {}
        if with_jobs:
            say(f"  waiting for {faults.accepted} accepted jobs, those that died with a worker included ...")
            jobs = json.loads(system.call("-m", "tests.faults.records", "jobs-done", str(JOBS_WITHIN)))
        if exam.watch.errors or (compared["kinds"] and not is_faulty):
            say(system.last_words())
    return {
        "part": part,
        "faults": faults.done,
        "accepted": faults.accepted,
        "jobs": jobs,
        **compared,
        **told(exam.watch),
    }


def told(watch: Watch) -> dict[str, Any]:
    return {"errors": watch.errors[:20], "retries": watch.retries, "longest_silence": watch.longest_silence}


def compare(system: System, sheets: list[Sheet]) -> dict[str, Any]:
    path = system.folder / "ledger.json"
    path.write_text(json.dumps([sheet.to_json() for sheet in sheets], ensure_ascii=False))
    return dict(json.loads(system.call("-m", "tests.faults.records", "compare", str(path))))


def figures(found: dict[str, Any]) -> list[Figure]:
    part, differences = found["part"], sum(found["kinds"].values())
    lines = [
        Figure(f"{part}/processes killed, database down", len(found["faults"]), "times"),
        Figure(f"{part}/attempts handed in", found["handed_in"], ""),
        Figure(f"{part}/answers confirmed", found["confirmed"], ""),
        Figure(f"{part}/requests sent again", found["retries"], ""),
        Figure(f"{part}/longest time without an answer", found["longest_silence"], "s"),
    ]
    if part == PARTS[2]:
        lost = found["kinds"].get("lost", 0)
        lines.append(Figure(f"{part}/differences found", differences, "", goal="> 0: the check can fail", ok=lost > 0))
        return lines
    lines += [
        Figure(f"{part}/differences between ledger and database", differences, "", goal="0", ok=not differences),
        Figure(f"{part}/errors of candidates", len(found["errors"]), "", goal="0", ok=not found["errors"]),
    ]
    if found["jobs"]:
        lost = found["accepted"] - found["jobs"]["done"]
        lines += [
            Figure(f"{part}/jobs accepted", found["accepted"], ""),
            Figure(f"{part}/jobs that a second worker took up", found["jobs"]["tried_again"], ""),
            Figure(f"{part}/jobs lost", lost, "", goal="0", ok=not lost),
        ]
    return lines


# --- all of them ------------------------------------------------------------------------------------------------------


def main(given: list[str]) -> int:
    options = arguments(given)
    if options.one:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()  # the candidates ask the question types how an answer may look
        try:
            found = examine(options.part, options)
        except Trouble as trouble:
            say(f"\n{trouble}")
            return 1
        options.one.write_text(json.dumps({**found, "figures": [asdict(f) for f in figures(found)]}))
        return 0
    about = report.machine()
    lines: list[Figure] = []
    errors: list[str] = []
    for part in [options.part] if options.part else PARTS:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "found.json"
            code = on(
                "sqlite" if part == "sqlite" else "postgresql",
                "tests.faults",
                *given,
                "--part",
                part,
                "--one",
                str(target),
            )
            if code == UNAVAILABLE:
                errors.append(f"NOT EXAMINED, {part}: there is no PostgreSQL here; see the message above")
            elif code or not target.exists():
                errors.append(f"{part}: the run did not end well (exit code {code})")
            else:
                found = json.loads(target.read_text())
                part_figures = [Figure(**figure) for figure in found["figures"]]
                lines += part_figures
                say(f"\n{part}: differences by kind: {found['kinds'] or 'none'}")
                for text in [*found["differences"][:8], *found["errors"], *found["jobs"].get("other", [])]:
                    say(f"  {text}")
    say("\n" + report.figures_table(lines))
    failed = [figure.name for figure in lines if not figure.ok]
    for name in failed:
        say(f"\nFAILED {name}")
    for error in errors:
        say(f"\nERROR {error}")
    say(f"\n{report.write(options.into, about, lines, errors=errors)}")
    return 1 if errors or failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
