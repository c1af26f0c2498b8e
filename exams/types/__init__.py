from exams.types import choice, fill_blank, true_false
from exams.types.registry import all_types, register, type_for

# The order of sections on a paper: 单项选择题, 多项选择题, 判断题, 填空题.
SECTION_ORDER = ("single_choice", "multiple_choice", "true_false", "fill_blank")

__all__ = ["SECTION_ORDER", "all_types", "choice", "fill_blank", "register", "true_false", "type_for"]
