"""An exam day: candidates at the real server, as many at once as asked, on PostgreSQL and on SQLite. See docs/performance.md.

make load ARGS="--seconds 10 --levels 1,16 --database postgresql"
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

import django

from tests.load import report
from tests.load.driver import Day, Level, Rush, run_level, run_rush
from tests.load.report import Figure
from tests.load.system import ROOT, System, Trouble

DATABASES = ("postgresql", "sqlite")
STEPS = ("sign-in page", "sign in", "notice", "start", "paper", "save", "submit", "result", "review")
# Goals of the project, on PostgreSQL: 13.6 attempts a second on two cores, 0.14 CPU seconds each, saves at 60 % of the bound.
ATTEMPTS_PER_CORE = 6.8
CPU_PER_ATTEMPT = 0.14
SAVE_OF_BOUND = 0.6
CROWD = 16  # below that the candidates themselves, one after the other, set the pace
FASTEST = 40  # attempts per second that no machine of a few cores exceeds; bounds the number of members
UNAVAILABLE = 75  # exit code of bin/with-postgres


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description="An exam day with many candidates over HTTP.")
    parser.add_argument("--seconds", type=float, default=25.0, help="for each level (default 25)")
    parser.add_argument("--levels", default="1,16,64", help="candidates at once (default 1,16,64)")
    parser.add_argument("--database", choices=DATABASES, help="one only (default: both)")
    parser.add_argument("--most", type=int, default=2000, help="attempts for each level at most (default 2000)")
    parser.add_argument(
        "--into", type=Path, default=report.BUILD / "load.json", help="where the figures go (default build/load.json)"
    )
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # where one database's figures go
    options = parser.parse_args(given)
    options.levels = [int(level) for level in options.levels.split(",")]
    if options.seconds <= 0 or not all(0 < level <= 500 for level in options.levels):
        parser.error("--seconds must be positive, --levels between 1 and 500")
    return options


# --- one database -----------------------------------------------------------------------------------------------------


def measure(options: argparse.Namespace) -> dict[str, Any]:
    most = min(options.most, int(options.seconds * FASTEST) + 100)
    needed = len(options.levels) * most + 2 * sum(options.levels) + 50
    with System(DJANGO_SETTINGS_MODULE="tests.load.settings") as system:
        name = "postgresql" if system.on_postgres else "sqlite"
        say(f"{name}: preparing {needed} members, a bank and a sitting ...")
        made = system.data("make", str(needed))
        system.start()
        day = Day(
            base=system.base,
            sitting=made["sitting"],
            password=made["password"],
            members=iter(made["members"]),
            cost=system.cost,
            settle=lambda: settle(system),
        )
        levels, rushes = asyncio.run(exam_day(day, options, most, name))
        kept = system.data("check")
        attempts = sum(level.attempts for level in levels)
        problems = [
            error
            for watch in [part.watch for part in levels] + [part.watch for part in rushes]
            for error in watch.errors
        ]
        if kept["submitted"] != attempts + WARM_UP or kept["incomplete"]:
            problems.append(f"{attempts + WARM_UP} attempts were completed, but the database holds {kept}")
        if problems:
            say(system.last_words())
    return {"name": name, "figures": figures(name, levels, rushes), "errors": problems, "kept": kept}


WARM_UP = 8


async def exam_day(day: Day, options: argparse.Namespace, most: int, name: str) -> tuple[list[Level], list[Rush]]:
    levels, rushes = [], []
    warm = await run_level(day, 4, 60, WARM_UP)  # imports, templates and papers are read once in a process
    if warm.watch.errors:
        raise Trouble("\n".join(warm.watch.errors))
    for at_once in options.levels:
        level = await run_level(day, at_once, options.seconds, most)
        say(f"\n{name}, {at_once} at once")
        say(level_text(level))
        levels.append(level)
        if level.watch.errors:
            break
        rush = await run_rush(day, at_once, min(options.seconds, 12.0))
        say(rush_text(rush))
        rushes.append(rush)
    return levels, rushes


def settle(system: System) -> None:
    left = system.data("wait", "30")["waiting"]
    if left:
        say(f"{left} events were not told within 30 s; the worker's share is too low by them.")


def figures(name: str, levels: list[Level], rushes: list[Rush]) -> list[Figure]:
    found = []
    is_judged = name == "postgresql"
    wanted = ATTEMPTS_PER_CORE * (os.cpu_count() or 1)
    for level in levels:
        prefix = f"{name}/{level.at_once}"
        crowd = is_judged and level.at_once >= CROWD
        each = max(1, level.attempts)
        cpu = level.cost.total / each
        found += [
            Figure(
                f"{prefix}/attempts",
                level.rate,
                "1/s",
                goal=f">= {wanted:.1f}" if crowd else "",
                ok=not crowd or level.rate >= wanted,
            ),
            Figure(
                f"{prefix}/cpu",
                cpu,
                "s",
                goal=f"<= {CPU_PER_ATTEMPT}" if crowd else "",
                ok=not crowd or cpu <= CPU_PER_ATTEMPT,
            ),
            Figure(f"{prefix}/cpu of web", level.cost.web / each, "s"),
            Figure(f"{prefix}/cpu of worker", level.cost.worker / each, "s"),
            Figure(f"{prefix}/cpu of database", level.cost.database / each, "s"),
            Figure(f"{prefix}/cpu of driver", level.driver / each, "s"),
            Figure(f"{prefix}/cpu of fixed work", level.loop, "ms"),
            Figure(f"{prefix}/errors", len(level.watch.errors), "", goal="0", ok=not level.watch.errors),
        ]
        for step in STEPS:
            times = level.watch.times.get(step, [])
            found += [Figure(f"{prefix}/{step}/p{p}", percentile_ms(times, p), "ms") for p in (50, 95, 99)]
    for rush in rushes:
        prefix = f"{name}/{rush.at_once}"
        ratio = rush.save_rate / rush.bound_rate if rush.bound_rate else 0.0
        found.append(
            Figure(
                f"{prefix}/saves",
                rush.save_rate,
                "1/s",
                bound=rush.bound_rate,
                ratio=ratio,
                goal=f">= {SAVE_OF_BOUND} of bound" if is_judged else "",
                ok=not is_judged or ratio >= SAVE_OF_BOUND,
            )
        )
        for kind in ("save", "bound"):
            alone = rush.watch.times.get(kind, [])
            found += [Figure(f"{prefix}/{kind} alone/p{p}", percentile_ms(alone, p), "ms") for p in (50, 95, 99)]
    return found


def percentile_ms(times: list[float], share: int) -> float:
    return report.percentile(times, share / 100) * 1000


def level_text(level: Level) -> str:
    each = max(1, level.attempts)
    cost = level.cost
    rows = []
    for step in STEPS:
        times = level.watch.times.get(step, [])
        rows.append([step, str(len(times)), *(f"{percentile_ms(times, p):.1f}" for p in (50, 95, 99))])
    return (
        f"  {level.attempts} attempts, {level.rate:.2f}/s, {len(level.watch.errors)} errors; CPU seconds each: "
        f"{cost.total / each:.4f} = web {cost.web / each:.4f} + worker {cost.worker / each:.4f} + database {cost.database / each:.4f}"
        f" (driver {level.driver / each:.4f}; fixed work {level.loop:.2f} ms)\n"
        + report.table(["  step, ms", "times", "p50", "p95", "p99"], [["  " + r[0], *r[1:]] for r in rows])
    )


def rush_text(rush: Rush) -> str:
    ratio = rush.save_rate / rush.bound_rate if rush.bound_rate else 0.0
    return (
        f"  saves of 5 answers {rush.save_rate:.0f}/s ({rush.save_cost.total / max(1, rush.saves) * 1000:.2f} ms CPU each), "
        f"bound {rush.bound_rate:.0f}/s ({rush.bound_cost.total / max(1, rush.bounds) * 1000:.2f} ms CPU each): {ratio:.0%} of the bound"
    )


def say(text: str) -> None:
    print(text, flush=True)


# --- all of them ------------------------------------------------------------------------------------------------------


def on(database: str, module: str, *given: str) -> int:
    """This program again, for one database; a PostgreSQL is made for it and gone afterwards."""
    command = [sys.executable, "-m", module, *given]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT / 'site'}"  # started without make as well
    if database == "postgresql":
        command = [sys.executable, str(ROOT / "bin" / "with-postgres"), "--durable", *command]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    listener = threading.Thread(target=pass_on, args=(process.stderr,))
    listener.start()
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait(60)  # it had the same Ctrl-C and is stopping what it started
        raise
    finally:
        listener.join()


def pass_on(stream: IO[bytes]) -> None:
    """Messages of the run, without PostgreSQL's remarks that it is starting: bin/with-postgres asks it until it has started."""
    for line in stream:
        if not re.search(rb"FATAL:  the database system is |DETAIL:  Consistent recovery state", line):
            sys.stderr.buffer.write(line)
            sys.stderr.flush()


