from exams.models.attempts import Attempt, ExtraTime, LateAnswer, Mark, Response, Result
from exams.models.bank import (
    FillBlankQuestion,
    MultipleChoiceQuestion,
    Question,
    QuestionClause,
    QuestionFrozen,
    SingleChoiceQuestion,
    TrueFalseQuestion,
)
from exams.models.sittings import Blueprint, BlueprintRow, Paper, PaperKey, Sitting, marks_text

__all__ = [
    "Attempt",
    "Blueprint",
    "BlueprintRow",
    "ExtraTime",
    "FillBlankQuestion",
    "LateAnswer",
    "Mark",
    "MultipleChoiceQuestion",
    "Paper",
    "PaperKey",
    "Question",
    "QuestionClause",
    "QuestionFrozen",
    "Response",
    "Result",
    "SingleChoiceQuestion",
    "Sitting",
    "TrueFalseQuestion",
    "marks_text",
]
