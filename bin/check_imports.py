"""No circle of imports between modules, those inside functions included: two modules that need each other are one module, or lack a
third one below them. Imports for types alone (TYPE_CHECKING) don't count; they don't exist when the program runs."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]


def imports(packages: list[str]) -> dict[str, set[str]]:
    """Module -> the modules of these packages that it imports, wherever in its text. The packages must be importable."""
    graph = grimp.build_graph(*packages, exclude_type_checking_imports=True, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def circles(imported: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules of which each reaches each other one (Tarjan's strongly connected components)."""
    found: list[list[str]] = []
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        waiting.append(module)
        for other in sorted(imported[module]):
            if other not in order:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in waiting:
                lowest[module] = min(lowest[module], order[other])
        if lowest[module] == order[module]:
            at = waiting.index(module)
            if len(waiting) - at > 1:
                found.append(sorted(waiting[at:]))
            del waiting[at:]

    for module in sorted(imported):
        if module not in order:
            visit(module)
    return found


def main() -> int:
    with (ROOT / "pyproject.toml").open("rb") as file:
        packages = tomllib.load(file)["tool"]["importlinter"]["root_packages"]
    imported = imports(packages)
    for circle in circles(imported):
        print("These modules import each other in a circle:", file=sys.stderr)
        for module in circle:
            others = ", ".join(sorted(imported[module].intersection(circle)))
            print(f"    {module} imports {others}", file=sys.stderr)
    return 1 if circles(imported) else 0


if __name__ == "__main__":
    sys.exit(main())
