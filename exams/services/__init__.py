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
)
from exams.services.blueprints import BlueprintRefused, Row, blueprint_save, exam_delete
from exams.services.extra_time import ExtraTimeRefused, extra_time_grant, extra_time_withdraw
from exams.services.marking import response_mark
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
    SittingRefused,
    sitting_close,
    sitting_delete,
    sitting_extend,
    sitting_open,
    sitting_save,
    sittings_close_finished,
)

__all__ = [
    "AttemptRefused",
    "BlueprintRefused",
    "ExtraTimeRefused",
    "QuestionDraft",
    "Row",
    "SittingPlan",
    "SittingRefused",
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
    "response_mark",
    "results_release",
    "results_waiting",
    "sitting_close",
    "sitting_delete",
    "sitting_extend",
    "sitting_open",
    "sitting_save",
    "sittings_close_finished",
]
