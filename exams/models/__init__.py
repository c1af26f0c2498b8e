from exams.models.attempts import Attempt, ExtraTime, LateAnswer, Mark, Response, Result, ResultClause
from exams.models.bank import Question, QuestionClause, QuestionCounter, QuestionFrozen
from exams.models.blueprints import BlueprintFrozen, BlueprintRow, BlueprintVersion, Exam, Form, FormKey, marks_text
from exams.models.marking import AnswerToMark
from exams.models.sittings import Sitting, SittingForm
from exams.types.registry import discover_models

discover_models()

__all__ = [
    "AnswerToMark",
    "Attempt",
    "BlueprintFrozen",
    "BlueprintRow",
    "BlueprintVersion",
    "Exam",
    "ExtraTime",
    "Form",
    "FormKey",
    "LateAnswer",
    "Mark",
    "Question",
    "QuestionClause",
    "QuestionCounter",
    "QuestionFrozen",
    "Response",
    "Result",
    "ResultClause",
    "Sitting",
    "SittingForm",
    "marks_text",
]
