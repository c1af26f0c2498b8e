"""Wagtail's editor notes what its form holds two seconds after it opened, and saves by itself only what is changed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

_MARK = """document.addEventListener("w-unsaved:watch-edits", () => {
    document.documentElement.dataset.watchesEdits = "yes";
});"""


def mark_when_watching(context: BrowserContext) -> BrowserContext:
    context.add_init_script(_MARK)
    return context


def wait_until_watching(page: Page) -> None:
    page.locator("html[data-watches-edits]").wait_for(state="attached")
