"""The product's own settings, and what only tests install: plug-ins that bring a kind of their own."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.certificates.plugin", "tests.exams.plugin", "tests.exams.story_plugin"]

# Emptying a table waits for every connection that a test has left open in a transaction: such a test fails, it does not stand
# still for ever.
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=60s"
