"""Imports a folder of laws without writing and compares what is found with its EXPECTED.tsv (file, chapters, sections,
articles). One process for all of them: most of the time would go into starting Django."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COUNTED = {"chapters": "chapter", "sections": "section", "articles": "article"}


def prepare() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("VAR_DIR", str(ROOT / "var" / "tests"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def counts(path: Path) -> dict[str, int] | str:
    from django.core.management import CommandError, call_command

    answer = io.StringIO()
    try:
        call_command("import_standard", path, dry_run=True, json=True, stdout=answer, stderr=io.StringIO())
    except CommandError as error:
        return str(error)
    kinds = Counter(clause["kind"] for clause in json.loads(answer.getvalue())["clauses"])
    return {name: kinds[kind] for name, kind in COUNTED.items()}


def main(folder: Path) -> int:
    prepare()
    wrong = 0
    with (folder / "EXPECTED.tsv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    for row in rows:
        expected = {name: int(row[name]) for name in COUNTED}
        found = counts(folder / row["file"])
        wrong += found != expected
        print(f"{'ok   ' if found == expected else 'WRONG'} {row['file']}: {found}")
        if found != expected:
            print(f"      expected {expected}")
    print(f"{len(rows) - wrong} of {len(rows)} laws import with the expected chapters, sections and articles.")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
