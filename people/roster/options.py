from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Options:
    """What a person has said about a file beside the file itself."""

    complete: bool = False  # members of the unit who are not in the file have left
    sheet: str = ""
    columns: dict[str, int | None] = field(default_factory=dict)  # field -> column from 0; None: do not read this field
    new_units: tuple[str, ...] = ()  # labels of units that are new although their names are close to existing ones

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "new_units": list(self.new_units)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Options:
        return cls(
            complete=bool(kept.get("complete")),
            sheet=str(kept.get("sheet", "")),
            columns=dict(kept.get("columns", {})),
            new_units=tuple(kept.get("new_units", ())),
        )
