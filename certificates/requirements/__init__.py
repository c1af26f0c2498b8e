"""The kinds of requirement, one module each; see README.md. Nothing is imported here: the kinds are models."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, TypeVar

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from certificates.models.requirements import Requirement

    T = TypeVar("T", bound=type[Requirement])

_kinds: dict[str, type[Requirement]] = {}


def requirement_kind(model: T) -> T:
    _kinds[model.kind] = model
    return model


def kinds() -> list[type[Requirement]]:
    return list(_kinds.values())


def kinds_load() -> None:
    """All modules of this folder, while the app's models load."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def plugins_load() -> None:
    """`certificate_requirements` of every installed app, once all models are there."""
    autodiscover_modules("certificate_requirements")
