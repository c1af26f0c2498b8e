"""What a scheme asks for: a tree of rows, a kind of row for each kind of requirement (certificates/requirements/).

A parent and a position, not a treebeard path: a tree has a handful of nodes, is always read whole with its scheme and written
whole by one service, so that no node is ever looked for by its place in it.

What an award rests on lies in a table for each kind, whose foreign key can't be empty: "exactly one is set" needs no constraint,
and a kind that another app brings has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from polymorphic.models import PolymorphicModel

from certificates.models.awards import Award
from certificates.models.schemes import Scheme

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from content.models import Edition
    from people.models import Organisation


@dataclass(frozen=True)
class Mention:
    """What a kind gives to the sentence that is printed. All may be empty."""

    began: datetime | None = None
    ended: datetime | None = None
    training: str = ""  # 参加《…》
    phrase: str = ""  # 考试成绩92分（合格线80分）
    edition: Edition | None = None


class AwardBasis(models.Model):
    """One thing that an award rests on. Each kind adds the foreign key to it, and what it wants frozen."""

    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, related_name="%(app_label)s_%(class)s_rows", db_index=False
    )
    text = models.CharField(max_length=300)  # as it was worded at issue
    occurred_at = models.DateTimeField()

    ground: ClassVar[str] = ""  # the name of the foreign key that a kind adds

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Requirement(PolymorphicModel):
    kind: ClassVar[str] = ""
    is_group: ClassVar[bool] = False
    # Whether a renewal asks for it anew, where nobody has said otherwise. An exam is sat again, a course stays completed.
    anew_by_default: ClassVar[bool] = False
    basis: ClassVar[type[AwardBasis] | None] = None
    member_path: ClassVar[str] = "member"  # from a ground to its member
    moment: ClassVar[str] = ""  # the field of a ground that says when it came about; a time, not a day

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="requirements")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_anew = models.BooleanField(_("换证时须重新完成"), default=False)

    class Meta:
        verbose_name = _("取证要求")
        verbose_name_plural = _("取证要求")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(parent__isnull=True), name="requirement_one_root_per_scheme"
            ),
            models.UniqueConstraint(fields=["parent", "position"], name="requirement_has_its_place"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="requirement_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.text()

    @property
    def part_of(self) -> Scheme:
        """What people know it by, where something is kept for its sake."""
        return self.scheme

    def text(self) -> str:
        """What is asked for, as a line of the explanation."""
        raise NotImplementedError

    # --- groups -------------------------------------------------------------------------------------------------------

    def needed(self, children: int) -> int:
        """How many of so many children must be fulfilled."""
        raise NotImplementedError

    # --- leaves -------------------------------------------------------------------------------------------------------

    def grounds(self) -> QuerySet[Any]:
        """Rows of all members that fulfil it, by `member_path` and `moment`. Which of them count is evaluation.py's to say."""
        raise NotImplementedError

    def ground_text(self, ground: Any) -> str:
        """What it rests on, frozen in the basis of an award."""
        raise NotImplementedError

    def missing(self) -> str:
        """The sentence for who has not done it."""
        raise NotImplementedError

    def again(self) -> str:
        """What to do where the old one is used up, between 需要 and 后发证: 重新考试合格."""
        raise NotImplementedError

    def mention(self, ground: Any) -> Mention:
        return Mention()

    def frozen(self, ground: Any) -> dict[str, Any]:
        """The basis' own fields, besides the foreign key."""
        return {}

    def belongs_to(self) -> Organisation | None:
        """Whose the thing is that is asked for; None: the whole installation's."""
        return None

    def asked_first(self) -> list[Scheme]:
        """Other schemes that must be fulfilled for this: no circle may come of it."""
        return []

    def basis_of(self, ground: Any) -> AwardBasis:
        """Unsaved, without its award."""
        assert self.basis is not None  # noqa: S101 - every leaf has one
        return self.basis(
            **{self.basis.ground: ground},
            text=self.ground_text(ground)[:300],
            occurred_at=getattr(ground, self.moment),
            **self.frozen(ground),
        )
