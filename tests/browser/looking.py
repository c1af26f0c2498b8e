"""What a page has to be in every window, text size and colour scheme: whole, large enough to touch, nothing for axe to find."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from people.models import User

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Sideways scroll only inside a table's own scroller; every link, button and field inside the window and at least 44 px high.
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth, problems = [];
  if (document.documentElement.scrollWidth > wide) problems.push("sideways scroll " + document.documentElement.scrollWidth);
  for (const each of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, summary")) {
    if (!each.getClientRects().length || each.closest(".skip-link")) continue;
    const box = (each.matches("[type=checkbox]") ? each.closest("label") : each).getBoundingClientRect();
    const name = each.tagName + " " + (each.id || each.name || each.innerText);
    const own = each.closest(".table-scroll");
    if (!own && (box.left < -0.5 || box.right > wide + 0.5)) problems.push("outside: " + name);
    if (box.height < 43.9 && !each.closest("p:not(.crumbs), dd")) problems.push("low " + Math.round(box.height) + ": " + name);
  }
  for (const each of document.querySelectorAll("main *")) {
    if (![...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    if (each.getClientRects().length && parseFloat(getComputedStyle(each).fontSize) < 14) problems.push("tiny: " + each.innerText);
  }
  return problems;
}"""


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    value = str(session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def problems_of(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(
        "(tags) => axe.run({ runOnly: tags }).then(({ violations }) => violations.map("
        "(v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + (n.any[0] || {}).message).join('; ')))",
        AXE_TAGS,
    )
    return [f"{page.url}: {problem}" for problem in [*page.evaluate(OUTSIDE), *found]]


class Weight:
    """Requests of a page and how many bytes they bring."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Any] = []
        page.on("requestfinished", lambda request: self.requests.append(request))

    @property
    def kilobytes(self) -> float:
        return sum(request.sizes()["responseBodySize"] for request in self.requests) / 1024
