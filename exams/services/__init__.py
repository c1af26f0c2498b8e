from exams.services.attempts import (
    AttemptRefused,
    Started,
    attempt_close_overdue,
    attempt_extend,
    attempt_force_submit,
    attempt_resume,
    attempt_start,
    attempt_submit,
    attempts_close_overdue,
    grace,
    results_announce,
)
from exams.services.sittings import (
    SittingRefused,
    sitting_close,
    sitting_extend,
    sitting_open,
    sittings_close_finished,
)

__all__ = [
    "AttemptRefused",
    "SittingRefused",
    "Started",
    "attempt_close_overdue",
    "attempt_extend",
    "attempt_force_submit",
    "attempt_resume",
    "attempt_start",
    "attempt_submit",
    "attempts_close_overdue",
    "grace",
    "results_announce",
    "sitting_close",
    "sitting_extend",
    "sitting_open",
    "sittings_close_finished",
]
