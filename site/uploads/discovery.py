"""Readers and numberings are found, not listed: the modules of a folder, and in each installed app a module of a given name."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.apps import apps
from django.utils.module_loading import module_has_submodule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Weighed(Protocol):
    name: str


T = TypeVar("T", bound=Weighed)


def discover(folder: str, module_name: str) -> None:
    """Import what registers itself. Run twice = once: a module is imported once."""
    for module in pkgutil.iter_modules(import_module(folder).__path__, f"{folder}."):
        import_module(module.name)
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, module_name):
            import_module(f"{app.name}.{module_name}")


def best(candidates: Iterable[T], evidence: Callable[[T], int]) -> T | None:
    """The one with the highest score. Between equals the name decides, never the order in which they were found."""
    scored = [(-evidence(each), each.name, each) for each in candidates]
    found = min(scored, key=lambda one: one[:2], default=None)
    return found[2] if found is not None and found[0] < 0 else None
