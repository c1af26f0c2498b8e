from exams.services.attempts import (
    Started,
    attempt_close_overdue,
    attempt_extend,
    attempt_force_submit,
    attempt_resume,
    attempt_start,
    attempt_submit,
    attempts_close_overdue,
    grace,
)
from exams.services.blueprints import Row, blueprint_save, exam_delete
from exams.services.extra_time import extra_time_grant, extra_time_withdraw
from exams.services.questions import (
    QuestionDraft,
    draft_problems,
    question_create,
    question_revise,
    question_set_state,
)
from exams.services.releasing import results_release, results_waiting
from exams.services.sittings import (
    SittingPlan,
    sitting_close,
    sitting_delete,
    sitting_extend,
    sitting_open,
    sitting_save,
    sittings_close_finished,
)

__all__ = [
    "QuestionDraft",
    "Row",
    "SittingPlan",
    "Started",
    "attempt_close_overdue",
    "attempt_extend",
    "attempt_force_submit",
    "attempt_resume",
    "attempt_start",
    "attempt_submit",
    "attempts_close_overdue",
    "blueprint_save",
    "draft_problems",
    "exam_delete",
    "extra_time_grant",
    "extra_time_withdraw",
    "grace",
    "question_create",
    "question_revise",
    "question_set_state",
    "results_release",
    "results_waiting",
    "sitting_close",
    "sitting_delete",
    "sitting_extend",
    "sitting_open",
    "sitting_save",
    "sittings_close_finished",
]
