"""Levels and posts are rows, with other words for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from acts import Refused
from audit.models import Entry
from people.models import Level, LevelName, Organisation, PostName
from people.posts import post_for_word
from people.roster.columns import ColumnNames
from people.roster.units import Segment, Units
from people.services import post_name_add

if TYPE_CHECKING:
    from people.models import User

pytestmark = pytest.mark.django_db


def test_a_word_is_learnt_once_and_found_however_it_is_written(administrator: User, posts: Any) -> None:
    assert post_for_word("专网") is None
    post_name_add(actor=administrator, post=posts.administrator, word=" 专网 ")
    post_name_add(actor=administrator, post=posts.administrator, word="专 网")
    assert post_for_word("专　网") == post_for_word("专职网格管理员") == posts.administrator
    assert PostName.objects.filter(post=posts.administrator).count() == 1
    assert Entry.objects.get(action="post.name_add").detail == {"name": "专网"}


def test_no_word_means_two_posts(administrator: User, posts: Any, learner: Any) -> None:
    with pytest.raises(Refused, match="“总 网格长”已经是“总网格长”的写法。"):
        post_name_add(actor=administrator, post=posts.liaison, word="总 网格长")
    with pytest.raises(Refused, match="“网格长”已经是“网格长（专职网格员）”的写法。"):
        post_name_add(actor=administrator, post=posts.liaison, word="网格长")
    with pytest.raises(Refused, match="1 到 40 个字"):
        post_name_add(actor=administrator, post=posts.liaison, word="\u200b")
    with pytest.raises(Refused, match="只有管理员"):
        post_name_add(actor=learner.user, post=posts.liaison, word="联络员")
    with pytest.raises(IntegrityError), transaction.atomic():
        PostName.objects.create(post=posts.liaison, name="网格　长")


def test_an_installation_may_have_levels_of_its_own(organisation: Any) -> None:
    hamlet = Level.objects.create(code="hamlet", name="村民小组", order=35)
    LevelName.objects.create(level=hamlet, name="小组")
    names = ColumnNames()
    assert names.field_of("小组") == ("level_hamlet", 1)
    assert names.levels.index("level_hamlet") == 3
    units = Units(organisation.city)
    place = units.find([Segment("演示东镇", "town"), Segment("演示东镇一村", "village"), Segment("第二小组", "hamlet")])
    assert place.level == hamlet
    below = units.find([Segment("演示东镇"), Segment("演示东镇一村"), Segment("第二小组"), Segment("第三网格")])
    assert below.level.code == "grid"


def test_a_unit_needs_a_level_that_there_is(organisation: Any) -> None:
    with pytest.raises(ProtectedError):
        Level.objects.filter(code="city").delete()
    assert Organisation.objects.filter(level="micro_grid").count() == 2
