from __future__ import annotations

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What `make test` has to say besides this run (see bin/test) stands right above pytest's own closing line."""
    if note := os.environ.get("TEST_NOTE"):
        terminalreporter.section("NOTE", sep="*", red=True, bold=True)
        terminalreporter.write_line(note, red=True, bold=True)
