"""Figures as people and programs read them: percentiles, a table, build/*.json."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from argon2.low_level import Type, hash_secret

from tests.load.system import ROOT

BUILD = ROOT / "build"


@dataclass(frozen=True)
class Figure:
    """One line of build/*.json. `bound` is what the same run measured as the least possible, `ratio` their quotient."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    ratio: float | None = None
    goal: str = ""
    ok: bool = True


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of all lies (nearest rank)."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def machine() -> dict[str, Any]:
    model = ""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
        memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
        memory_mb = int(memory.split()[1]) // 1024
    except (OSError, StopIteration):
        memory_mb = 0
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "memory_mb": memory_mb,
        "system": platform.platform(),
        "python": platform.python_version(),
        # Well above 0, or a hash that costs more than in another run: others were at work, the figures are too low.
        "load_before": round(os.getloadavg()[0], 2),
        "hash_ms": hash_ms(),
    }


def hash_ms() -> float:
    """CPU milliseconds for one password hash, the middle one of a few."""
    taken = []
    for _turn in range(9):
        began = time.thread_time()
        hash_secret(b"password", b"salt" * 4, 2, 19 * 1024, 1, 32, Type.ID)
        taken.append((time.thread_time() - began) * 1000)
    return round(median(taken), 2)


def commit() -> str:
    answer = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def write(path: Path, about: dict[str, Any], figures: Sequence[Figure], **more: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "machine": about,
        "commit": commit(),
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "results": [asdict(figure) for figure in figures],
        **more,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return path


def rounded(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Plain text; the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines = []
    for row in (heads, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def figures_table(figures: Sequence[Figure]) -> str:
    rows = [
        [
            figure.name,
            f"{rounded(figure.value)} {figure.unit}",
            "" if figure.bound is None else f"{rounded(figure.bound)} {figure.unit}",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.goal,
            "" if not figure.goal else "yes" if figure.ok else "MISSED",
        ]
        for figure in figures
    ]
    return table(["", "value", "bound", "ratio", "goal", "reached"], rows)
