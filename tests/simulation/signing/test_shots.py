from tests.builders import AUTHOR
from tests.simulation.signing.chromium import *
from tests.simulation.signing.conftest import Desk


async def test_shots(desk: Desk) -> None:
    body = (
        "## Why\n\nClients compare us with agencies that take 5 %. Two points less would help.\n\n"
        * 6
    )
    errand = await desk.to_be_signed(text=body)
    desk.author()
    async with open_browser() as browser:
        for scheme, viewport, name in (
            ("light", DESK, "light"),
            ("dark", DESK, "dark"),
            ("light", PHONE, "phone"),
            ("dark", PHONE, "phone-dark"),
        ):
            wallet = BrowserWallet(name="Mara")
            async with visiting(browser, wallet, color_scheme=scheme, viewport=viewport) as visit:
                page = visit.page
                await page.goto(await desk.link(errand, AUTHOR))
                await page.get_by_role("button", name="Connect your wallet").wait_for()
                await page.screenshot(path=f"/tmp/page-{name}-1.png", full_page=True)
                await page.get_by_role("button", name="Connect your wallet").click()
                await page.get_by_role("button", name="Sign the proposal").wait_for()
                await page.screenshot(path=f"/tmp/page-{name}-2.png", full_page=True)
                wallet.errors["eth_signTypedData_v4"] = {"code": 4001, "message": "User rejected"}
                await page.get_by_role("button", name="Sign the proposal").click()
                await page.get_by_role("alert").wait_for()
                await page.screenshot(path=f"/tmp/page-{name}-3.png")
                assert not visit.problems
        async with visiting(
            browser, BrowserWallet(name="Ana"), names=("MetaMask", "Rabby")
        ) as visit:
            page = visit.page
            await page.goto(await desk.link())
            await page.get_by_role("button", name="Connect Rabby").click()
            await page.get_by_role("button", name="Sign the message").wait_for()
            await page.screenshot(path="/tmp/page-link-2.png", full_page=True)
            await page.get_by_role("button", name="Sign the message").click()
            await page.get_by_role("heading", name="Done").wait_for()
            await page.screenshot(path="/tmp/page-link-3.png", full_page=True)
            assert not visit.problems
        async with visiting(browser, None, viewport=PHONE) as visit:
            page = visit.page
            await page.goto(await desk.link())
            await page.get_by_role("heading", name="There is no wallet").wait_for()
            await page.screenshot(path="/tmp/page-nowallet.png", full_page=True)
            desk.town.clock.wait(3600)
            await page.reload()
            await page.get_by_role("heading", name="This link has expired").wait_for()
            await page.screenshot(path="/tmp/page-expired.png", full_page=True)
            assert not visit.problems