def main(given: list[str]) -> int:
    options = arguments(given)
    if options.one:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()  # the candidates ask the question types how an answer may look
        try:
            found = measure(options)
        except Trouble as trouble:
            say(f"\n{trouble}")
            return 1
        options.one.write_text(json.dumps({**found, "figures": [report.asdict(f) for f in found["figures"]]}))
        return 0
    about = report.machine()
    figures: list[Figure] = []
    errors: list[str] = []
    for database in [options.database] if options.database else DATABASES:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "figures.json"
            code = on(database, "tests.load", *given, "--one", str(target))
            if code == UNAVAILABLE:
                errors.append("NOT MEASURED ON POSTGRESQL: there is none here; see the message above")
            elif code or not target.exists():
                errors.append(f"{database}: the run did not end well (exit code {code})")
            else:
                found = json.loads(target.read_text())
                figures += [Figure(**figure) for figure in found["figures"]]
                errors += [f"{database}: {error}" for error in found["errors"]]
    say("\n" + report.figures_table([f for f in figures if "/p" not in f.name]))
    missed = [figure.name for figure in figures if not figure.ok]
    if missed:
        say(f"\nGoals missed: {', '.join(missed)}")
    for error in errors:
        say(f"\nERROR {error}")
    say(f"\n{report.write(options.into, about, figures, errors=errors)}")
    return 1 if errors else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
