from exams.types.base import LABELS, Line, Part, QuestionType, Reviewed
from exams.types.registry import all_types, register, type_for

__all__ = ["LABELS", "Line", "Part", "QuestionType", "Reviewed", "all_types", "register", "type_for"]
