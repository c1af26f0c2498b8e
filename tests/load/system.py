"""The system under load: bin/serve with a data folder and a port of its own, and what its processes cost."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
WORKSHOP = ROOT / "build" / "measured"  # on a disk, not in memory: commits must cost what they cost
STARTS_WITHIN = 120.0
TICKS = os.sysconf("SC_CLK_TCK")
# What is set for a running system must not steer a measurement.
FOREIGN = (
    "DEBUG",
    "PRODUCTION",
    "BASE_URL",
    "HOST",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "STATICFILES_BACKEND",
    "TEST_RUN",
)


class Trouble(Exception):
    """The system or a candidate did not do what it should; the message says what."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds by part."""

    web: float = 0.0
    worker: float = 0.0
    database: float = 0.0

    @property
    def total(self) -> float:
        return self.web + self.worker + self.database

    def __sub__(self, earlier: Cost) -> Cost:
        return Cost(**{f.name: getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)})

    def __add__(self, other: Cost) -> Cost:
        return Cost(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


def processes() -> dict[int, tuple[int, float]]:
    """Process -> (its parent, CPU seconds of it and of those of its children that have ended)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            rest = (entry / "stat").read_text().rpartition(")")[2].split()
            found[int(entry.name)] = (int(rest[1]), sum(map(int, rest[11:15])) / TICKS)
    return found


def family_cost(root: int, table: dict[int, tuple[int, float]]) -> float:
    children: dict[int, list[int]] = {}
    for pid, (parent, _cost) in table.items():
        children.setdefault(parent, []).append(pid)
    cost, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        cost += table.get(pid, (0, 0.0))[1]
        waiting += children.get(pid, [])
    return cost


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def digest_of(sources: Iterable[Path]) -> str:
    stats = [
        (str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(set(sources)) if path.is_file()
    ]
    return hashlib.sha256(repr(stats).encode()).hexdigest()


@contextlib.contextmanager
def made_once(name: str, sources: Iterable[Path]) -> Iterator[Path | None]:
    """A folder that all runs share: given to be filled when it is not there or a source has changed, else None."""
    folder, digest = WORKSHOP / name, digest_of([*sources, ROOT / "requirements.txt"])
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    with (WORKSHOP / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when the file is closed
        stamp = folder / "digest"
        if stamp.exists() and stamp.read_text() == digest:
            yield None
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        yield folder
        stamp.write_text(digest)


def static_folder() -> Path:
    """The collected static files."""
    sources = [ROOT / "package-lock.json"]
    for pattern in ("*/static/**/*", "site/*/static/**/*", "site/static/**/*"):
        sources += ROOT.glob(pattern)
    with made_once("collected", sources) as folder:
        if folder is not None:
            environment = {**clean_environment(), "VAR_DIR": str(folder)}
            call("manage.py", "collectstatic", "--noinput", environment=environment)
    return WORKSHOP / "collected" / "static"


def migrated() -> Path:
    """A SQLite file with all tables and no rows but those of the migrations: making it takes longer than a short run."""
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("site/*/migrations/*.py")]
    with made_once("migrated", sources) as folder:
        if folder is not None:
            url = f"sqlite:///{folder / 'db.sqlite3'}"
            environment = {**clean_environment(), "VAR_DIR": str(folder), "DATABASE_URL": url}
            call("manage.py", "migrate", "--noinput", environment=environment)
            # One file, without its journal beside it.
            with contextlib.closing(sqlite3.connect(folder / "db.sqlite3")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return WORKSHOP / "migrated" / "db.sqlite3"


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "DJANGO_SETTINGS_MODULE": "config.settings"}


def call(*command: str, environment: dict[str, str], aloud: bool = False) -> str:
    """One of our Python programs; gives back its standard output, or lets it be seen. Raises Trouble with its last words."""
    answer = subprocess.run(
        [str(PYTHON), *command],
        cwd=ROOT,
        env=environment,
        stdout=None if aloud else subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if answer.returncode:
        raise Trouble(f"{' '.join(command)} failed:\n{answer.stderr[-3000:] or answer.stdout[-3000:]}")
    return answer.stdout or ""


class System:
    """`with System() as system:` an empty, migrated database and, after start(), the whole system on 127.0.0.1.

    The database is the one in DATABASE_URL when that is PostgreSQL (bin/with-postgres gives it), else a SQLite file.
    """

    def __init__(self, **extra: str) -> None:
        WORKSHOP.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=WORKSHOP))
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        url = os.environ.get("DATABASE_URL", "")
        self.on_postgres = url.startswith("postgres")
        if not self.on_postgres:
            url = f"sqlite:///{self.folder / 'db.sqlite3'}"
        self.environment = {
            **clean_environment(),
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **extra,
        }
        self.log = self.folder / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> System:
        try:
            (self.folder / "static").symlink_to(static_folder())
            if not self.on_postgres:
                shutil.copy(migrated(), self.folder / "db.sqlite3")
            self.call("manage.py", "migrate", "--noinput")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, *command: str) -> str:
        return call(*command, environment=self.environment)

    def call_aloud(self, *command: str) -> None:
        call(*command, environment=self.environment, aloud=True)

    def data(self, *command: str) -> dict[str, Any]:
        return dict(json.loads(self.call("-m", "tests.load.data", *command)))

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "bin" / "serve"), "--with-parent"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the driver; it stops the system in order
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while "Ctrl-C" not in self.log.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"The system did not start:\n{self.last_words()}")
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()  # the kernel ends its children
                self.process.wait()
        self.process = None

    def last_words(self, most: int = 3000) -> str:
        return self.log.read_text(errors="replace")[-most:] if self.log.exists() else ""

    def pid(self, name: str) -> int:
        """Of «web», «worker» or «scheduler»; 0 between an end and a new start."""
        try:
            return int((self.folder / "run" / f"{name}.pid").read_text() or 0)
        except (OSError, ValueError):
            return 0

    def children_of(self, pid: int) -> list[int]:
        return [child for child, (parent, _cost) in processes().items() if parent == pid]

    def postgres_pid(self) -> int:
        """Of the server's first process, a child of bin/with-postgres beside this program."""
        keeper = int(os.environ.get("WITH_POSTGRES_PID", "0"))
        for pid in self.children_of(keeper) if keeper else []:
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                    return pid
        return 0

    def cost(self) -> Cost:
        table = processes()
        worker = family_cost(self.pid("worker"), table) + family_cost(self.pid("scheduler"), table)
        database = family_cost(self.postgres_pid(), table) if self.on_postgres else 0.0
        return Cost(web=family_cost(self.pid("web"), table), worker=worker, database=database)

    def restart_postgres(self, *, crash: bool) -> None:
        os.kill(int(os.environ["WITH_POSTGRES_PID"]), signal.SIGUSR2 if crash else signal.SIGUSR1)
