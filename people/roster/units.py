"""Finds the unit that a roster means by a path of names, suggests what was probably meant, plans units that are new."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from people.models import Level, Organisation
from people.roster.text import canonical, half_width, key, numbers_in, tidy
from people.roster.values import Unclear
from people.tree import ancestor_paths, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAME_MOST = 80
CLOSE = 0.6
_SEPARATOR = re.compile(r"[/>\\、→»|\-–—＞]+")
_BETWEEN_WORDS = re.compile(r"[()（）、/／，,]+")


@dataclass(frozen=True)
class Segment:
    name: str
    level: str | None = None  # its code, known where the roster has a column for each level
    column: int = 0


@dataclass(frozen=True, eq=False)
class Place:
    """A unit that exists (`pk`), or that would be made."""

    path: str  # treebeard's; of a new unit the parent's and its own key
    name: str
    level: Level
    parent: Place | None
    pk: int | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (*self.parent.names, self.name) if self.parent is not None else (self.name,)

    @cached_property
    def label(self) -> str:
        """The path as people write it: from the town on."""
        return "/".join(self.names[1:] or self.names)


class UnitUnclear(Unclear):
    def __init__(self, kind: str, message: str, segment: Segment, new_unit: str = "") -> None:
        super().__init__(kind, message)
        self.segment = segment
        self.new_unit = new_unit  # the label under which a person may say that it is new all the same


def split_path(text: str) -> list[str]:
    parts = [tidy(part) for part in _SEPARATOR.split(half_width(text))]
    parts = [part for part in parts if part]
    return parts if len(parts) > 1 else [part for part in tidy(text).split(" ") if part]


def _joined(names: Iterable[str]) -> str:
    return _SEPARATOR.sub("", "".join(key(name) for name in names))


def nearest(name: str, candidates: Sequence[str]) -> str | None:
    """The candidate that was probably meant. 第二网格 is never meant by 第三网格: other numbers are other units."""
    wanted, numbers = canonical(name), numbers_in(name)
    by_form = {canonical(candidate): candidate for candidate in candidates if numbers_in(candidate) == numbers}
    if wanted in by_form:
        return by_form[wanted]
    close = (form for form in get_close_matches(wanted, by_form, n=3, cutoff=CLOSE) if is_slip(wanted, form))
    best = next(close, None)
    return by_form[best] if best is not None else None


def is_slip(one: str, other: str) -> bool:
    """Whether one may be the other with a slip of the keyboard: one character, or two of a long name. 演示新设村 is none of
    演示葵里村, whatever they share."""
    same = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    longer = max(len(one), len(other))
    return longer - same <= (1 if longer <= 6 else 2)


class Units:
    """The subtree that an import may touch, and the way up from it. What lies elsewhere is as if it did not exist."""

    def __init__(
        self, top: Organisation | None, new_units: Iterable[str] = (), *, is_all_of_the_actors: bool = False
    ) -> None:
        """`is_all_of_the_actors`: whoever imports has no power above or beside `top`."""
        self.is_all_of_the_actors = is_all_of_the_actors
        self.top: Place | None = None
        self.accepted = set(new_units)
        self.new: dict[str, Place] = {}
        self._children: dict[str, dict[str, Place]] = defaultdict(dict)
        self._by_suffix: dict[str, list[Place]] = defaultdict(list)
        self._found: dict[tuple[Segment, ...], Place | UnitUnclear] = {}
        self.levels = list(Level.objects.order_by("order").prefetch_related("names"))
        self._level_of = {level.code: level for level in self.levels}
        if top is not None:
            self._load(top)

    def _load(self, top: Organisation) -> None:
        step = Organisation.steplen
        above = ancestor_paths(top.path)
        rows = Organisation.objects.filter(within(top.path, "path") | Q(path__in=above)).order_by("path")
        places: dict[str, Place] = {}
        for pk, path, name, level in rows.values_list("pk", "path", "name", "level_id"):
            place = Place(path, name, self._level_of[level], places.get(path[:-step]), pk)
            places[path] = place
            self._children[path[:-step]].setdefault(key(name), place)
            keys = [_SEPARATOR.sub("", key(each)) for each in place.names]
            for start in range(len(keys)):
                self._by_suffix["".join(keys[start:])].append(place)
        self.top = places[top.path]

    def find(self, segments: Sequence[Segment]) -> Place:
        """Raises UnitUnclear."""
        asked = tuple(segments)
        if asked not in self._found:
            try:
                self._found[asked] = self._find(asked)
            except UnitUnclear as unclear:
                self._found[asked] = unclear
        found = self._found[asked]
        if isinstance(found, UnitUnclear):
            raise found
        return found

    def _find(self, segments: tuple[Segment, ...]) -> Place:
        place = self._existing(segments)
        if place is not None:
            self._check_inside(place, segments[-1])
            return place
        for known in range(len(segments) - 1, 0, -1):
            parent = self._existing(segments[:known])
            if parent is not None:
                break
        else:
            known, parent = 0, self._implied_parent(segments)
        for segment in segments[known:]:
            parent = self._child(parent, segment, segments)
        assert parent is not None  # noqa: S101 - there is at least one segment
        return parent

    def _existing(self, segments: Sequence[Segment]) -> Place | None:
        hits = self._by_suffix.get(_joined(segment.name for segment in segments), [])
        if len(hits) < 2:
            return hits[0] if hits else None
        level = segments[-1].level
        if level is not None and any(hit.level.code == level for hit in hits):
            hits = [hit for hit in hits if hit.level.code == level]
        inside = [hit for hit in hits if self._is_inside(hit)]
        hits = inside or hits
        # 第一网格 is many; of two with the same whole path the first is taken.
        if len({hit.label for hit in hits}) > 1:
            exact = [hit for hit in hits if _joined(hit.names[1:]) == _joined(segment.name for segment in segments)]
            if len(exact) != 1:
                raise UnitUnclear(
                    "unit_ambiguous",
                    _("有 %(count)s 个“%(name)s”，如“%(first)s”和“%(second)s”。请写全路径。")
                    % {
                        "count": len(hits),
                        "name": segments[-1].name,
                        "first": hits[0].label,
                        "second": hits[1].label,
                    },
                    segments[-1],
                )
            hits = exact
        return hits[0] if hits else None

    def _is_inside(self, place: Place) -> bool:
        return self.top is None or place.path.startswith(self.top.path)

    def _check_inside(self, place: Place, segment: Segment) -> None:
        if not self._is_inside(place):
            raise self._outside(segment)

    def _outside(self, segment: Segment) -> UnitUnclear:
        message = _("“%(name)s”不在本次导入的单位“%(top)s”之内，或不存在。请核对，或换一个单位导入。")
        if self.is_all_of_the_actors:
            message = _(
                "“%(name)s”不在您的管辖范围“%(top)s”之内，或不存在。请核对；是其他单位的人员，请删去这一行，由上级管理员导入。"
            )
        values = {"name": segment.name, "top": self.top.name if self.top is not None else ""}
        return UnitUnclear("unit_outside", message % values, segment)

    def _implied_parent(self, segments: tuple[Segment, ...]) -> Place | None:
        """Where a path that begins with an unknown name belongs: a new town into the city, a new city into nothing."""
        first = segments[0]
        if self.top is None:
            if self._is_of(first, self.levels[:1]):
                return None
            raise UnitUnclear(
                "unit_unknown",
                _("系统里还没有单位，路径要从市（县）写起，如“某市/某镇/某村”。现在写的是“%(name)s”。")
                % {"name": first.name},
                first,
            )
        below = self._below(self.top)
        if self.top.parent is None and self._is_of(first, below[:1]) and len(segments) <= len(below):
            return self.top
        # A town in the roster of a town is another town: what lies outside is not told to exist.
        if any(self._is_of(first, [level]) for level in self.levels if level.order <= self.top.level.order):
            raise self._outside(first)
        raise self._unknown(segments)

    def _below(self, place: Place) -> list[Level]:
        return [level for level in self.levels if level.order > place.level.order]

    def _is_of(self, segment: Segment, levels: list[Level]) -> bool:
        """Whether the name belongs to the level (there is one, or none): by its column, or by its end (某某街道 is a town)."""
        if segment.level is not None or not levels:
            return segment.level in [level.code for level in levels]
        words = (levels[0].name, *(each.name for each in levels[0].names.all()))
        return segment.name.endswith(tuple(part for word in words for part in _BETWEEN_WORDS.split(word) if part))

    def _child(self, parent: Place | None, segment: Segment, whole: tuple[Segment, ...]) -> Place:
        children = self._children[parent.path if parent is not None else ""]
        name_key = key(segment.name)
        if name_key in children:
            return children[name_key]
        if parent is not None and not self._is_inside(parent):
            raise self._outside(segment)
        label = f"{parent.label}/{segment.name}" if parent is not None and parent.parent else segment.name
        if label not in self.accepted:
            # Compared with what exists only: two new units may well have similar names.
            close = nearest(segment.name, [child.name for child in children.values() if child.pk is not None])
            if close is not None:
                raise UnitUnclear(
                    "unit_unknown",
                    _("“%(name)s”不存在，是不是“%(close)s”？")
                    % {"name": segment.name, "close": self._corrected(whole, segment, close)},
                    segment,
                    label,
                )
        return self._plan(parent, segment, label)

    def _corrected(self, whole: tuple[Segment, ...], segment: Segment, close: str) -> str:
        if segment.level is not None:
            return close
        return "/".join(close if each is segment else each.name for each in whole)

    def _plan(self, parent: Place | None, segment: Segment, label: str) -> Place:
        below = self._below(parent) if parent is not None else self.levels
        level = next((each for each in below if segment.level in (None, each.code)), None)
        if level is None:
            raise UnitUnclear(
                "unit_level",
                _("“%(name)s”的层级不对：%(lowest)s之下不再有单位，下级单位也不能高于“%(parent)s”。")
                % {
                    "name": segment.name,
                    "lowest": self.levels[-1].name,
                    "parent": parent.name if parent is not None else "",
                },
                segment,
            )
        if len(segment.name) > NAME_MOST:
            raise UnitUnclear(
                "unit_name", _("“%(name)s…”太长，单位名称最多 80 个字。") % {"name": segment.name[:20]}, segment
            )
        path = f"{parent.path if parent is not None else ''}/{key(segment.name)}"
        place = Place(path, segment.name, level, parent)
        self.new[label] = place
        self._children[parent.path if parent is not None else ""][key(segment.name)] = place
        return place

    def _unknown(self, segments: tuple[Segment, ...]) -> UnitUnclear:
        whole = "/".join(segment.name for segment in segments)
        close = self._nearest_anywhere(segments)
        if close is not None:
            message = _("“%(name)s”不存在，是不是“%(close)s”？") % {"name": whole, "close": close}
        else:
            message = _(
                "“%(name)s”在“%(top)s”里不存在。请核对；如是新单位，请从已有的上级写起，如“%(top)s/%(name)s”。"
            ) % {"name": whole, "top": self.top.name if self.top is not None else ""}
        return UnitUnclear("unit_unknown", message, segments[0])

    # --- suggestions over the whole subtree: pairs of characters choose a few candidates, difflib compares those ---

    @cached_property
    def _forms(self) -> list[tuple[str, list[str]]]:
        """(comparable form, names that it joins), for a unit's own name and each longer path that ends with it."""
        forms: dict[str, list[str]] = {}
        for places in self._by_suffix.values():
            for place in places:
                if self._is_inside(place):
                    for start in range(min(1, len(place.names) - 1), len(place.names)):
                        names = list(place.names[start:])
                        forms.setdefault(canonical("".join(names)), names)
        return list(forms.items())

    @cached_property
    def _pairs(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, (form, _names) in enumerate(self._forms):
            for pair in {form[i : i + 2] for i in range(len(form) - 1)}:
                found[pair].append(index)
        return found

    def _nearest_anywhere(self, segments: tuple[Segment, ...]) -> str | None:
        wanted = canonical("".join(segment.name for segment in segments))
        numbers = re.findall(r"\d+", wanted)
        shared: Counter[int] = Counter()
        for pair in {wanted[i : i + 2] for i in range(len(wanted) - 1)}:
            shared.update(self._pairs.get(pair, ()))
        best, best_score = None, CLOSE
        for index, _count in shared.most_common(60):
            form, names = self._forms[index]
            score = SequenceMatcher(None, wanted, form).ratio()
            score -= 0.3 if re.findall(r"\d+", form) != numbers else 0
            if score > best_score and is_slip(wanted, form):
                best, best_score = names, score
        return ("/" if len(segments) > 1 else "").join(best) if best is not None else None
