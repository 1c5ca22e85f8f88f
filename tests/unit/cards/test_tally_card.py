"""The live tally of a vote."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.live_card import TallyCard
from bot.domain.offchain.snapshot import VotingType
from bot.domain.onchain.governor import GovernorState
from bot.domain.share import share
from bot.domain.types import UnixSeconds

Read = Callable[..., Any]


def test_an_open_vote_shows_numbers_bars_turnout_and_what_they_would_mean(
    read: Read, tally: TallyCard
) -> None:
    shown = read(tally)
    assert shown.title == tally.title
    assert shown.text == (
        "**TEMPERATURE CHECK** · voting open · BTRST-12\n"
        "\n"
        "**Yes** · 81.2 % · 1.02M BTRST\n"
        "████████████████░░░░\n"
        "**No** · 18.8 % · 236.4K BTRST\n"
        "████░░░░░░░░░░░░░░░░\n"
        "\n"
        "143 votes · turnout 1.256M BTRST\n"
        "**Quorum reached ✔** (100K BTRST)\n"
        "**As it stands: passes** (more Yes than the rest)\n"
        "\n"
        "Ends <t:1790259200:F> (<t:1790259200:R>)\n"
        "Read from Snapshot · last change <t:1790000040:R>"
    )
    assert shown.next_step.startswith("Everybody with voting power: vote by <t:1790259200:F>")
    assert shown.buttons == {"Vote on Snapshot": tally.link}


def test_no_result_is_called_a_result_before_it_is_final(read: Read, tally: TallyCard) -> None:
    assert "result" not in read(tally).everything.lower()
    counting = read(replace(tally, is_open=False))
    assert "closed, being counted" in counting.text
    assert "result" not in counting.everything.lower()
    assert "as soon as it is final" in counting.next_step


def test_a_final_tally_gives_the_result_by_the_rule(read: Read, tally: TallyCard) -> None:
    final = replace(tally, is_open=False, is_final=True)
    assert "**Result: passed ✔** (more Yes than the rest)" in read(final).text
    assert "Ended <t:1790259200:F>" in read(final).text
    lost = replace(final, passed=False, why="a tie")
    assert "**Result: did not pass ✖** (a tie)" in read(lost).text
    unjudged = replace(final, passed=None, why="")
    assert "**Result:** not known yet" in read(unjudged).text


def test_a_missing_quorum_says_how_much_is_missing(read: Read, tally: TallyCard) -> None:
    short = replace(tally, quorum=Decimal(1_268_400), passed=False, why="the quorum is not reached")
    assert (
        "**Quorum not reached yet**: 12K BTRST more (of 1.268M BTRST)\n"
        "▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 99.1 % of the quorum\n"
    ) in read(short).text
    assert "As it stands: does not pass" in read(short).text
    final = replace(short, is_open=False, is_final=True)
    assert "**Quorum not reached ✖** (1.268M BTRST were needed)" in read(final).text


def test_a_quorum_reached_to_the_token_is_reached(read: Read, tally: TallyCard) -> None:
    exact = replace(tally, quorum=Decimal(100), quorum_counted=Decimal(100))
    assert "**Quorum reached ✔**" in read(exact).text


def test_a_vote_without_a_quorum_says_nothing_of_one(read: Read, tally: TallyCard) -> None:
    assert "uorum" not in read(replace(tally, quorum=None)).text


def test_shielded_votes_are_hidden_until_the_end(read: Read, tally: TallyCard) -> None:
    shown = read(replace(tally, is_hidden=True))
    assert "The votes are shielded" in shown.text
    assert "%" not in shown.text
    assert "1.02M" not in shown.text
    assert "As it stands" not in shown.text
    assert "hidden until the end" in shown.text
    assert "143 votes · turnout 1.256M BTRST" in shown.text
    assert "**Quorum reached ✔**" in shown.text
    unheard = read(replace(tally, is_hidden=True, scores=(), quorum_counted=None))
    assert "143 votes · turnout not known yet" in unheard.text
    assert "not known yet whether it is reached" in unheard.text
    assert "81.2 %" in read(replace(tally, is_hidden=True, is_open=False, is_final=True)).text


@pytest.mark.parametrize("scores", [(), (Decimal(1),)])
def test_scores_that_are_not_known_are_not_zero(
    read: Read, tally: TallyCard, scores: tuple[Decimal, ...]
) -> None:
    shown = read(replace(tally, scores=scores, passed=None, why=""))
    assert "**Yes**\n**No**\nHow they stand is not known yet." in shown.text
    assert "turnout not known yet" in shown.text
    assert "0 %" not in shown.text


def test_nobodys_vote_is_known_once_it_is_final(read: Read, tally: TallyCard) -> None:
    unheard = replace(
        tally,
        scores=(),
        scores_total=Decimal(0),
        quorum_counted=Decimal(0),
        votes=0,
        is_open=False,
        is_final=True,
        passed=False,
        why="nobody voted",
    )
    shown = read(unheard)
    assert "Nobody voted." in shown.text
    assert "0 votes · turnout 0 BTRST" in shown.text
    assert "Quorum not reached ✖" in shown.text


def test_of_many_choices_the_ten_with_the_most_are_shown(read: Read, tally: TallyCard) -> None:
    many = replace(
        tally,
        choices=tuple(f"Choice {number}" for number in range(14)),
        scores=tuple(Decimal(number) for number in range(14)),
        scores_total=Decimal(91),
    )
    text = read(many).text
    assert text.index("**Choice 13**") < text.index("**Choice 4**")
    assert "**Choice 3**" not in text
    assert "and 4 more choices, together 6 BTRST" in text


def test_many_choices_without_scores_are_counted(read: Read, tally: TallyCard) -> None:
    many = replace(tally, choices=tuple(map(str, range(11))), scores=(), passed=None)
    assert "and 1 more choice, all of them on Snapshot\n" in read(many).text


def test_a_total_that_says_nothing_is_the_sum(read: Read, tally: TallyCard) -> None:
    assert "81.2 %" in read(replace(tally, scores_total=Decimal(0))).text


def test_a_choice_without_a_name_is_said_to_have_none(read: Read, tally: TallyCard) -> None:
    assert "**(a choice without a name)**" in read(replace(tally, choices=("", "No"))).text


def test_a_vote_to_come_says_when_it_opens(read: Read, tally: TallyCard) -> None:
    early = replace(
        tally, is_open=False, seen_at=UnixSeconds(tally.start - 9), times_are_estimates=True
    )
    shown = read(early)
    assert "not open yet" in shown.text
    assert "Opens about <t:1790000000:F>" in shown.text


def test_an_estimated_end_says_about(read: Read, tally: TallyCard) -> None:
    shown = read(replace(tally, times_are_estimates=True))
    assert "Ends about <t:1790259200:F>" in shown.text
    assert "vote by about <t:1790259200:F>" in shown.next_step


def test_a_time_that_is_not_known_is_no_date(read: Read, tally: TallyCard) -> None:
    assert "Ends (time not known yet)" in read(replace(tally, end=UnixSeconds(0))).text
    assert "(time not known yet)" in read(replace(tally, end=UnixSeconds(2**256))).text


def test_a_tally_on_chain_has_its_governor_as_the_source(read: Read, tally: TallyCard) -> None:
    shown = read(replace(tally, reference="", source="Uniswap Governor", votes=None, link=""))
    assert shown.footer.startswith("Uniswap Governor · ")
    assert "\nturnout 1.256M BTRST" in shown.text
    assert shown.rendered.view is None


def test_a_vote_that_was_deleted_has_no_result_and_nothing_to_press(
    read: Read, tally: TallyCard
) -> None:
    shown = read(replace(tally, is_gone=True, is_open=False, passed=None))
    assert "deleted ✖" in shown.text
    assert "**No result:** the vote was deleted before it was decided." in shown.text
    assert "Nobody can vote here any more" in shown.next_step
    assert shown.rendered.view is None


def test_a_vote_that_was_set_aside_says_so_and_calls_nobody(read: Read, tally: TallyCard) -> None:
    aside = read(replace(tally, is_set_aside=True, is_open=False))
    assert "set aside ✖" in aside.text
    assert "No result here" in aside.text
    assert "does not count here" in aside.next_step


SYSTEMS = {
    "single-choice": "Single choice: pick one choice.",
    "basic": "Basic voting: pick one choice.",
    "approval": (
        "Approval voting: pick as many as you like; shares can add up to more than 100 %."
    ),
    "weighted": ("Weighted voting: split your voting power between as many choices as you like."),
    "quadratic": (
        "Quadratic voting: split your voting power between as many choices as you like; "
        "many small voters count for more than one large one."
    ),
    "ranked-choice": (
        "Ranked choice: put the choices in order, your favourite first; shown is the last round "
        "of the run-off; choices that were eliminated show 0."
    ),
    "copeland": (
        "Copeland voting: put the choices in order, your favourite first; every two choices are "
        "compared, and the numbers are such pairwise wins, scaled to the total voting power."
    ),
    "custom": (
        "Custom voting: see on Snapshot how this space votes; "
        "the numbers are as Snapshot shows them."
    ),
    "new-<@1>": (
        "Voting system “new-<@1>”: see on Snapshot how it works; "
        "the numbers are as Snapshot shows them."
    ),
}


@pytest.mark.parametrize("kind", SYSTEMS)
def test_every_voting_system_is_explained_below_its_numbers(
    read: Read, tally: TallyCard, kind: str
) -> None:
    text = read(replace(tally, voting_type=kind)).text
    assert f"████░░░░░░░░░░░░░░░░\n{SYSTEMS[kind]}\n\n143 votes" in text


def test_every_voting_system_of_snapshot_has_words() -> None:
    assert {each.value for each in VotingType} <= set(SYSTEMS)


def test_approvals_are_shares_of_all_who_voted_and_are_not_added_up(
    read: Read, tally: TallyCard
) -> None:
    approved = replace(
        tally,
        voting_type="approval",
        choices=tuple(f"Article {number}" for number in range(1, 13)),
        scores=tuple(map(Decimal, (257, 171, 139, 125, 90, 80, 70, 60, 50, 40, 30, 20))),
        scores_total=Decimal(406),
    )
    text = read(approved).text
    assert "**Article 1** · 63.3 % · 257 BTRST" in text
    assert "and 2 more choices, none with more than 30 BTRST" in text
    assert "together" not in text


def test_an_eliminated_choice_shows_the_zero_of_the_last_round(
    read: Read, tally: TallyCard
) -> None:
    ranked = replace(
        tally,
        voting_type="ranked-choice",
        choices=("Alice", "Bob", "Carol", "David"),
        scores=tuple(map(Decimal, (117, 0, 80, 0))),
        scores_total=Decimal(197),
    )
    text = read(ranked).text
    assert "**Alice** · 59.4 % · 117 BTRST" in text
    assert "**Bob** · 0 % · 0 BTRST" in text
    assert "eliminated show 0" in text


def test_a_hundred_choices_are_ten_and_the_rest_together(read: Read, tally: TallyCard) -> None:
    hundred = replace(
        tally,
        voting_type="weighted",
        choices=tuple(f"Choice {number} {'<@1>*' * 50}" for number in range(100)),
        scores=tuple(Decimal(number) for number in range(100)),
        scores_total=Decimal(4950),
    )
    text = read(hundred).text
    assert text.count("░" * 19) == 10
    assert "and 90 more choices, together 4.005K BTRST" in text
    assert "Read from Snapshot" in text


def test_a_share_of_the_supply_is_shown_with_its_amount_or_as_unknown(
    read: Read, tally: TallyCard
) -> None:
    known = replace(tally, quorum_share=share(1, 25), quorum=Decimal(10_000_000))
    assert "(of 4 % of the supply: 10M BTRST)" in read(known).text
    unknown = replace(known, quorum=None, passed=None)
    assert "Quorum 4 % of the supply: the supply is not known yet" in read(unknown).text
    final = read(replace(unknown, is_final=True, is_open=False))
    assert "**Result:** not known yet" in final.text


def test_a_quorum_of_votes_against_is_told_the_other_way_round(
    read: Read, tally: TallyCard
) -> None:
    rejection = replace(
        tally,
        is_rejection=True,
        quorum=Decimal(945_600),
        quorum_counted=Decimal(236_400),
        why="too few voted No to reject it",
    )
    text = read(rejection).text
    assert (
        "Fails only if **No** reaches 945.6K BTRST: 236.4K so far\n"
        "▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 25 % of what rejects it"
    ) in text
    assert "uorum" not in text
    final = replace(rejection, is_final=True, is_open=False)
    assert "**No** has stayed below the 945.6K BTRST that reject it ✔" in read(final).text
    lost = replace(final, quorum=Decimal(200_000), passed=False)
    assert "**No** has reached the 200K BTRST that reject it ✖" in read(lost).text
    hidden = replace(rejection, is_hidden=True, quorum_counted=None)
    assert "Fails only if **No** reaches 945.6K BTRST; how it stands" in read(hidden).text


def test_what_does_not_count_towards_the_quorum_is_told_apart(read: Read, tally: TallyCard) -> None:
    text = read(replace(tally, quorum_counted=Decimal(1_000_000))).text
    assert "turnout 1.256M BTRST\n1M BTRST of it count towards the quorum\n" in text


def test_several_sources_of_voting_power_are_named(read: Read, tally: TallyCard) -> None:
    one = read(replace(tally, strategies=("BTRST",))).text
    assert "sources" not in one
    five = replace(tally, strategies=("BTRST", "stBTRST", "", "a", "b"))
    assert "Voting power from 5 sources: BTRST, stBTRST, ? and 2 more" in read(five).text


def test_a_vote_made_elsewhere_says_where_and_by_whom(read: Read, tally: TallyCard) -> None:
    outside = read(replace(tally, is_outside=True)).text
    assert outside.startswith(
        "**TEMPERATURE CHECK** · voting open · BTRST-12\nMade outside Assent\n"
    )
    foreign = replace(
        tally, reference="", heading="Vote", space="other.eth", is_outside=True, is_by_stranger=True
    )
    assert read(foreign).text.startswith(
        "**VOTE** · voting open · in other.eth\n⚠ Its author is not a member of the space\n"
    )
    both = replace(tally, is_outside=True, is_by_stranger=True)
    assert "Made outside Assent · ⚠ Its author is not a member of the space" in read(both).text


def test_a_vote_without_a_rule_of_ours_shows_who_leads_and_no_verdict(
    read: Read, tally: TallyCard
) -> None:
    elsewhere = replace(tally, has_rule=False, passed=None, why="")
    assert "esult" not in read(elsewhere).text
    final = replace(elsewhere, is_final=True, is_open=False)
    assert "**Result:** “Yes” has the most" in read(final).text
    tied = replace(final, scores=(Decimal(5), Decimal(5)))
    assert "**Result:** a tie" in read(tied).text
    unheard = replace(final, scores=(), votes=0, scores_total=Decimal(0))
    assert "**Result" not in read(unheard).text


def test_of_spam_nothing_is_shown(read: Read, tally: TallyCard) -> None:
    spam = read(replace(tally, is_spam=True, title="Claim your airdrop", choices=("evil.example",)))
    assert spam.title == "🚫 Hidden: marked as spam on Snapshot"
    assert "airdrop" not in spam.everything
    assert "evil" not in spam.everything
    assert spam.rendered.view is None


def test_what_is_not_open_yet_lists_its_choices_and_says_when(read: Read, tally: TallyCard) -> None:
    to_come = replace(
        tally,
        voting_type="basic",
        is_open=False,
        start=UnixSeconds(tally.seen_at + 60),
        scores=(Decimal(0), Decimal(0)),
        scores_total=None,
        quorum_counted=None,
    )
    for scores in ((), to_come.scores):
        shown = read(replace(to_come, scores=scores))
        assert "not open yet" in shown.text
        assert "**Yes**\n**No**\nBasic voting: pick one choice." in shown.text
        assert "Quorum to reach: 100K BTRST" in shown.text
        assert "Opens <t:" in shown.text
        for word in ("not known", "turnout", "As it stands", "votes ·"):
            assert word not in shown.text
    share_of_it = replace(to_come, quorum=None, quorum_share=share(1, 25))
    assert "Quorum to reach: 4 % of the supply\n" in read(share_of_it).text
    rejection = replace(to_come, is_rejection=True)
    assert "Fails only if **No** reaches 100K BTRST" in read(rejection).text
    assert "Quorum" not in read(replace(to_come, quorum=None)).text
    assert "**No result:**" in read(replace(to_come, is_gone=True)).text


def test_what_is_folded_is_a_command_away(read: Read, tally: TallyCard) -> None:
    choices = tuple(f"Choice {number}" for number in range(100))
    known = replace(tally, choices=choices, scores=tuple(map(Decimal, range(100))))
    assert "· `/vote show` has all of them" in read(known).text
    unknown = replace(known, scores=(), scores_total=None)
    assert "and 90 more choices, all of them on Snapshot" in read(unknown).text


@pytest.fixture
def on_chain_tally(tally: TallyCard) -> TallyCard:
    return replace(
        tally,
        heading="On-chain vote",
        choices=("For", "Against"),
        source="Braintrust Governor",
        link="",
        state=GovernorState.ACTIVE,
        why="",
        needed=Decimal(0),
    )


def test_on_chain_it_says_what_it_takes_to_pass_and_counts_voters(
    read: Read, on_chain_tally: TallyCard
) -> None:
    passing = read(on_chain_tally).text
    assert "**As it stands: passes**" in passing
    assert "143 voters · turnout 1.256M BTRST" in passing
    lacking = replace(on_chain_tally, passed=False, needed=Decimal("40000.01"))
    assert "does not pass** (needs 40.01K BTRST more For)" in read(lacking).text
    assert "voter" not in read(replace(on_chain_tally, votes=None)).text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (GovernorState.PENDING, "not open yet"),
        (GovernorState.UPDATABLE, "not open yet, and may still be changed"),
        (GovernorState.ACTIVE, "voting open"),
        (GovernorState.OBJECTION_PERIOD, "open for objections alone"),
        (GovernorState.VETOED, "vetoed ✖"),
        (GovernorState.CANCELED, "canceled ✖"),
        (GovernorState.QUEUED, "closed"),
        (GovernorState.UNKNOWN, "its state is not known yet"),
    ],
)
def test_each_state_on_chain_has_its_words(
    read: Read, on_chain_tally: TallyCard, state: GovernorState, words: str
) -> None:
    card = replace(on_chain_tally, state=state)
    assert f"**ON-CHAIN VOTE** · {words} · BTRST-12" in read(card).text


def test_what_can_never_be_undone_is_called_final_on_chain(
    read: Read, on_chain_tally: TallyCard
) -> None:
    closed = replace(on_chain_tally, state=GovernorState.DEFEATED, is_open=False, is_final=True)
    assert "final" not in read(closed).text
    assert "closed, final on chain" in read(replace(closed, is_finalized=True)).text


def test_a_quorum_that_is_not_fixed_yet_is_said_to_be_so(
    read: Read, on_chain_tally: TallyCard
) -> None:
    pending = replace(
        on_chain_tally, state=GovernorState.PENDING, is_open=False, quorum=None, passed=None
    )
    assert "not fixed yet, the contract fixes it when the vote opens" in read(pending).text
    silent = replace(on_chain_tally, quorum=None, passed=None)
    assert "Quorum: not known yet" in read(silent).text


def test_on_chain_it_says_what_part_of_all_tokens_took_part(
    read: Read, on_chain_tally: TallyCard, tally: TallyCard
) -> None:
    told = replace(on_chain_tally, participation=Decimal("0.1244"))
    assert "turnout 1.256M BTRST · 12.4 % of all BTRST took part\n" in read(told).text
    few = replace(told, participation=Decimal("0.000001"), unit="")
    assert "less than 0.1 % of all tokens took part" in read(few).text
    assert "what part of all that is, is not known\n" in read(on_chain_tally).text
    unread = replace(told, scores=(), scores_total=None)
    assert "turnout not known yet\n" in read(unread).text
    assert "took part" not in read(replace(told, state=GovernorState.PENDING)).text
    assert "of all" not in read(tally).text, "Snapshot counts what no one token tells."


@pytest.mark.parametrize(
    ("state", "changes", "words"),
    [
        (GovernorState.SUCCEEDED, {}, "**Result: passed ✔**\n"),
        (GovernorState.QUEUED, {}, "passed ✔** (it waits in the timelock now)"),
        (GovernorState.EXECUTED, {}, "passed ✔** (it has been executed since)"),
        (GovernorState.EXPIRED, {}, "passed ✔** (but nobody executed it in time, and it has exp"),
        (
            GovernorState.DEFEATED,
            {"quorum_counted": Decimal(1)},
            "did not pass ✖** (the quorum was missed)",
        ),
        (
            GovernorState.DEFEATED,
            {"scores": (Decimal(1), Decimal(2))},
            "did not pass ✖** (there were more votes Against than For)",
        ),
        (GovernorState.DEFEATED, {"scores": ()}, "did not pass ✖**\n"),
    ],
)
def test_the_result_on_chain_says_what_came_of_it_or_why_it_failed(
    read: Read,
    on_chain_tally: TallyCard,
    state: GovernorState,
    changes: dict[str, Any],
    words: str,
) -> None:
    passed = state is not GovernorState.DEFEATED
    closed = replace(on_chain_tally, state=state, is_open=False, is_final=True, passed=passed)
    assert words in read(replace(closed, **changes)).text
