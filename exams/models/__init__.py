from exams.models.attempts import Attempt, ExtraTime, LateAnswer, Mark, Response, Result
from exams.models.bank import Question, QuestionClause, QuestionFrozen
from exams.models.sittings import Blueprint, BlueprintRow, Paper, PaperKey, Sitting, marks_text
from exams.types.registry import discover_models

discover_models()

__all__ = [
    "Attempt",
    "Blueprint",
    "BlueprintRow",
    "ExtraTime",
    "LateAnswer",
    "Mark",
    "Paper",
    "PaperKey",
    "Question",
    "QuestionClause",
    "QuestionFrozen",
    "Response",
    "Result",
    "Sitting",
    "marks_text",
]
