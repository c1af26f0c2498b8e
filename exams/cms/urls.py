from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path

from exams.cms import blueprints, extra_time, questions, sittings
from exams.cms.pages import trainers_only

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "exams_cms"


def door(route: str, view: Any, name: str) -> URLPattern:
    return path(route, trainers_only(view), name=name)


SITTING = "sittings/<str:code>/"
ATTEMPT = f"{SITTING}attempts/<str:attempt_code>/"

urlpatterns = [
    door("questions/", questions.QuestionList.as_view(), "questions"),
    door("questions/results/", questions.QuestionList.as_view(results_only=True), "questions_results"),
    door("questions/add/<str:kind>/", questions.question_add, "question_add"),
    door("questions/<int:pk>/", questions.question_edit, "question"),
    door("questions/<int:pk>/state/", questions.question_state, "question_state"),
    door("blueprints/", blueprints.blueprint_list, "blueprints"),
    door("blueprints/add/", blueprints.blueprint_edit, "blueprint_add"),
    door("blueprints/<str:code>/", blueprints.blueprint_edit, "blueprint"),
    door("blueprints/<str:code>/delete/", blueprints.exam_delete, "blueprint_delete"),
    door("blueprints/<str:code>/sample/", blueprints.blueprint_sample, "blueprint_sample"),
    door("sittings/", sittings.sitting_list, "sittings"),
    door("sittings/add/", sittings.sitting_edit, "sitting_add"),
    door(SITTING, sittings.sitting_page, "sitting"),
    door(f"{SITTING}edit/", sittings.sitting_edit, "sitting_edit"),
    door(f"{SITTING}delete/", sittings.sitting_delete, "sitting_delete"),
    door(f"{SITTING}live/", sittings.sitting_live, "sitting_live"),
    door(f"{SITTING}open/", sittings.sitting_open, "sitting_open"),
    door(f"{SITTING}extend/", sittings.sitting_extend, "sitting_extend"),
    door(f"{SITTING}close/", sittings.sitting_close, "sitting_close"),
    door(f"{SITTING}late/", sittings.late_answers, "late"),
    door(ATTEMPT, sittings.attempt_page, "attempt"),
    door(f"{ATTEMPT}extend/", sittings.attempt_extend, "attempt_extend"),
    door(f"{ATTEMPT}submit/", sittings.attempt_submit, "attempt_submit"),
    door("extra-time/", extra_time.extra_time, "extra_time"),
    door("extra-time/<str:member_code>/withdraw/", extra_time.extra_time_withdraw, "extra_time_withdraw"),
]
