"""A real Chromium, with a wallet that signs in this process and says no when it is told to."""

import json
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

from sandbox.snapshot.provider import Provider, ProviderError
from sandbox.snapshot.wallet import Wallet

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1100, "height": 900}

# A wallet as pages see it; what it answers is decided in the test's process.
PROVIDER = """
(() => {
  const heard = [];
  const provider = {
    on: (name, listener) => { if (name === "accountsChanged") heard.push(listener); },
    request: async ({ method, params }) => {
      const answer = JSON.parse(await window.askWallet(method, JSON.stringify(params ?? [])));
      if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
      return answer.result;
    },
  };
  window.changeAccounts = (accounts) => heard.forEach((listener) => listener(accounts));
  const names = %s;
  if (!names.length) window.ethereum = provider;
  names.forEach((name, place) => {
    const info = { uuid: String(place), name, rdns: "", icon: "" };
    const detail = Object.freeze({ info, provider });
    const announce = () =>
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    window.addEventListener("eip6963:requestProvider", announce);
    announce();
  });
})();
"""


def chromium() -> str:
    """Find Chromium; where there is none the test is skipped, unless it is required."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = "there is no Chromium on this machine (apt install chromium)"
        if os.environ.get("ASSENT_REQUIRE_CHROMIUM") == "1":  # noqa: TID251 - of the tests, not of the bot
            pytest.fail(f"ASSENT_REQUIRE_CHROMIUM=1, and {reason}")
        pytest.skip(reason)
    return found


@dataclass(kw_only=True)  # without slots: Playwright keeps something of its own on it
class BrowserWallet:
    """What stands behind the provider in a page: a person's wallet, and what it says no to."""

    provider: Provider
    errors: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # by method
    signs_as: Wallet | None = None  # another one, as in a wallet whose account was changed
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)

    async def answer(self, method: str, given: str) -> str:
        params = json.loads(given)
        self.asked.append((method, params))
        if method in self.errors:
            return json.dumps({"error": self.errors[method]})
        if self.signs_as is not None and method == "personal_sign":
            return json.dumps({"result": self.signs_as.sign_text(params[0])})
        try:
            return json.dumps({"result": self.provider.request(method, params)})
        except ProviderError as error:
            return json.dumps({"error": {"code": error.code, "message": error.message}})


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Chromium for one test."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(slots=True, kw_only=True)
class Visit:
    """A tab, and what went wrong in it."""

    page: Page
    problems: list[str] = field(default_factory=list)


@asynccontextmanager
async def visiting(
    browser: Browser,
    wallet: BrowserWallet | None = None,
    *,
    names: tuple[str, ...] = (),
    **context: Any,
) -> AsyncIterator[Visit]:
    """Open a tab; nothing but this machine is reached from it."""
    settings = {"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Berlin", **context}
    opened: BrowserContext = await browser.new_context(**settings)
    try:
        page = await opened.new_page()
        visit = Visit(page=page)
        await page.route("**/*", _near)
        page.on("pageerror", lambda error: visit.problems.append(str(error)))
        page.on("console", lambda said: _note(visit, said.type, said.text))
        page.on("dialog", lambda _dialog: visit.problems.append("a dialog opened"))
        if wallet is not None:
            await page.expose_function("askWallet", wallet.answer)
            await page.add_init_script(PROVIDER % json.dumps(names))
        yield visit
    finally:
        await opened.close()


def _note(visit: Visit, kind: str, text: str) -> None:
    # That an answer was no success is a matter of course here, and Chromium's to write down.
    if kind in ("error", "warning") and "Failed to load resource" not in text:
        visit.problems.append(text)


async def _near(route: Route) -> None:
    is_near = route.request.url.startswith("http://127.0.0.1:")
    await (route.continue_() if is_near else route.abort())
