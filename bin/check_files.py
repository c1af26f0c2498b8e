"""What no linter knows: names of migrations, the plain folder site/, and scripts that the oldest phones can read."""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ESBUILD = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
NODE = ROOT / ".venv" / "bin" / "node"
# WeChat's built-in browser on phones that learners have.
OLDEST = "chrome80"


def tracked(*patterns: str) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()]


def built(path: str, target: str) -> tuple[str, str]:
    """esbuild's rendering of a script for a target, and its complaints."""
    answer = subprocess.run(
        [str(NODE), str(ESBUILD), path, f"--target={target}", "--log-level=warning", "--log-limit=0", "--charset=utf8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout, answer.stderr if answer.returncode else ""


def too_new(path: str) -> str | None:
    """esbuild rewrites what the target cannot read; where that changes the script, the script is too new for it."""
    (newest, broken), (oldest, refused) = built(path, "esnext"), built(path, OLDEST)
    if broken or refused:
        return f"{path}: {broken or refused}"
    if newest == oldest:
        return None
    lines = difflib.unified_diff(
        newest.splitlines(), oldest.splitlines(), "as written", f"as {OLDEST} needs it", lineterm="", n=0
    )
    return "\n".join([f"{path}: newer than {OLDEST} can read", *list(lines)[:12]])


def main() -> int:
    complaints = [f"{name}: name this migration by hand" for name in tracked("*/migrations/*_auto_*.py")]
    if (ROOT / "site" / "__init__.py").exists():
        complaints.append("site/__init__.py: site/ is a plain folder, the name of the package belongs to Python")
    complaints += filter(None, map(too_new, tracked("*/static/*.js")))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
