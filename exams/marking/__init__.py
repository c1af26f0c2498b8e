from exams.marking.scoring import (
    ChapterScore,
    ClauseScore,
    MarkedSheet,
    QuestionMark,
    Totals,
    chapters_from,
    is_marked_by_people,
    numbers_for_people,
    sheet_mark,
    totals_of,
)

__all__ = [
    "ChapterScore",
    "ClauseScore",
    "MarkedSheet",
    "QuestionMark",
    "Totals",
    "chapters_from",
    "is_marked_by_people",
    "numbers_for_people",
    "sheet_mark",
    "totals_of",
]
