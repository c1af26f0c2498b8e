"""Reads a strange file in a process of its own, so that a hostile one ends there: no more memory and processor time than was allowed."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import time
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext as _

from acts import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
# Of 50 MB that a person may send, the readers need a third of this.
MEGABYTES = 2_048
PROCESSOR_SECONDS = 120
SECONDS = 600  # by the clock, on a machine that has other work to do
PIECE = 1 << 20


class TooCostly(Refused):
    """Carries a sentence for the person."""


def read_apart(
    read: Callable[[], T],
    *,
    megabytes: int = MEGABYTES,
    processor_seconds: int = PROCESSOR_SECONDS,
    seconds: float = SECONDS,
) -> T:
    """What `read` gives back, which must not touch the database. Raises what it raises, or TooCostly.

    The process is a fork: it knows what this one knows, and what it does to itself is gone with it.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        _in_child(read, sending, megabytes, processor_seconds)
    os.close(sending)
    try:
        answer = _received(receiving, time.monotonic() + seconds)
    finally:
        os.close(receiving)
        os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
        os.waitpid(child, 0)
    if answer is None:
        raise TooCostly(
            _("读取这个文件用的时间或内存太多，已停止，没有写入任何数据。请只保留需要的内容，另存后重新上传。")
        )
    made, value = answer
    if not made:
        raise value
    return value


def _in_child(read: Callable[[], object], sending: int, megabytes: int, processor_seconds: int) -> None:
    """Never returns; says nothing where it runs out of what it may use."""
    try:
        # What the parent holds is never cleared away here: that may wait for a lock of a thread that this process has not.
        gc.freeze()
        most = _bytes_used() + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            answer = (True, read())
        except MemoryError:
            os._exit(1)
        except Exception as error:  # noqa: BLE001 - raised again in the parent
            answer = (False, _sendable(error))
        with os.fdopen(sending, "wb") as pipe:
            pickle.dump(answer, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def _sendable(error: Exception) -> Exception:
    """Where it happened goes with a fault of ours, for the log: the parent's own lines tell nothing of it."""
    told = "".join(traceback.format_exception(error))
    if not isinstance(error, Refused):
        error.add_note(told)
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - an error may hold anything
        return RuntimeError(told)
    return error


def _bytes_used() -> int:
    """Of address space; a limit counts what the process had before. 0 where the system doesn't say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _received(receiving: int, end: float) -> tuple[bool, Any] | None:
    """None where the child ended, or the time, before all was said."""
    pieces: list[bytes] = []
    waiting = select.poll()
    waiting.register(receiving, select.POLLIN | select.POLLHUP)
    while waiting.poll(max(0.0, end - time.monotonic()) * 1000):
        piece = os.read(receiving, PIECE)
        if piece:
            pieces.append(piece)
            continue
        try:
            return pickle.loads(b"".join(pieces))  # noqa: S301 - from our own child
        except (EOFError, pickle.UnpicklingError):
            return None
    return None
