"""What a call costs in a process of its own, so that a runaway ends there."""

from __future__ import annotations

import gc
import os
import resource
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSOR_SECONDS = 20  # what is linear takes about one; what grows with the square of its length takes minutes
PATIENCE = 120  # seconds for a child that waits instead of working


def forked(call: Callable[[], object]) -> int:
    """The process id of a child that makes the call and ends, whatever the call does."""
    child = os.fork()
    if child:
        return child
    try:
        # Objects of the parent are never cleared away here: to close one of its pools the child would wait for locks that
        # threads of the parent held, and it has none of these threads.
        gc.freeze()
        call()
    finally:
        os._exit(0)


def ended(child: int) -> None:
    """AssertionError when the child has not ended in time; it is killed then."""
    deadline = time.monotonic() + PATIENCE
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise AssertionError(f"the process stood still for {PATIENCE} s")
        time.sleep(0.01)


def growth(call: Callable[[], object]) -> float:
    """By how many MB the call makes its process grow.

    AssertionError when its processor time runs out, when it stands still, or when it raises.
    """
    receiving, sending = os.pipe()

    def measured() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        call()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(sending, f"{grown / 1024}".encode())

    child = forked(measured)
    os.close(sending)
    with os.fdopen(receiving) as pipe:
        ended(child)
        megabytes = pipe.read()
    assert megabytes, f"failed, or needs more than {PROCESSOR_SECONDS} s of processor time"
    return float(megabytes)
