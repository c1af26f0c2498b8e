"""Brings a checkout to the point where it runs. Each step leaves a digest of what it was made from and is skipped while that
digest still fits, so that starting again costs almost nothing.

    bin/setup            system packages, virtual environment, front-end assets, translations, database, static files
    bin/setup --demo     the same, and demonstration data into an empty database
    bin/setup --tests    what the tests need besides: Chromium and PostgreSQL; no database, no static files
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from machine import find_chromium, may_install, system_packages
from step import ROOT, VAR, Stop, call, digest, sources, stamped

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VAR / "stamps"
NODE_MODULES = ROOT / "node_modules"
REQUIREMENTS = ROOT / "requirements.txt"

# The package holds eight weights of 14 MB each; the certificate uses two.
FONT_WEIGHTS = {"400Regular", "700Bold"}


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
