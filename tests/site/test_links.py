"""Pages are named in templates, so that an address can be changed in one place and a wrong name fails at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory

ROOT = Path(__file__).resolve().parents[2]
# 500.html must come out also where the addresses themselves are the trouble.
EXCEPT = {"site/templates/500.html"}
ADDRESS = re.compile(r"""\b(?:href|action|formaction)=["']/(?!/)|request\.path[^%]*==\s*["']/""")


def templates() -> list[str]:
    found = (path.relative_to(ROOT) for path in ROOT.glob("*/**/templates/**/*.html"))
    return sorted(
        str(path) for path in found if not {"tests", "node_modules", ".venv", "var", "build"} & set(path.parts)
    )


def test_no_template_writes_an_address_out() -> None:
    names = templates()
    assert len(names) > 60
    written = [
        f"{name}:{number}"
        for name in names
        if name not in EXCEPT
        for number, line in enumerate((ROOT / name).read_text().splitlines(), start=1)
        if ADDRESS.search(line)
    ]
    assert written == []


@pytest.mark.parametrize(
    ("path", "name", "is_here"),
    [
        ("/", "home:first", True),
        ("/courses/", "home:first", False),
        ("/courses/", "courses:catalogue", True),
        ("/courses/onboarding/", "courses:catalogue", True),
        ("/certificates/", "courses:catalogue", False),
    ],
)
def test_the_link_to_where_one_is_says_so(path: str, name: str, is_here: bool) -> None:
    template = Template(f"{{% load here %}}<a{{% here '{name}' %}}>")
    shown = template.render(Context({"request": RequestFactory().get(path)}))
    assert shown == ('<a aria-current="page">' if is_here else "<a>")


def test_a_page_without_a_request_is_nowhere() -> None:
    assert Template("{% load here %}<a{% here 'home:first' %}>").render(Context()) == "<a>"
