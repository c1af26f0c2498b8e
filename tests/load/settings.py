"""The product's settings, and an address for the bare view that `make load` compares a save with."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.load.urls"
