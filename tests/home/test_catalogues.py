"""The flat catalogue says what the many say."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import ngettext, override, trans_real

from home.catalogues import catalogue_flatten


def every_text(found: Any) -> set[Any]:
    texts: set[Any] = set()
    while found is not None:
        texts |= set(found._catalog.keys())
        found = getattr(found, "_fallback", None)
    return texts


def test_every_text_is_the_same_flat_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    many, flat = trans_real.DjangoTranslation("zh-hans"), trans_real.DjangoTranslation("zh-hans")
    monkeypatch.setitem(trans_real._translations, "zh-hans", flat)  # type: ignore[attr-defined]
    catalogue_flatten("zh-hans")
    texts = every_text(many)
    assert len(texts) > 2000
    for text in texts:
        if isinstance(text, str):
            assert flat.gettext(text) == many.gettext(text)
        else:
            singular, _form = text
            for number in (0, 1, 2, 21):
                assert flat.ngettext(singular, "plural", number) == many.ngettext(singular, "plural", number)
    assert flat.gettext("哪本词典里都没有的话") == "哪本词典里都没有的话"
    assert flat.ngettext("没有的一个", "没有的多个", 2) == many.ngettext("没有的一个", "没有的多个", 2)
    with override("zh-hans"):
        assert ngettext("%(count)d day", "%(count)d days", 3) != ""
