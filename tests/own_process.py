"""What a call costs in a process of its own, so that a runaway ends there."""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSOR_SECONDS = 20  # what is linear takes about one; what grows with the square of its length takes minutes


def growth(call: Callable[[], object]) -> float:
    """By how many MB the call makes its process grow.

    AssertionError when its processor time runs out, or when it raises.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            call()
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            os.write(sending, f"{grown / 1024}".encode())
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as pipe:
        megabytes = pipe.read()
    os.waitpid(child, 0)
    assert megabytes, f"failed, or needs more than {PROCESSOR_SECONDS} s of processor time"
    return float(megabytes)
