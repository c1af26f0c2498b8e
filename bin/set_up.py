"""Brings a checkout to the point where it runs. Each step leaves a digest of what it was made from and is skipped while that
digest still fits, so that starting again costs almost nothing.

    bin/setup            system packages, virtual environment, front-end assets, translations, database, static files
    bin/setup --demo     the same, and demonstration data into an empty database
    bin/setup --tests    what the tests need besides: Chromium and PostgreSQL; no database, no static files
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import itertools
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
STAMPS = VAR / "stamps"
LOGS = VAR / "log"
NODE_MODULES = ROOT / "node_modules"
REQUIREMENTS = ROOT / "requirements.txt"

# name -> why
SYSTEM = {
    "libpango-1.0-0": "WeasyPrint: text layout of the certificate",
    "libpangoft2-1.0-0": "WeasyPrint: fonts",
    "libharfbuzz-subset0": "WeasyPrint: only the used characters of a font go into the PDF",
    "fonts-hanazono": "rare characters in names",
    "fonts-noto-cjk": "Chinese in a browser on this machine",
    "gettext": "translations",
}
FOR_TESTS = {"chromium": "the browser tests"}
POSTGRES = {"postgresql": "the tests on PostgreSQL"}
# The same Chromium without a window's frame around each page, which costs more than the page.
LEAN_CHROMIUM = {"chromium-headless-shell": "the browser tests in half the time"}

# The package holds eight weights of 14 MB each; the certificate uses two.
FONT_WEIGHTS = {"400Regular", "700Bold"}


class Stop(Exception):
    """Set-up cannot go on; the message says why and what to do."""


# --- showing what takes long ------------------------------------------------------------------------------------------


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


# --- what was made from what ------------------------------------------------------------------------------------------


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


# --- the steps --------------------------------------------------------------------------------------------------------


def installed(names: Iterable[str]) -> set[str]:
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}


def system_packages(*, tests: bool) -> None:
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        print(
            "Note: this is no Debian or Ubuntu. Please see to it yourself that these are installed: "
            + "; ".join(f"{name} ({why})" for name, why in {**SYSTEM, **(FOR_TESTS if tests else {})}.items()),
            flush=True,
        )
        return
    needed = dict(SYSTEM)
    if not importlib.util.find_spec("ensurepip"):
        needed[f"python3.{sys.version_info.minor}-venv"] = "the virtual environment"
    wished: dict[str, str] = {}
    if tests:
        if not find_chromium() and not is_ubuntu():  # Ubuntu has it as a snap only; see browser()
            needed |= FOR_TESTS
        if not is_ubuntu() and not os.environ.get("CHROMIUM"):
            wished |= LEAN_CHROMIUM
        if not find_postgres():
            wished |= POSTGRES
    have = installed({**needed, **wished})
    missing = [name for name in needed if name not in have]
    optional = [name for name in wished if name not in have]
    if not missing and not optional:
        return

    install = ["apt-get", "install", "--yes", "--no-install-recommends"]
    command = f"sudo apt-get update && sudo {shlex.join([*install, *missing, *optional])}"
    become = may_install()
    if become is None:
        if missing:
            raise Stop(
                "System packages are missing:\n"
                + "".join(f"  {name}: {needed[name]}\n" for name in missing)
                + f"Neither root nor sudo without a password is at hand here. Please run:\n\n    {command}\n\nand then start again."
            )
        return  # bin/test says loudly what stays untested
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", *install]
    try:
        call([*become, "apt-get", "update"], title="Lists of system packages", log="apt-update")
    except Stop as refusal:
        if missing:
            raise
        print(refusal, file=sys.stderr, flush=True)
    if missing:
        call([*apt, *missing], title=f"System packages: {' '.join(missing)}", log="apt", count="^Setting up ")
    for name in optional:  # one by one: what cannot be had keeps nothing else away
        try:
            call([*apt, name], title=f"For the tests: {name}", log=f"apt-{name}", count="^Setting up ")
        except Stop as refusal:
            print(refusal, file=sys.stderr, flush=True)


def may_install() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "\nID=ubuntu\n" in f"\n{release.read_text()}\n"


def find_chromium() -> str | None:
    """A Chromium that can be driven. Ubuntu's chromium-browser is a script that asks for a snap, so it doesn't count."""
    if given := os.environ.get("CHROMIUM"):
        return given
    for name in ("chromium-headless-shell", "chromium", "google-chrome-stable", "google-chrome"):
        if path := shutil.which(name):
            return path
    own = sorted((VAR / "browsers").glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else None


def find_postgres() -> Path | None:
    """The folder of the newest server's programs."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def virtual_environment() -> None:
    version = "{}.{}".format(*sys.version_info)
    with stamped(VENV / "setup-python", version, ready=PYTHON.exists()) as due:
        if due and not same_python(version):
            shutil.rmtree(VENV, ignore_errors=True)
            call([sys.executable, "-m", "venv", str(VENV)], title="Virtual environment", log="venv")
    with stamped(VENV / "setup-requirements", digest(files=[REQUIREMENTS])) as due:
        if due:
            total = len(re.findall(r"^[\w.-]+(\[.*\])?==", REQUIREMENTS.read_text(), re.MULTILINE))
            call(
                [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "-r", str(REQUIREMENTS)],
                title="Python packages",
                log="pip",
                count="^(Collecting|Processing|Ignoring|Requirement already satisfied)",
                total=total,
                PIP_DISABLE_PIP_VERSION_CHECK="1",
                PIP_ROOT_USER_ACTION="ignore",
            )


