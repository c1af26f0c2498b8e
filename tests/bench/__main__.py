"""Benchmarks as ratios: each thing beside its lower bound in the same run. See docs/performance.md.

make bench ARGS="--database sqlite"
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.load import report
from tests.load.__main__ import DATABASES, UNAVAILABLE, on, say
from tests.load.report import Figure
from tests.load.system import System, Trouble


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Each thing beside its lower bound.")
    parser.add_argument("--database", choices=DATABASES, help="one only (default: both)")
    parser.add_argument(
        "--quick", action="store_true", help="a few turns on little data: shows that it works, not how fast"
    )
    parser.add_argument(
        "--into", type=Path, default=report.BUILD / "bench.json", help="where the figures go (default build/bench.json)"
    )
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    options = arguments(given)
    if options.one:
        try:
            with System() as system:
                system.call_aloud(
                    "-m", "tests.bench.measure", str(options.one), *(["--quick"] if options.quick else [])
                )
        except Trouble as trouble:
            say(f"\n{trouble}")
            return 1
        return 0
    about = report.machine()
    figures: list[Figure] = []
    errors: list[str] = []
    for database in [options.database] if options.database else DATABASES:
        say(f"{database}:")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "figures.json"
            code = on(database, "tests.bench", *given, "--one", str(target))
            if code == UNAVAILABLE:
                errors.append("NOT MEASURED ON POSTGRESQL: there is none here; see the message above")
            elif code or not target.exists():
                errors.append(f"{database}: the run did not end well (exit code {code})")
            else:
                figures += [Figure(**figure) for figure in json.loads(target.read_text())]
    say("\n" + report.figures_table(figures))
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
