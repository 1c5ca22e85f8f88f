"""What earlier versions have written can still be read, whatever its types are called now."""

from decimal import Decimal

from bot.domain.live_card import TallyCard
from bot.domain.onchain.simulation import Outcome, SimulatedCall, Simulation
from bot.domain.review.review_card import ReviewCard
from bot.domain.types import BlockNumber, UnixSeconds
from bot.storage.codec import GOVERNOR_PROPOSAL, SPEECH, TECHNICAL_REVIEW

# The calls of a review were called a trial, and each call had a type of its own.
TRIED = '{"at":50,"block":5,"calls":[{"outcome":"would revert","why":"no"}]}'
KEY = '{"chain_id":1,"governor":"0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01","id":7}'
REVIEW = (
    f'{{"guild_id":900,"key":{KEY},"digest":"ab","checks":["calls"],"began_at":40,"is_open":true,'
    f'"described":[],"simulation":{TRIED},"tried_at":50,"concerns":[]}}'
)
REVIEW_CARD = (
    f'{{"kind":"review card","governor_key":{KEY},"governor_name":"G","title":"Fee",'
    f'"subject":null,"is_brief":false,"end":null,"calls":[],"comparison":null,'
    f'"simulation":{TRIED},"is_simulation_old":false,"eta":60,"expires_at":null}}'
)
TALLY = (
    '{"kind":"tally card","tally_key":"k","reference":"","heading":"On-chain vote","title":"Fee",'
    '"source":"G","choices":["For","Against","Abstain"],"scores":["2","1","0"],'
    '"scores_total":"3","votes":2,"quorum":"1","quorum_counted":"2","unit":"BTRST","start":1,'
    '"end":2,"times_are_estimates":true,"is_open":true,"is_hidden":false,"is_final":false,'
    '"passed":true,"why":"","link":"","seen_at":1,"state":"active","needed":null}'
)
PLACE = (
    '{"block":{"number":10,"hash":"0x0a"},"block_time":120,"transaction_hash":"0x01","log_index":0}'
)
PROPOSAL = (
    f'{{"key":{KEY},"proposer":"0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01","calls":[],'
    f'"vote_start":11,"vote_end":20,"title":"Fee","description":"# Fee","created":{PLACE},'
    '"state":"active","for_votes":"5","quorum":4}'
)
SIMULATION = Simulation(
    at=UnixSeconds(50),
    block=BlockNumber(5),
    calls=(SimulatedCall(outcome=Outcome.REVERTS, why="no"),),
)


def test_a_review_and_its_card_keep_what_was_tried() -> None:
    assert TECHNICAL_REVIEW.load(REVIEW).simulation == SIMULATION
    card = SPEECH.load(REVIEW_CARD)
    assert isinstance(card, ReviewCard)
    assert card.simulation == SIMULATION


def test_what_no_version_before_has_asked_for_is_unknown() -> None:
    tally = SPEECH.load(TALLY)
    assert isinstance(tally, TallyCard)
    assert (tally.participation, tally.scores[0]) == (None, Decimal(2))
    proposal = GOVERNOR_PROPOSAL.load(PROPOSAL)
    assert (proposal.supply, proposal.for_votes) == (None, 5)
