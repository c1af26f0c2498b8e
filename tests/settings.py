"""The product's own settings, and what only tests install: plug-ins that bring a kind of their own."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.certificates.plugin", "tests.exams.plugin"]
