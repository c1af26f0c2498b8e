"""Imports a folder of laws without writing and compares what is found with its EXPECTED.tsv (file, chapters, sections,
articles)."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COUNTED = {"chapters": "chapter", "sections": "section", "articles": "article"}


def counts(path: Path) -> dict[str, int] | str:
    answer = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "import_standard", str(path), "--dry-run", "--json"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": os.environ.get("VAR_DIR", str(ROOT / "var" / "tests"))},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        return f"exit code {answer.returncode}: {(answer.stderr or answer.stdout).strip()[-800:]}"
    kinds = Counter(clause["kind"] for clause in json.loads(answer.stdout)["clauses"])
    return {name: kinds[kind] for name, kind in COUNTED.items()}


def main(folder: Path) -> int:
    if not any(ROOT.glob("*/management/commands/import_standard.py")):
        print("import_standard does not exist yet: nothing to compare.")
        return 0
    wrong = 0
    with (folder / "EXPECTED.tsv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    for row in rows:
        expected = {name: int(row[name]) for name in COUNTED}
        found = counts(folder / row["file"])
        wrong += found != expected
        print(
            f"{'ok   ' if found == expected else 'WRONG'} {row['file']}: {found if found == expected else f'{found}, expected {expected}'}"
        )
    print(f"{len(rows) - wrong} of {len(rows)} laws import with the expected chapters, sections and articles.")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
