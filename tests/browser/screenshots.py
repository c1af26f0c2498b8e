"""The README's pictures, made anew from the running system with the demonstration city:  make screenshots"""

from __future__ import annotations

import os
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if __name__ == "__main__":
    django.setup()

from home.demo.accounts import PASSWORD
from tests.chromium import CHROMIUM
from tests.load.system import System

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
# File -> account, window, address.
PICTURES = {
    "learner-phone": ("YS010004", (360, 640), "/"),
    "trainer-desktop": ("trainer", (1280, 800), "/cms/"),
    "supervisor-desktop": ("supervisor", (1280, 800), "/standing/"),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with System() as system, sync_playwright() as playwright:
        system.call("manage.py", "load_demo", "--no-pdf", "--verbosity", "0")
        system.start()
        program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        for name, (account, (width, height), path) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            page = context.new_page()
            page.goto(f"{system.base}/accounts/login/")
            page.get_by_label("手机号或工号").fill(account)
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url(lambda url: "/login/" not in url)
            page.goto(system.base + path)
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