def same_python(version: str) -> bool:
    if not PYTHON.exists():
        return False
    ask = [str(PYTHON), "-c", "import sys, pip; print('{}.{}'.format(*sys.version_info))"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == version


def browser() -> None:
    """Where the system has no Chromium of its own (Ubuntu), the one that Playwright brings, kept in var/browsers."""
    if find_chromium():
        return
    place = ["env", f"PLAYWRIGHT_BROWSERS_PATH={VAR / 'browsers'}"]
    install = [str(PYTHON), "-m", "playwright", "install", "--with-deps", "--no-shell", "chromium"]
    call(
        [*(may_install() or []), *place, *install],
        title="Chromium for the browser tests",
        log="chromium",
    )


def front_end() -> None:
    wanted = [ROOT / "package.json", ROOT / "package-lock.json"]
    with stamped(NODE_MODULES / "setup-packages", digest(sorted(FONT_WEIGHTS), files=wanted)) as due:
        if not due:
            return
        call(
            [str(VENV / "bin" / "npm"), "ci", "--no-progress"],
            title="Front-end assets",
            log="npm",
            PATH=f"{VENV / 'bin'}:{os.environ['PATH']}",
        )
        fonts = NODE_MODULES / "@expo-google-fonts" / "noto-serif-sc"
        for weight in fonts.iterdir():
            if weight.is_dir() and weight.name not in FONT_WEIGHTS:
                shutil.rmtree(weight)


def manage(*arguments: str, title: str, log: str, count: str = "") -> None:
    call([str(PYTHON), "manage.py", *arguments], title=title, log=log, count=count)


def translations() -> None:
    texts = sources("locale*/*/LC_MESSAGES/*.po")
    if not texts:
        return
    ready = all(text.with_suffix(".mo").exists() for text in texts)
    with stamped(STAMPS / "translations", digest(files=texts), ready=ready) as due:
        if due:
            ignored = [f"--ignore={name}" for name in (".venv", "node_modules", "var", "build")]
            manage("compilemessages", *ignored, title="Translations", log="messages")


def sqlite_path() -> Path | None:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return VAR / "db.sqlite3"
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def database_state() -> str:
    """What is applied, read without starting Django; "" where that cannot be told cheaply, so that nothing is skipped."""
    path = sqlite_path()
    if path is None or not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            return digest(connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall())
    except sqlite3.Error:
        return ""


def database() -> None:
    code = digest(os.environ.get("DATABASE_URL", ""), files=[REQUIREMENTS, *sources("**/migrations/*.py")])
    stamp, state = STAMPS / "database", database_state()
    if state and stamp.exists() and json.loads(stamp.read_text()) == [code, state]:
        return
    manage("migrate", "--noinput", title="Database", log="migrate", count="Applying ")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps([code, database_state()]))
    (STAMPS / "demonstration").unlink(missing_ok=True)  # perhaps a new, empty database


def static_files() -> None:
    if switched_on("DEBUG", False):
        return  # served from where they lie
    settings = ROOT / "site" / "config" / "settings.py"
    made = digest(
        digest(files=sources("static/**/*"), contents=False), files=[REQUIREMENTS, settings, ROOT / "package-lock.json"]
    )
    with stamped(STAMPS / "static", made, ready=(VAR / "static" / "staticfiles.json").exists()) as due:
        if due:
            manage("collectstatic", "--noinput", title="Static files", log="static")


EMPTY = """
import django; django.setup()
from people.models import Member
raise SystemExit(3 if Member.objects.exists() else 0)
"""


def switched_on(name: str, default: bool) -> bool:
    given = os.environ.get(name, "").strip().lower()
    return default if not given else given in {"1", "true", "yes", "on", "y", "t"}


def demonstration() -> None:
    if not switched_on("DEMONSTRATION", not switched_on("PRODUCTION", False)):
        return
    if not sources("**/management/commands/load_demo.py"):
        return
    stamp, state = STAMPS / "demonstration", database_state()
    if state and stamp.exists() and stamp.read_text() == str(sqlite_path()):
        return
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "DJANGO_SETTINGS_MODULE": "config.settings"}
    answer = subprocess.run([str(PYTHON), "-c", EMPTY], cwd=ROOT, env=environment, check=False).returncode
    if answer not in (0, 3):
        raise Stop("The database could not be read; see the message above.")
    if answer == 0:
        print("Demonstration data (once):", flush=True)
        # It shows its own progress.
        if subprocess.run([str(PYTHON), "manage.py", "load_demo"], cwd=ROOT, check=False).returncode:
            raise Stop("Loading the demonstration data failed; see the message above.")
    stamp.write_text(str(sqlite_path()))


def one_at_a_time() -> None:
    (ROOT / "var").mkdir(exist_ok=True)
    lock = os.open(ROOT / "var" / "setup.lock", os.O_CREAT | os.O_RDWR, 0o644)  # let go of by the end of the process
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another set-up of this checkout is under way; waiting for it.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up this checkout.")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--demo", action="store_true", help="also load demonstration data into an empty database")
    kind.add_argument("--tests", action="store_true", help="what the tests need, instead of a database")
    kind.add_argument("--print-chromium", action="store_true", help="print where Chromium is, and nothing else")
    options = parser.parse_args()
    if options.print_chromium:
        print(find_chromium() or "")
        return 0
    try:
        one_at_a_time()
        system_packages(tests=options.tests)
        virtual_environment()
        front_end()
        translations()
        if options.tests:
            browser()
        else:
            database()
            static_files()
            if options.demo:
                demonstration()
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Starting again goes on where this ended.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
