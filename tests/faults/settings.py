"""The product's settings, and one deliberate fault: answers are confirmed before they are committed (tests.faults.early)."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.early"]
