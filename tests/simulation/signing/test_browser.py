"""The page in a real Chromium, with a wallet that its provider stands in for."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.domain.errand import SignAlias
from bot.domain.offchain.vote import VoteStatus
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.simulation.signing.chromium import PHONE, BrowserWallet, open_browser, visiting
from tests.simulation.signing.conftest import Desk

HOSTILE = (
    "</script><script>document.title = 'taken'</script><img src=x onerror=alert(1)>"
    "<a href='javascript:alert(2)'>{{7*7}}</a> \u202eevil\u202c \u2066x\u2069 \u200b&amp; 🗳"
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


async def connect(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_role("button", name="Connect your wallet").click()
    await expect(page.get_by_role("heading", name="2. Read what you sign")).to_be_focused()


async def linked(desk: Desk) -> list[str]:
    return [each.address for each in await desk.town.wallets.of(GUILD, MEMBER.user_id)]


async def test_a_wallet_is_linked_in_four_steps(desk: Desk, browser: Browser) -> None:
    wallet = BrowserWallet(provider=desk.wallet("Ana"))
    async with visiting(browser, wallet) as visit:
        page = visit.page
        await page.goto(await desk.link())
        await expect(page.get_by_role("heading", level=1)).to_have_text("Link your wallet")
        steps = page.get_by_role("list", name="What happens here")
        await expect(steps.locator("[aria-current=step]")).to_contain_text("Connect")
        await page.get_by_role("button", name="Connect your wallet").click()
        message = page.get_by_role("region", name="The message that you sign")
        await expect(message).to_contain_text(f"member ana (id {MEMBER.user_id})")
        await expect(steps.locator("[aria-current=step]")).to_contain_text("Read")
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        await expect(page.locator("#done-text")).to_contain_text(desk.address("Ana"))
        await expect(page.locator("#next")).to_contain_text("/wallet unlink")
        await expect(steps.locator("[aria-current=step]")).to_contain_text("Done")
        assert "#" not in page.url, "the used link is taken out of the address"
        assert [method for method, _ in wallet.asked] == ["eth_requestAccounts", "personal_sign"]
        assert visit.problems == []
    assert await linked(desk) == [desk.address("Ana")]


async def test_a_proposal_is_shown_read_and_signed(desk: Desk, browser: Browser) -> None:
    errand, author = await desk.to_be_signed(text="Because it is **so**."), desk.author()
    wallet = BrowserWallet(provider=desk.wallet("Mara"))
    async with visiting(browser, wallet) as visit:
        page = visit.page
        await connect(page, await desk.link(errand, AUTHOR))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign the vote on BTRST-1")
        facts = dict(
            zip(
                await page.locator("dt").all_inner_texts(),
                await page.locator("dd").all_inner_texts(),
                strict=True,
            )
        )
        assert facts["Title"] == "[Temperature Check] - Lower the marketplace fee"
        assert "Because it is **so**." in facts["Text"]
        assert facts["Choices"].split("\n") == ["Yes", "No"]
        assert facts["Snapshot space"] == "usebraintrust.eth"
        assert facts["Signed by"] == author.wallet.address
        opens, utc = facts["Voting opens"].split("\n")
        assert "CET" in opens  # the reader's own zone
        assert utc.endswith("UTC")
        await page.get_by_text("The whole of it, to the letter").click()
        raw = await page.locator("#raw").inner_text()
        await page.get_by_role("button", name="Sign the proposal").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        method, (address, text) = wallet.asked[-1]
        assert (method, address) == ("eth_signTypedData_v4", author.wallet.address)
        assert text == raw, "what is shown to the letter is what the wallet got"
        assert visit.problems == []
    await desk.town.publishing.tick()
    idea = await desk.proposal(errand)
    assert (await desk.town.vote(idea)).status is VoteStatus.POSTED
    assert (await desk.town.record(idea)).author == author.wallet.address


async def test_an_alias_is_shown_in_words_and_signed(desk: Desk, browser: Browser) -> None:
    wallet = BrowserWallet(provider=desk.wallet("Joel"))
    async with desk.with_a_key() as key, visiting(browser, wallet) as visit:
        page = visit.page
        await connect(page, await desk.link(SignAlias(), MODERATOR))
        names = await page.locator("dt").all_inner_texts()
        values = await page.locator("dd").all_inner_texts()
        assert dict(zip(names, values, strict=True))["May post in your name"] == key
        await page.get_by_role("button", name="Sign the permission").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []
    alias = await desk.town.aliases.current(GUILD)
    assert alias is not None
    assert alias.principal == desk.address("Joel")


async def test_an_edit_is_compared_read_and_signed(desk: Desk, browser: Browser) -> None:
    idea = await desk.posted()
    errand = await desk.edit(idea, body=f"Another text.\n{HOSTILE}")
    wallet = BrowserWallet(provider=desk.wallet("Mara"))
    async with visiting(browser, wallet, viewport=PHONE) as visit:
        page = visit.page
        await connect(page, await desk.link(errand, AUTHOR))
        heading = page.get_by_role("heading", level=1)
        await expect(heading).to_have_text("Change the vote on BTRST-1")
        changes = page.get_by_role("region", name="What changes (- goes, + comes)")
        await expect(changes).to_contain_text("+ Another text.")
        await expect(changes).to_contain_text("U+202E")
        whole = page.get_by_role("region", name="The text of the proposal")
        await expect(whole).to_contain_text("Another text.")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await page.get_by_role("button", name="Sign the new text").click()
        await expect(heading).to_have_text("Done: signed")
        assert visit.problems == []
    await desk.town.dispatch.tick()
    assert (await desk.town.record(idea)).body.startswith("Another text.")


async def test_a_deletion_is_read_with_its_reason_and_signed(desk: Desk, browser: Browser) -> None:
    idea = await desk.posted()
    wallet = BrowserWallet(provider=desk.wallet("Mara"))
    async with visiting(browser, wallet) as visit:
        page = visit.page
        await connect(page, await desk.link(await desk.deletion(idea, HOSTILE), AUTHOR))
        names = await page.locator("#facts dt").all_inner_texts()
        assert names == ["What is deleted", "Why, for everybody to read", "What is lost"]
        await page.get_by_role("button", name="Sign the deletion").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []
    await desk.town.dispatch.tick()
    assert not desk.town.world.proposals


@pytest.mark.parametrize(
    ("error", "title"),
    [
        ({"code": 4001, "message": "User rejected the request."}, "You said no in your wallet"),
        ({"code": -32002, "message": "pending"}, "Your wallet is waiting for you"),
        ({"code": 4100, "message": "Unauthorized"}, "Your wallet does not allow this account"),
        ({"code": 4200, "message": "Unsupported"}, "Your wallet cannot do this"),
        ({"code": 4900, "message": "Disconnected"}, "Your wallet is offline"),
        ({"message": "<img src=x onerror=alert(1)>"}, "Your wallet could not do it"),
    ],
)
async def test_what_a_wallet_says_no_to_is_said_in_words_and_can_be_tried_again(
    desk: Desk, browser: Browser, error: dict[str, Any], title: str
) -> None:
    wallet = BrowserWallet(provider=desk.wallet("Ana"), errors={"eth_requestAccounts": error})
    async with visiting(browser, wallet) as visit:
        page = visit.page
        await page.goto(await desk.link())
        await page.get_by_role("button", name="Connect your wallet").click()
        await expect(page.get_by_role("alert")).to_contain_text(title)
        wallet.errors = {"personal_sign": error}
        await page.get_by_role("button", name="Connect your wallet").click()
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("alert")).to_contain_text(title)
        assert await linked(desk) == []
        wallet.errors = {}
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []


async def test_a_signature_of_another_account_is_told_and_spends_no_link(
    desk: Desk, browser: Browser
) -> None:
    wallet = BrowserWallet(provider=desk.wallet("Ana"), signs_as=desk.wallet("Mara").wallet)
    async with visiting(browser, wallet) as visit:
        page = visit.page
        await connect(page, await desk.link())
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("alert")).to_contain_text("not the signature of")
        await page.evaluate("changeAccounts(['0x00000000000000000000000000000000000000AA'])")
        await expect(page.get_by_role("alert")).to_contain_text("account was changed")
        wallet.signs_as = None
        await page.get_by_role("button", name="Connect your wallet").click()
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []


async def test_of_several_wallets_a_person_chooses_one(desk: Desk, browser: Browser) -> None:
    wallet = BrowserWallet(provider=desk.wallet("Ana"))
    async with visiting(browser, wallet, names=("Fox & <b>Co</b>", "Other")) as visit:
        page = visit.page
        await page.goto(await desk.link())
        buttons = page.locator("#wallets button")
        await expect(buttons).to_have_text(["Connect Fox & <b>Co</b>", "Connect Other"])
        await page.get_by_role("button", name="Connect Other").click()
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []


async def test_without_a_wallet_it_is_said_what_to_do(desk: Desk, browser: Browser) -> None:
    link = await desk.link()
    async with visiting(browser, viewport=PHONE) as visit:
        page = visit.page
        await page.goto(link)
        title = page.get_by_role("heading", name="There is no wallet in this browser")
        await expect(title).to_be_visible()
        await expect(page.get_by_label("Your link.")).to_have_value(link)
        await page.evaluate("window.ethereum = { request: async () => [] }")
        await page.get_by_role("button", name="Look for a wallet again").click()
        await page.get_by_role("button", name="Connect your wallet").click()
        await expect(page.get_by_role("alert")).to_contain_text("showed no account")
        assert visit.problems == []


async def test_each_dead_link_has_a_page_of_its_own(desk: Desk, browser: Browser) -> None:
    wallet = BrowserWallet(provider=desk.wallet("Ana"))
    link = await desk.link()
    async with visiting(browser, wallet) as visit:
        page = visit.page
        title = page.get_by_role("heading", level=1)
        await connect(page, link)
        await page.get_by_role("button", name="Sign the message").click()
        await expect(title).to_have_text("Done: signed")
        await page.goto(link)
        await expect(title).to_have_text("This link was used already")
        await page.goto("about:blank")
        await page.goto(f"{desk.place.url}/s#made-up")
        await expect(title).to_have_text("This link is not known")
        await page.goto("about:blank")
        await page.goto(f"{desk.place.url}/s")
        await expect(title).to_have_text("This address needs a link from Discord")
        old = await desk.link()
        await page.goto(old)
        await expect(title).to_have_text("Link your wallet")
        desk.town.clock.wait(1_800)
        await page.get_by_role("button", name="Connect your wallet").click()
        await expect(title).to_have_text("This link has expired")
        await expect(page.get_by_role("alert")).to_contain_text("Ask for a new one in Discord")
        await expect(page.get_by_role("button")).to_have_count(0)
        assert visit.problems == []


async def test_a_signature_that_comes_too_late_is_told_and_made_anew(
    desk: Desk, browser: Browser
) -> None:
    async with visiting(browser, BrowserWallet(provider=desk.wallet("Ana"))) as visit:
        page = visit.page
        await connect(page, await desk.link())
        desk.town.clock.wait(601)
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("alert")).to_contain_text("ten minutes")
        await page.get_by_role("button", name="Connect another account").click()
        await page.get_by_role("button", name="Connect your wallet").click()
        await page.get_by_role("button", name="Sign the message").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []


async def test_hostile_text_is_text_and_what_hides_is_named(desk: Desk, browser: Browser) -> None:
    idea = await desk.town.promoted()
    await desk.town.edit(idea, text=HOSTILE)
    await desk.town.edit(idea, title=HOSTILE[:150], choices=("Yes " + HOSTILE[:80], "No \u202e"))
    errand = await desk.noticed(await desk.town.proposal(idea))
    desk.author()
    async with visiting(
        browser, BrowserWallet(provider=desk.wallet("Mara")), viewport=PHONE
    ) as visit:
        page = visit.page
        await connect(page, await desk.link(errand, AUTHOR))
        text = page.get_by_role("region", name="The text of the proposal")
        await expect(text).to_contain_text("</script><script>")
        await expect(text).to_contain_text("U+202E")
        await expect(page.locator("main script, main img, main a, main iframe")).to_have_count(0)
        assert "\u202e" not in await page.locator("main").inner_text()
        assert await page.title() != "taken"
        await check_no_sideways_scrolling(page)
        assert visit.problems == []


async def test_a_hundred_thousand_characters_and_a_zero_are_only_long(
    desk: Desk, browser: Browser
) -> None:
    errand = await desk.to_be_signed()
    desk.author()
    long = "<b>" + "W" * 100_000 + "\x00\u202e"

    async with visiting(
        browser, BrowserWallet(provider=desk.wallet("Mara")), viewport=PHONE
    ) as visit:
        page = visit.page

        async def longer(route: Any) -> None:
            answer = await route.fetch()
            given = await answer.json()
            data = json.loads(given["text"])
            data["message"] |= {"body": long, "title": long[:300], "choices": [long[:300]] * 100}
            given["text"] = json.dumps(data)
            await route.fulfill(response=answer, json=given)

        await page.route("**/api/prepare", longer)
        await connect(page, await desk.link(errand, AUTHOR))
        body = page.get_by_role("region", name="The text of the proposal")
        await expect(body).to_contain_text("U+0000U+202E")
        await expect(page.locator("dd ol li")).to_have_count(100)
        await check_no_sideways_scrolling(page)
        assert visit.problems == []


async def check_no_sideways_scrolling(page: Page) -> None:
    wide = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{wide} pixels too wide"


async def check_controls(page: Page) -> None:
    """See that whatever can be used has a name and is large enough for a finger."""
    controls = page.locator(
        "button:visible, input:visible, summary:visible, [tabindex='0']:visible"
    )
    for control in await controls.all():
        name = await control.evaluate(
            "e => (e.labels?.[0] ?? e).innerText.trim() || e.getAttribute('aria-label')"
        )
        assert name
        box = await control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, (name, box)
        assert box["width"] >= 44, (name, box)


CONTRASTS = """
() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))].sort((x, y) => y - x);
    found.push({ text: element.textContent.trim().slice(0, 30), size: parseFloat(style.fontSize),
                 ratio: (a + 0.05) / (b + 0.05) });
  }
  return found;
}
"""


async def check_contrast(page: Page) -> None:
    """See that all text is told from what is behind it, and large enough on a phone."""
    for seen in await page.evaluate(CONTRASTS):
        assert seen["ratio"] >= 4.5, seen
        assert seen["size"] >= 13, seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_step_can_be_read_and_used_on_a_phone(
    desk: Desk, browser: Browser, scheme: str
) -> None:
    errand = await desk.to_be_signed(text="A line.\n\n" * 40)
    desk.author()
    wallet = BrowserWallet(provider=desk.wallet("Mara"))
    look: dict[str, Any] = {"viewport": PHONE, "color_scheme": scheme, "has_touch": True}

    async def check(page: Page) -> None:
        await check_no_sideways_scrolling(page)
        await check_controls(page)
        await check_contrast(page)

    async with visiting(browser, wallet, **look) as visit:
        page = visit.page
        await page.goto(await desk.link(errand, AUTHOR))
        await page.get_by_role("button", name="Connect your wallet").wait_for()
        await check(page)
        await page.get_by_role("button", name="Connect your wallet").tap()
        await page.get_by_text("The whole of it, to the letter").tap()
        await check(page)
        wallet.errors = {"eth_signTypedData_v4": {"code": 4001, "message": "no"}}
        await page.get_by_role("button", name="Sign the proposal").tap()
        await expect(page.get_by_role("alert")).to_be_in_viewport()
        await check(page)
        wallet.errors = {}
        await page.get_by_role("button", name="Sign the proposal").tap()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        await check(page)
        assert visit.problems == []
    async with visiting(browser, **look) as visit:
        page = visit.page
        await page.goto(await desk.link())
        await page.get_by_role("button", name="Copy the link").wait_for()
        await check(page)
        await page.goto("about:blank")
        await page.goto(f"{desk.place.url}/s#made-up")
        await page.get_by_role("alert").wait_for()
        await check(page)


async def test_the_keyboard_is_enough(desk: Desk, browser: Browser) -> None:
    async with visiting(browser, BrowserWallet(provider=desk.wallet("Ana"))) as visit:
        page = visit.page
        await page.goto(await desk.link())
        await page.get_by_role("button", name="Connect your wallet").wait_for()
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        await expect(focused).to_have_text("Connect your wallet")
        width = await focused.evaluate("e => getComputedStyle(e).outlineWidth")
        assert width == "3px", "what is focused can be seen"
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="2. Read")).to_be_focused()
        for _ in range(3):
            await page.keyboard.press("Tab")
            if await page.locator("#sign:focus").count():
                break
        await page.keyboard.press("Space")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Done: signed")
        assert visit.problems == []


async def test_the_landmarks_and_headings_are_in_order(desk: Desk, browser: Browser) -> None:
    async with visiting(browser, BrowserWallet(provider=desk.wallet("Ana"))) as visit:
        page = visit.page
        await connect(page, await desk.link())
        for role in ("banner", "main", "contentinfo"):
            await expect(page.get_by_role(role)).to_have_count(1)
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert await page.locator("html").get_attribute("lang") == "en"
        assert await page.title() == "Link your wallet · Assent"
        assert await page.locator("[aria-live=polite]").count() == 1
        ids = await page.locator("[id]").evaluate_all("all => all.map((e) => e.id)")
        assert len(ids) == len(set(ids))
