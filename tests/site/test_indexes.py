"""No index that another one of its table already gives: each costs time at every write and room on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

# An index that a wider one covers, and why it stays: {(model, columns): reason}.
WITH_A_REASON: dict[tuple[str, tuple[str, ...]], str] = {}


@dataclass(frozen=True)
class Index:
    name: str
    columns: tuple[str, ...]
    is_unique: bool = False

    def covers(self, other: Index) -> bool:
        """A unique one is there for its rule, whatever it begins with; of two alike the first stays."""
        if self is other or other.is_unique or self.columns[: len(other.columns)] != other.columns:
            return False
        return self.is_unique or len(self.columns) > len(other.columns) or self.name < other.name


def _indexes(model: type[models.Model]) -> Iterator[Index]:
    """Those over all rows and over plain columns: one with a condition is small on purpose, and covers nothing; what Django
    adds for LIKE on PostgreSQL belongs to its field."""
    meta = model._meta
    for field in meta.local_fields:
        if field.primary_key or field.unique:
            yield Index(f"{field.name} (unique)", (field.name,), is_unique=True)
        elif getattr(field, "db_index", False):
            yield Index(f"{field.name} (db_index)", (field.name,))
    for index in meta.indexes:
        if type(index) is models.Index and not index.expressions and index.condition is None:
            yield Index(index.name, tuple(name for name, _order in index.fields_orders))
    for constraint in meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or constraint.expressions:
            continue
        if constraint.condition is None:
            yield Index(constraint.name, tuple(constraint.fields), is_unique=True)
    for names in meta.unique_together:
        yield Index(" + ".join(names), tuple(names), is_unique=True)


def redundant(model: type[models.Model]) -> list[tuple[Index, Index]]:
    """Each with the one that covers it."""
    indexes = list(_indexes(model))
    found = []
    for index in indexes:
        cover = next((other for other in indexes if other.covers(index)), None)
        if cover is not None and (model._meta.label, index.columns) not in WITH_A_REASON:
            found.append((index, cover))
    return found


def ours() -> list[type[models.Model]]:
    """Django makes the table of a plain many-to-many field, with an index for each side and no way to leave one out; such a
    table of ours has some rows for an object, not for a person."""
    packages = ("site/", "people", "content", "courses", "exams", "certificates", "assessment")
    root = apps.get_app_config("people").path.removesuffix("people")
    return [
        model
        for model in apps.get_models()
        if not model._meta.proxy
        and apps.get_app_config(model._meta.app_label).path.removeprefix(root).startswith(packages)
    ]


def test_no_index_is_covered_by_another() -> None:
    models_of_ours = ours()
    assert len(models_of_ours) > 50
    lines = [
        f"{model._meta.label}: {index.name} is covered by {cover.name} {cover.columns}"
        for model in models_of_ours
        for index, cover in redundant(model)
    ]
    assert lines == []


def test_every_exception_is_one() -> None:
    """The list shrinks with what it names."""
    there = {(model._meta.label, index.columns) for model in ours() for index in _indexes(model)}
    assert set(WITH_A_REASON) <= there


@isolate_apps("people")
def test_the_check_finds_each_kind() -> None:
    class Other(models.Model):
        class Meta:
            app_label = "people"

    class Row(models.Model):
        implicit = models.ForeignKey(Other, on_delete=models.CASCADE, related_name="+")
        narrow = models.ForeignKey(Other, on_delete=models.CASCADE, related_name="+")
        partial = models.ForeignKey(Other, on_delete=models.CASCADE, related_name="+")
        by_expression = models.ForeignKey(Other, on_delete=models.CASCADE, related_name="+")
        number = models.IntegerField()

        class Meta:
            app_label = "people"
            constraints = [
                models.UniqueConstraint(fields=["implicit", "number"], name="row_once"),
                models.UniqueConstraint(fields=["partial", "number"], condition=models.Q(number=1), name="row_partial"),
                models.UniqueConstraint(models.F("by_expression"), models.F("number") + 1, name="row_expression"),
            ]
            indexes = [
                models.Index(fields=["narrow", "-number"], name="row_narrow_newest"),
                models.Index(fields=["narrow"], condition=models.Q(number=1), name="row_narrow_first"),
            ]

    assert {index.name for index, _cover in redundant(Row)} == {"implicit (db_index)", "narrow (db_index)"}
