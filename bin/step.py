"""How each step of the set-up is shown while it runs, and how it is known that it need not run again."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
LOGS = VAR / "log"


class Stop(Exception):
    """Set-up cannot go on; the message says why and what to do."""


class Progress:
    def __init__(self, title: str) -> None:
        self.title, self.detail = title, ""
        self.started = time.monotonic()
        self._done = threading.Event()
        self._live = sys.stdout.isatty()
        self._thread = threading.Thread(target=self._spin, daemon=True)

    def _line(self, mark: str) -> str:
        seconds = f"({time.monotonic() - self.started:.0f} s)"
        return " ".join(filter(None, (mark, self.title, self.detail, seconds)))

    def _spin(self) -> None:
        for mark in itertools.cycle("|/-\\"):
            print(f"\r\033[K{self._line(mark)}", end="", flush=True)
            if self._done.wait(0.2):
                return

    def __enter__(self) -> Progress:
        if self._live:
            self._thread.start()
        else:
            print(f"- {self.title} ...", flush=True)
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self._done.set()
        if self._live:
            self._thread.join()
            print("\r\033[K", end="")
        print(self._line("x" if kind else "✓"), flush=True)


def call(
    command: list[str], *, title: str, log: str, count: str = "", total: int | None = None, **environment: str
) -> None:
    """Run with a line of progress; lines that match `count` move it. The whole output goes to a log, its end to a failure."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"setup-{log}.log"
    with Progress(title) as progress, path.open("w") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
        assert process.stdout
        seen = 0
        try:
            for line in process.stdout:
                out.write(line)
                if count and re.search(count, line):
                    seen += 1
                    progress.detail = f"{seen} of {total}" if total else str(seen)
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
    if code:
        tail = "\n".join(path.read_text().splitlines()[-25:])
        raise Stop(
            f"{tail}\n\n{title}: failed with exit code {code}. The whole output: {path}\nCommand: {shlex.join(command)}"
        )


def digest(*parts: object, files: Iterable[Path] = (), contents: bool = True) -> str:
    made = hashlib.sha256(repr(parts).encode())
    for path in sorted(set(files)):
        stat = path.stat()
        made.update(str(path).encode())
        made.update(path.read_bytes() if contents else f"{stat.st_size} {stat.st_mtime_ns}".encode())
    return made.hexdigest()


@contextmanager
def stamped(stamp: Path, value: str, *, ready: bool = True) -> Iterator[bool]:
    """Yields whether there is something to do, and notes the digest when it was done without an error."""
    current = ready and stamp.exists() and stamp.read_text() == value
    yield not current
    if not current:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(value)


def sources(*patterns: str) -> list[Path]:
    """Files of our own apps; a folder's name is enough to know what is in it."""
    folders = [path for path in (*ROOT.iterdir(), *(ROOT / "site").iterdir()) if path.is_dir()]
    outside = {".venv", ".git", "node_modules", "var", "build", "tests", "docs", "bin"}
    return [
        path
        for folder in folders
        if folder.name not in outside
        for pattern in patterns
        for path in folder.glob(pattern)
        if path.is_file()
    ]
