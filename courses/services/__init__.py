"""Every write of courses that means something. Callers import from here; the modules below are by stage of life."""

from courses.services.building import (
    clause_groups,
    course_from_clauses,
    lesson_clauses_sync,
    lesson_outline,
    unique_slug,
)
from courses.services.enrolling import (
    Assigned,
    assign_to_course,
    assign_to_members,
    course_assign_later,
    enrolment_again,
    enrolment_assign,
    enrolment_begin,
)
from courses.services.learning import (
    CheckVerdict,
    check_answer,
    check_blocks,
    check_mark,
    completions_catch_up,
    completions_catch_up_all,
    lesson_pass,
    missing_checks,
    position_save,
    progress_ensure,
)
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
    "Assigned",
    "CheckVerdict",
    "assign_to_course",
    "assign_to_members",
    "catalogue_ensure",
    "check_answer",
    "check_blocks",
    "check_mark",
    "clause_groups",
    "completions_catch_up",
    "completions_catch_up_all",
    "course_assign_later",
    "course_from_clauses",
    "enrolment_again",
    "enrolment_assign",
    "enrolment_begin",
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
