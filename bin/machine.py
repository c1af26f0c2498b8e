"""What the machine itself must have: system packages, a Chromium and PostgreSQL for the tests."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from step import VAR, Stop, call

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
