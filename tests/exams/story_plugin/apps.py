from __future__ import annotations

from django.apps import AppConfig


class StoryConfig(AppConfig):
    name = "tests.exams.story_plugin"
    label = "story"
