from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from people.access import Scope
from people.models import Organisation
from people.tree import ancestor_paths, unit_names, within

if TYPE_CHECKING:
    from types import SimpleNamespace


def inside(path: str) -> set[int]:
    return set(Organisation.objects.filter(within(path, "path")).values_list("pk", flat=True))


def test_a_subtree_is_the_node_and_all_below_and_nothing_else(organisation: SimpleNamespace) -> None:
    for node in Organisation.objects.all():
        wanted = {each.pk for each in Organisation.objects.all() if each.path.startswith(node.path)}
        assert inside(node.path) == wanted
    assert len(inside("")) == Organisation.objects.count()


def test_the_last_child_that_a_path_can_name_is_inside(organisation: SimpleNamespace) -> None:
    last = Organisation.objects.get(pk=organisation.east_town.pk)
    Organisation.objects.filter(pk=organisation.east_micro.pk).update(path=last.path + "ZZZZZZZZ")
    assert organisation.east_micro.pk in inside(last.path)
    assert organisation.east_micro.pk not in inside(organisation.west_town.path)


def test_the_subtree_of_each_row_of_the_query_around(organisation: SimpleNamespace) -> None:
    below = Organisation.objects.filter(within(OuterRef("path"), "path"), pk=organisation.east_village.pk)
    found = Organisation.objects.filter(Exists(below)).order_by("path")
    assert list(found.values_list("path", flat=True)) == ancestor_paths(organisation.east_village.path)


def test_a_subtree_is_asked_for_as_a_range(organisation: SimpleNamespace) -> None:
    for question in (
        Organisation.objects.filter(within(organisation.east_town.path, "path")),
        Organisation.objects.filter(Scope((organisation.east_town.path, organisation.west_town.path)).q("path")),
        Organisation.objects.filter(Exists(Organisation.objects.filter(within(OuterRef("path"), "path")))),
    ):
        assert "LIKE" not in str(question.query).upper()


def test_the_way_from_the_top(organisation: SimpleNamespace) -> None:
    city, town, village = organisation.city.path, organisation.east_town.path, organisation.east_village.path
    assert ancestor_paths(village) == [city, town, village]
    assert ancestor_paths("") == []


def test_names_of_many_units_take_one_query(organisation: SimpleNamespace, django_assert_num_queries: Any) -> None:
    paths = [organisation.city.path, organisation.east_village.path]
    with django_assert_num_queries(1):
        names = unit_names(paths)
    assert names == {paths[0]: "演示市", paths[1]: "演示市 › 演示东镇 › 演示东镇一村"}
    assert unit_names(paths, between="/", below_top=True) == {paths[0]: "演示市", paths[1]: "演示东镇/演示东镇一村"}
    assert unit_names([]) == {}


def test_no_query_asks_for_a_subtree_by_like() -> None:
    """A range is served by an index on both databases."""
    root = Path(__file__).resolve().parents[2]
    apps = ("people", "content", "courses", "exams", "certificates", "assessment", "site")
    asked = [
        f"{path.relative_to(root)}:{number}"
        for app in apps
        for path in (root / app).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "path__startswith" in line
    ]
    assert asked == []
