from tests.cast import *  # noqa: F403 - pytest finds the fixtures here
