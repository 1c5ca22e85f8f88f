"""What people look up about votes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.errors import Refusal
from bot.domain.offchain.announcement import VoteDecided
from bot.domain.offchain.history import MOST_POINTS
from bot.domain.types import Address, GuildId, UnixSeconds
from bot.domain.wallet import Wallet
from bot.services.ballots import SILENT
from sandbox.snapshot.exchange import json_reply
from sandbox.snapshot.ledger import ProposalRecord, VoteRecord
from tests.builders import GUILD, MEMBER
from tests.forkable_chain import CHAIN
from tests.town import Town


async def test_a_look_reads_the_tally_from_the_hub_and_changes_nothing(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    await town.voter(0).vote(record.id, 1)
    before = town.dump()
    look = await town.ballots.look(GUILD, idea.reference)
    assert look.as_of is None
    assert look.sighting.seen.votes == 1
    assert look.sighting.unit == "BTRST"
    assert town.dump() == before


@pytest.mark.parametrize("name", ["btrst-1", "1", "{id}", "{link}", " #BTRST-1 "])
async def test_a_vote_is_found_by_reference_id_and_link(town: Town, name: str) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    link = f"https://snapshot.box/#/s:{record.space}/proposal/{record.id}"
    look = await town.ballots.look(GUILD, name.format(id=record.id.upper(), link=link))
    assert look.sighting.seen.id == record.id


@pytest.mark.parametrize("name", ["BTRST-9", "0x" + "0" * 64, "", "nonsense", "0x12"])
async def test_what_is_no_vote_here_is_refused(town: Town, name: str) -> None:
    await town.opened()
    with pytest.raises(Refusal):
        await town.ballots.look(GUILD, name)


async def test_a_proposal_without_a_vote_says_so(town: Town) -> None:
    idea = await town.idea()
    with pytest.raises(Refusal, match="has no vote on Snapshot yet"):
        await town.ballots.look(GUILD, idea.reference)


async def test_another_server_sees_nothing_of_it(town: Town) -> None:
    idea = await town.opened()
    with pytest.raises(Refusal):
        await town.ballots.look(GuildId(901), (await town.record(idea)).id)
    assert not await town.ballots.matching(GuildId(901))


async def test_a_silent_hub_leaves_the_tally_that_was_last_seen(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    posted_at = town.clock.time
    town.clock.wait(60)
    await town.voter(0).vote(record.id, 1)
    town.world.faults.server_error("hub")
    look = await town.ballots.look(GUILD, idea.reference)
    assert look.as_of == posted_at
    assert look.sighting.seen.votes == 0


async def test_open_votes_are_listed_until_they_end(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    assert [vote.seen.id for vote in (await town.ballots.open_votes(GUILD, 7)).rows] == [record.id]
    town.clock.time = record.end + 1
    page = await town.ballots.open_votes(GUILD, 0)
    assert (page.rows, page.count, page.page_count) == ((), 0, 1)


async def test_votes_are_offered_by_reference_and_title(town: Town) -> None:
    idea = await town.opened()
    for typed in ("", "btrst-1", "MARKETPLACE", (await town.record(idea)).id[:12]):
        (offered,) = await town.ballots.matching(GUILD, typed)
        assert offered.proposal == await town.proposal(idea)
    assert not await town.ballots.matching(GUILD, "football")


async def link(town: Town, *addresses: str) -> None:
    async with town.database.transaction() as store:
        for number, address in enumerate(addresses):
            wallet = Wallet(
                guild_id=GUILD,
                user_id=MEMBER.user_id,
                address=Address(address),
                chain_id=CHAIN,
                linked_at=UnixSeconds(number),
            )
            await store.wallets.save(wallet)


async def test_the_power_of_linked_wallets_is_told_for_each(town: Town) -> None:
    idea = await town.opened()
    town.clock.wait(60)
    whale = town.world.wallet("whale", power=90_000)
    await link(town, town.voter(0).address, whale.address)
    for name in ("", idea.reference):
        found = await town.ballots.power(GUILD, MEMBER.user_id, name)
        assert [each.total for each in found.powers] == [Decimal(60_000), Decimal(90_000)]
        assert all(each.is_final for each in found.powers)
        assert found.sighting.unit == "BTRST"


async def test_the_power_of_any_address_can_be_asked(town: Town) -> None:
    idea = await town.opened()
    found = await town.ballots.power(
        GUILD, MEMBER.user_id, idea.reference, f" {town.voter(0).address} "
    )
    (power,) = found.powers
    assert (power.total, power.by_strategy) == (Decimal(60_000), (Decimal(60_000),))


@pytest.mark.parametrize("address", ["0x12", "vitalik.eth", "0x" + "g" * 40, "0x" + "1" * 41])
async def test_a_mistyped_address_is_refused_before_anybody_is_asked(
    town: Town, address: str
) -> None:
    idea = await town.opened()
    town.world.requests.clear()
    with pytest.raises(Refusal, match="is no address"):
        await town.ballots.power(GUILD, MEMBER.user_id, idea.reference, address)
    assert not town.world.requests


async def test_what_the_hub_takes_for_no_address_is_refused_in_our_words(town: Town) -> None:
    idea = await town.opened()
    await town.ballots.look(GUILD, idea.reference)
    town.world.faults.graphql_error("invalid address")
    address = town.voter(0).address
    with pytest.raises(Refusal, match="typing error"):
        await town.ballots.power(GUILD, MEMBER.user_id, idea.reference, address)


async def test_who_has_no_wallet_is_told_how_to_link_one(town: Town) -> None:
    idea = await town.opened()
    with pytest.raises(Refusal, match="/wallet link"):
        await town.ballots.power(GUILD, MEMBER.user_id, idea.reference)
    with pytest.raises(Refusal, match="/wallet link"):
        await town.ballots.mine(GUILD, MEMBER.user_id)
    with pytest.raises(Refusal, match="No vote is open here now"):
        town.clock.time = (await town.record(idea)).end + 1
        await town.ballots.power(GUILD, MEMBER.user_id)


async def test_a_pending_power_is_no_final_one(town: Town) -> None:
    idea = await town.opened()
    answer = {"vp": {"vp": 1.5, "vp_by_strategy": [1.5], "vp_state": "pending"}}
    town.world.faults.answer("hub", json_reply({"data": answer}))
    found = await town.ballots.power(GUILD, MEMBER.user_id, idea.reference, town.voter(0).address)
    assert (found.powers[0].total, found.powers[0].is_final) == (Decimal("1.5"), False)


async def test_my_votes_are_told_from_those_that_wait_for_me(town: Town) -> None:
    record = await town.record(await town.opened())
    town.clock.wait(60)
    me = town.voter(0)
    await link(town, town.voter(1).address, me.address)
    mine = await town.ballots.mine(GUILD, MEMBER.user_id)
    assert [vote.seen.id for vote in mine.missing] == [record.id]
    assert not mine.cast
    await me.vote(record.id, 2)
    mine = await town.ballots.mine(GUILD, MEMBER.user_id)
    assert not mine.missing
    ((vote, (ballot,)),) = mine.cast
    assert (vote.seen.id, ballot.choice, ballot.power) == (record.id, 2, Decimal(60_000))


async def test_voters_come_largest_first_and_in_pages(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    for number in range(12):
        wallet = town.world.wallet(f"voter {number}", power=1_000 + number)
        await wallet.vote(record.id, 1, reason=f"Because of {number}.")
    first = await town.ballots.voters(GUILD, idea.reference)
    assert [int(each.power) for each in first.ballots] == list(range(1_011, 1_001, -1))
    assert first.ballots[0].reason == "Because of 11."
    last = await town.ballots.voters(GUILD, record.id, 99_999)
    assert (last.page, last.page_count) == (1, 2)
    assert [int(each.power) for each in last.ballots] == [1_001, 1_000]


@pytest.mark.parametrize("what", ["voters", "report", "power", "mine"])
@pytest.mark.parametrize("fault", ["server_error", "too_many", "html", "graphql_error"])
async def test_a_hub_in_trouble_is_told_in_plain_words(town: Town, what: str, fault: str) -> None:
    idea = await town.opened()
    town.clock.wait(60)
    await link(town, town.voter(0).address)
    arm = getattr(town.world.faults, fault)
    arm(times=5) if fault == "graphql_error" else arm("hub", times=5)
    asked = {
        "voters": (GUILD, idea.reference),
        "report": (GUILD, idea.reference, 10**6),
        "power": (GUILD, MEMBER.user_id, idea.reference),
        "mine": (GUILD, MEMBER.user_id),
    }
    with pytest.raises(Refusal) as refused:
        await getattr(town.ballots, what)(*asked[what])
    assert str(refused.value) == SILENT


def cast(town: Town, record: ProposalRecord, count: int, *, a_second: int) -> None:
    """Let so many people have voted, some of them in the same second."""
    for number in range(count):
        vote = VoteRecord(
            id=f"0x{number:064x}",
            ipfs=f"bafy{number}",
            voter=f"0x{number:040x}",
            created=record.start + number // a_second,
            space=record.space,
            proposal=record.id,
            choice=1 + number % 2,
            reason="",
            app="",
            metadata={},
            vp=Decimal(number + 1),
            vp_by_strategy=[Decimal(number + 1)],
        )
        town.world.ledger.votes[vote.voter, record.id] = vote
    record.votes = count


async def test_a_report_goes_on_where_the_hub_skips_no_more(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    cast(town, record, 7_500, a_second=7)
    found = await town.ballots.report(GUILD, idea.reference, 10**7)
    header, *rows = found.text.split("\n")
    assert header == "address,choice,voting_power,timestamp,author_ipfs_hash,reason"
    assert (len(rows), found.written) == (7_500, 7_500)
    assert len(set(rows)) == 7_500
    assert rows[-1].startswith(f"0x{7_499:040x},")


async def test_a_report_too_large_for_a_file_is_cut_at_a_row(town: Town) -> None:
    idea = await town.opened()
    cast(town, await town.record(idea), 50, a_second=1)
    found = await town.ballots.report(GUILD, idea.reference, 1_000)
    assert len(found.text.encode()) <= 1_000
    assert 0 < found.written < 50
    assert found.written == found.text.count("\n")


async def test_more_votes_in_a_second_than_can_be_paged_end_the_report(town: Town) -> None:
    idea = await town.opened()
    cast(town, await town.record(idea), 6_500, a_second=10_000)
    found = await town.ballots.report(GUILD, idea.reference, 10**7)
    assert found.written == 6_000
    assert found.sighting.seen.votes == 6_500


async def test_the_scores_over_time_end_with_what_is_true_now(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    for number in range(3):
        town.clock.wait(600)
        await town.voter(number).vote(record.id, 1)
        if number < 2:
            await town.tallies.tick()
    found = await town.ballots.history(GUILD, idea.reference)
    assert [point.scores[0] for point in found.points] == [60_000, 120_000, 180_000]


async def test_a_vote_without_scores_has_no_picture(town: Town) -> None:
    idea = await town.opened()
    with pytest.raises(Refusal, match="not known yet"):
        await town.ballots.history(GUILD, idea.reference)
    assert await town.ballots.chart_of(GUILD, f"snapshot:{(await town.record(idea)).id}") is None
    assert await town.ballots.chart_of(GUILD, "") is None


async def test_a_decided_vote_has_its_picture(town: Town) -> None:
    idea = await town.in_consensus()
    (decided,) = {news for _, news in await town.heard(VoteDecided)}
    found = await town.ballots.chart_of(GUILD, decided.vote_key)
    assert found is not None
    assert found.points[-1].scores == decided.scores
    assert found.sighting.proposal == await town.proposal(idea)


async def test_a_vote_that_changes_all_the_time_keeps_few_points(town: Town) -> None:
    idea = await town.opened()
    seen = (await town.ballots.look(GUILD, idea.reference)).sighting.seen
    async with town.database.transaction() as store:
        for number in range(1, 1_200):
            at = UnixSeconds(seen.start + number * 60)
            scores = (Decimal(number), Decimal(0))
            await store.hub.save(replace(seen, scores=scores, scores_updated=at), at)
        points = await store.hub.points(seen.id)
    assert len(points) <= MOST_POINTS
    assert points[-1].scores[0] == 1_199
