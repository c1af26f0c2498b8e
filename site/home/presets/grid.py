"""The five levels of the grid organisation, its posts and the words that rosters have for both, an onboarding scheme, and
the catalogue of courses.

Only what is missing is made: whatever an installation has changed stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from certificates.models import Scheme
from courses.models import CataloguePage
from courses.services import catalogue_ensure
from people.models import Level, LevelName, Post, PostName
from textkeys import LABEL

# code, name, whether it is a grid, other names with the surest first
LEVELS: tuple[tuple[str, str, bool, str], ...] = (
    ("city", "市（县）", False, "市县 县（市、区） 市（县、区） 县市区 区县 市 县 州 盟 旗"),
    (
        "town",
        "镇（区、街道）",
        False,
        "镇 乡镇 镇（街道） 乡镇（街道） 镇街 镇（区） 街道 所属镇 所属乡镇 所属镇街 镇街道 镇区街道 乡镇街道 乡 农场 林场 办事处",
    ),
    (
        "village",
        "村（社区）",
        False,
        "村 社区 村/社区 村社区 村居 村（居） 行政村 所属村 所属村（社区） 所属社区 村（居、社区）",
    ),
    ("grid", "网格", True, "网格名称 综合网格 所属综合网格"),
    ("micro_grid", "微网格", False, "微网格名称 所属微网格 所在微网格"),
)
# code, name, other names
POSTS: tuple[tuple[str, str, str], ...] = (
    ("chief_grid_head", "总网格长", "村（社区）总网格长"),
    ("grid_administrator", "专职网格管理员", "网格管理员 专网"),
    ("full_time_grid_member", "网格长（专职网格员）", "网格长 专职网格员 专职网格员/网格长 网格长/专职网格员"),
    ("micro_grid_liaison", "微网格联络员", "联络员 微网格员 微格员"),
    ("dedicated_grid_member", "专属网格员", ""),
)
SCHEME_CODE, SCHEME_TITLE, SCHEME_LETTERS = "onboarding", "岗前培训合格", "GY"


@dataclass
class Made:
    levels: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    words: int = 0
    scheme: Scheme | None = None
    catalogue: CataloguePage | None = None

    def __bool__(self) -> bool:
        return bool(self.levels or self.posts or self.words or self.scheme or self.catalogue)


def levels_make(made: Made | None = None) -> None:
    made = made if made is not None else Made()
    for place, (code, name, is_grid, words) in enumerate(LEVELS):
        level = Level.objects.filter(code=code).first()
        if level is None:
            if Level.objects.filter(order=(place + 1) * 10).exists() or Level.objects.filter(name=name).exists():
                continue  # the installation has levels of its own
            level = Level.objects.create(code=code, name=name, order=(place + 1) * 10, is_grid=is_grid)
            made.levels.append(name)
        taken = set(LevelName.objects.values_list("key", flat=True))
        for word in words.split():
            if LABEL(word) not in taken:
                LevelName.objects.create(level=level, name=word)
                made.words += 1


def posts_make(made: Made | None = None) -> dict[str, Post]:
    made = made if made is not None else Made()
    posts = {}
    for order, (code, name, words) in enumerate(POSTS, start=1):
        posts[code], is_new = Post.objects.get_or_create(code=code, defaults={"name": name, "order": order})
        if is_new:
            made.posts.append(name)
        taken = set(PostName.objects.values_list("key", flat=True))
        for word in words.split():
            if LABEL(word) not in taken:
                PostName.objects.create(post=posts[code], name=word)
                made.words += 1
    return posts


def scheme_make(made: Made) -> None:
    """Not in use: a fresh installation has no course and no exam that it could ask for."""
    scheme, is_new = Scheme.objects.get_or_create(
        code=SCHEME_CODE,
        defaults={
            "title": SCHEME_TITLE,
            "letters": SCHEME_LETTERS,
            "region_code": settings.REGION_CODE,
            "issuer": settings.ORGANISER,
            "is_active": False,
        },
    )
    made.scheme = scheme if is_new else None


def catalogue_make(made: Made) -> None:
    is_new = not CataloguePage.objects.exists()
    catalogue = catalogue_ensure()
    made.catalogue = catalogue if is_new else None


@transaction.atomic
def grid_load() -> Made:
    made = Made()
    levels_make(made)
    posts_make(made)
    scheme_make(made)
    catalogue_make(made)
    return made
