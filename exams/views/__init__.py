from exams.views.candidate import my_exams, notice, result, review, signed_in, start
from exams.views.room import resume, room, save, submit, take_over

__all__ = [
    "my_exams",
    "notice",
    "result",
    "resume",
    "review",
    "room",
    "save",
    "signed_in",
    "start",
    "submit",
    "take_over",
]
