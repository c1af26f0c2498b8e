"""Every write of courses that means something. Callers import from here; the modules below are by stage of life."""

from courses.services.building import (
    clause_groups,
    course_from_clauses,
    lesson_clauses_sync,
    lesson_outline,
    unique_slug,
)
from courses.services.learning import (
    CheckVerdict,
    check_answer,
    check_blocks,
    check_mark,
    completion_announce,
    completions_announce,
    completions_catch_up,
    completions_catch_up_all,
    enrolment_ensure,
    lesson_pass,
    missing_checks,
    position_save,
    progress_ensure,
)
from courses.services.refused import CourseRefused
from courses.services.rights import (
    REVIEW,
    TRAINER_GROUP,
    catalogue_ensure,
    review_ensure,
    trainer_group_ensure,
    trainer_group_sync,
)

__all__ = [
    "REVIEW",
    "TRAINER_GROUP",
    "CheckVerdict",
    "CourseRefused",
    "catalogue_ensure",
    "check_answer",
    "check_blocks",
    "check_mark",
    "clause_groups",
    "completion_announce",
    "completions_announce",
    "completions_catch_up",
    "completions_catch_up_all",
    "course_from_clauses",
    "enrolment_ensure",
    "lesson_clauses_sync",
    "lesson_outline",
    "lesson_pass",
    "missing_checks",
    "position_save",
    "progress_ensure",
    "review_ensure",
    "trainer_group_ensure",
    "trainer_group_sync",
    "unique_slug",
]
