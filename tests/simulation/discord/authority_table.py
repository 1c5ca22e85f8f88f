"""Who may do what: each command, button, menu and form, with something it would do.

A text in braces names something of the scene: `{draft.id}`, `{idea.reference}`.
"""

from collections.abc import Mapping
from operator import attrgetter

from sandbox.discord import Upload
from tests.simulation.discord.deeds import Command, Deed, Effect, Menu, Press, Right, Send

REASON = "Because it is so."
_R, _E = Right, Effect

_FILE = Upload(name="draft.md", content=b"Another text.")


def _reads(**options: str) -> Command:
    return Command(right=_R.EVERYBODY, outlives=True, options=options)


def _moderates(effect: Effect = _E.ONCE, **options: str) -> Command:
    return Command(right=_R.MODERATOR, effect=effect, options=options)


def _writes(effect: Effect, **options: object) -> Command:
    return Command(right=_R.AUTHOR_OR_MODERATOR, effect=effect, options=options)


def _prepares(what: str) -> Press:
    return Press(right=_R.ITS_PERSON, by="noor", state=f"typed:{{preparation.id}}:{what}")


COMMANDS: Mapping[str, Deed] = {
    "/help": _reads(),
    "/calendar": _reads(),
    "/governance alias link": _moderates(_E.EACH_TIME),
    "/wallet link": Command(right=_R.EVERYBODY, effect=_E.EACH_TIME),
    "/wallet list": _reads(),
    "/wallet unlink": Command(
        right=_R.EVERYBODY, effect=_E.ONCE, by="kofi", options={"address": "{wallet}"}
    ),
    "/idea new": Command(right=_R.EVERYBODY),
    "/idea list": _reads(),
    "/idea show": _reads(idea="{idea.reference}"),
    "/idea updates": Command(
        right=_R.EVERYBODY, effect=_E.EACH_TIME, options={"how": "as direct messages"}
    ),
    "/idea promote": _moderates(idea="{ready.reference}"),
    "/idea park": _moderates(idea="{idea.reference}", reason=REASON),
    "/idea reject": _moderates(idea="{draft.reference}", reason=REASON),
    "/idea reopen": _moderates(idea="{parked.reference}", reason=REASON),
    "/idea merge": _writes(
        _E.ONCE, idea="{idea.reference}", into="{ready.reference}", reason=REASON
    ),
    "/idea withdraw": Command(
        right=_R.AUTHOR, effect=_E.ONCE, options={"idea": "{draft.reference}"}
    ),
    "/draft show": _reads(proposal="{draft.reference}"),
    "/draft download": _reads(proposal="{draft.reference}"),
    "/draft history": _reads(proposal="{draft.reference}"),
    "/draft diff": _reads(proposal="{clash.reference}"),
    "/draft edit": _writes(_E.SHOWS, proposal="{draft.reference}"),
    "/draft upload": _writes(_E.EACH_TIME, proposal="{draft.reference}", file=lambda _: _FILE),
    "/draft restore": _writes(_E.EACH_TIME, proposal="{clash.reference}", revision=1),
    "/draft coauthor": Command(
        right=_R.AUTHOR_OR_MODERATOR,
        effect=_E.ONCE,
        outlives=True,
        options={"proposal": "{draft.reference}", "member": attrgetter("home.kofi")},
    ),
    "/draft submit": _writes(_E.ONCE, proposal="{fresh.reference}"),
    "/draft approve": Command(
        right=_R.MODERATOR, outlives=True, options={"proposal": "{submitted.reference}"}
    ),
    "/proposal publish": _moderates(_E.SHOWS, proposal="{draft.reference}"),
    "/proposal postpone": _moderates(proposal="{noticed.reference}", reason=REASON),
    # Here texts are approved before they are posted, so an author changes none afterwards.
    "/proposal edit": _moderates(_E.SHOWS, proposal="{pending.reference}"),
    "/proposal delete": _writes(_E.EACH_TIME, proposal="{pending.reference}", reason=REASON),
    "/proposal show": _reads(proposal="{idea.reference}"),
    "/proposal list": _reads(phase="idea"),
    "/proposal history": _reads(proposal="{idea.reference}"),
    "/proposal link": _moderates(proposal="{passed.reference}", on_chain="{on_chain}"),
    "/proposal relink": _moderates(
        proposal="{onchain.reference}", on_chain="{on_chain}", reason=REASON
    ),
    "/proposal set-status": Command(
        right=_R.MODERATOR,
        effect=_E.ONCE,
        outlives=True,
        options={"proposal": "{idea.reference}", "status": "passed", "reason": REASON},
    ),
    "/proposal implement": _moderates(
        proposal="{passed.reference}", who="The web team", until="in 10 days"
    ),
    "/proposal implemented": _moderates(proposal="{passed.reference}", evidence=REASON),
    "/vote show": _reads(vote="{voting.reference}"),
    "/vote list": _reads(),
    "/vote power": _reads(vote="{voting.reference}", address="0x" + "11" * 20),
    "/vote mine": Command(right=_R.EVERYBODY),
    "/vote voters": _reads(vote="{voting.reference}"),
    "/vote chart": _reads(vote="{voting.reference}"),
    "/vote export": _reads(vote="{voting.reference}"),
    "/vote link": _moderates(vote="{elsewhere}", proposal="{fresh.reference}", reason=REASON),
    "/vote unlink": _moderates(vote="{linked}", reason=REASON),
    "/onchain prepare": _moderates(_E.EACH_TIME, proposal="{passed.reference}"),
    "/watch add snapshot": _moderates(space="ens.eth"),
    "/watch add governor": _moderates(_E.SHOWS, address="{unwatched}"),
    "/watch remove": _moderates(space="aave.eth"),
    "/watch list": _reads(),
    "/announcement list": _moderates(_E.SHOWS),
    "/announcement resend": _moderates(_E.EACH_TIME, announcement="1"),
    "/governance setup": Command(right=_R.ADMINISTRATOR),
    "/governance check": Command(right=_R.ADMINISTRATOR),
    "/governance dryrun": Command(right=_R.ADMINISTRATOR, effect=_E.ONCE, options={"switch": "on"}),
    "/governance status": _moderates(_E.SHOWS),
    "/governance alias show": _moderates(_E.SHOWS),
    # The one whose wallet it is may, too.
    "/governance alias unlink": _moderates(),
    "/governance audit": Command(
        right=_R.MODERATOR, outlives=True, options={"proposal": "{idea.reference}"}
    ),
    "/governance export": _moderates(_E.SHOWS, what="ideas", format="csv"),
    "/governance policy show": _reads(),
    "/governance policy export": _reads(),
    "/governance policy set": Command(
        right=_R.ADMINISTRATOR,
        effect=_E.ONCE,
        options={"name": "support.threshold", "value": "7"},
    ),
    "/governance policy import": Command(
        right=_R.ADMINISTRATOR,
        effect=_E.EACH_TIME,
        options={"file": lambda scene: scene.known["policy_file"]},
    ),
}
MENUS: Mapping[str, Deed] = {
    "Make this an idea": Menu(right=_R.AUTHOR_OR_MODERATOR, on=attrgetter("remark")),
    "Quote in the draft": Menu(
        right=_R.AUTHOR_OR_MODERATOR, effect=_E.EACH_TIME, on=attrgetter("argument")
    ),
}
COMPONENTS: Mapping[str, Deed] = {
    "PromoteButton": Press(right=_R.MODERATOR, effect=_E.ONCE, state="proposal:{ready.id}:promote"),
    "ReadButton": Press(right=_R.EVERYBODY, outlives=True, state="proposal:{draft.id}:draft"),
    "PageButton": Press(
        right=_R.EVERYBODY, outlives=True, state="proposal:{draft.id}:page:temperature:1:1"
    ),
    "RevisionsButton": Press(
        right=_R.EVERYBODY, outlives=True, state="proposal:{draft.id}:revisions:temperature:1"
    ),
    "EditButton": Press(right=_R.AUTHOR_OR_MODERATOR, state="proposal:{draft.id}:edit"),
    "PartMenu": Press(
        right=_R.AUTHOR_OR_MODERATOR, state="proposal:{draft.id}:part", values=["head"], kind=3
    ),
    "SubmitButton": Press(
        right=_R.AUTHOR_OR_MODERATOR,
        effect=_E.ONCE,
        state="proposal:{fresh.id}:submit:temperature:1",
    ),
    "ApproveButton": Press(
        right=_R.MODERATOR,
        effect=_E.EACH_TIME,
        state="proposal:{submitted.id}:approve:temperature:1",
    ),
    "TypedButton": Press(right=_R.ITS_PERSON, effect=_E.ONCE, state="typed:{text.id}:mine:{seen}"),
    "PostAnywayButton": Press(
        right=_R.ITS_PERSON, effect=_E.ONCE, by="kofi", state="typed:{kept.id}:post"
    ),
    "SupportInsteadButton": Press(
        right=_R.ITS_PERSON,
        effect=_E.ONCE,
        by="kofi",
        state="typed:{kept.id}:support:{idea.id}",
    ),
    "SignButton": Press(
        right=_R.EVERYBODY,
        effect=_E.EACH_TIME,
        state="proposal:{noticed.id}:sign:temperature:1",
    ),
    "PublishButton": Press(right=_R.MODERATOR, state="proposal:{draft.id}:publish"),
    "NoticeButton": Press(
        right=_R.MODERATOR, effect=_E.ONCE, state="proposal:{draft.id}:notice:temperature:1"
    ),
    "PostponeButton": Press(right=_R.MODERATOR, state="proposal:{noticed.id}:postpone"),
    "ChecksButton": Press(right=_R.MODERATOR, state="proposal:{reviewed.id}:checks"),
    "ChecksMenu": Press(
        right=_R.MODERATOR,
        effect=_E.EACH_TIME,
        state="proposal:{reviewed.id}:signed",
        values=["calls"],
        kind=3,
    ),
    "ConcernButton": Press(right=_R.MODERATOR, state="proposal:{reviewed.id}:concern"),
    "SimulateButton": Press(
        right=_R.MODERATOR, effect=_E.EACH_TIME, state="proposal:{reviewed.id}:simulate"
    ),
    "RawCallsButton": Press(right=_R.EVERYBODY, state="proposal:{reviewed.id}:rawcalls"),
    "ConfirmChangeButton": Press(
        right=_R.ITS_PERSON, effect=_E.ONCE, by="mara", state="typed:{deletion.id}:sign"
    ),
    "SignChangeButton": Press(
        right=_R.ITS_PERSON, effect=_E.EACH_TIME, by="mara", state="typed:{deletion.id}:wallet"
    ),
    "VoteFormButton": Press(right=_R.MODERATOR, state="proposal:{pending.id}:votetext"),
    "PrepareButton": Press(
        right=_R.ITS_PERSON, by="noor", state="typed:{preparation.id}:onchain:check"
    ),
    "CallMenu": Press(
        right=_R.ITS_PERSON,
        by="noor",
        state="typed:{preparation.id}:calls:2",
        values=["0"],
        kind=3,
    ),
    "OneCallButton": Press(
        right=_R.ITS_PERSON,
        effect=_E.ONCE,
        by="noor",
        state="typed:{preparation.id}:call:0:2:drop",
    ),
    "ListButton": Press(right=_R.EVERYBODY, state="list:ideas:gathering:support:1::"),
    "VotersButton": Press(right=_R.EVERYBODY, state="vote:voters:{vote}:1"),
    "MoreButton": Press(right=_R.EVERYBODY, state="vote:exact:{vote}"),
    "OpenVotesButton": Press(right=_R.EVERYBODY, state="votes:open:1"),
    "AuditButton": Press(right=_R.MODERATOR, state="audit:0:0:0"),
    "ConfirmPolicyButton": Press(
        right=_R.ADMINISTRATOR, effect=_E.ONCE, state="{policy}", by="owner"
    ),
    "FollowButton": Press(
        right=_R.MODERATOR, effect=_E.ONCE, state="watch:governor:{chain}:{unwatched}"
    ),
    "SetupButton": Press(right=_R.ADMINISTRATOR, effect=_E.EACH_TIME, state="setup:do:space:none"),
    "SetupMenu": Press(
        right=_R.ADMINISTRATOR,
        effect=_E.EACH_TIME,
        state="setup:option:preset",
        values=["single-vote"],
        kind=3,
    ),
}
FORMS: Mapping[str, Deed] = {
    "IdeaForm": Send(
        right=_R.EVERYBODY,
        effect=_E.EACH_TIME,
        state="idea:",
        opened_by="/idea new",
        fields={
            "title": "A fountain in every park",
            "problem": "Dogs are thirsty.",
            "change": "Build fountains.",
        },
    ),
    "HeadForm": Send(
        right=_R.AUTHOR_OR_MODERATOR,
        effect=_E.EACH_TIME,
        state="head:{draft.id}:temperature:1",
        opened_by="PartMenu",
        fields={"title": "Another title"},
    ),
    "SectionForm": Send(
        right=_R.AUTHOR_OR_MODERATOR,
        effect=_E.EACH_TIME,
        state="section:{draft.id}:temperature:1:Specification",
        opened_by=Press(
            right=_R.AUTHOR_OR_MODERATOR,
            state="proposal:{draft.id}:part",
            values=["section:Specification"],
            kind=3,
        ),
        fields={"text": "Another text."},
    ),
    "PostponeForm": Send(
        right=_R.MODERATOR,
        effect=_E.ONCE,
        state="postpone:{noticed.id}",
        opened_by="PostponeButton",
        fields={"reason": REASON},
    ),
    "ConcernForm": Send(
        right=_R.MODERATOR,
        effect=_E.EACH_TIME,
        state="concern:{reviewed.id}",
        opened_by="ConcernButton",
        fields={"text": "The fee is too low."},
    ),
    "VoteForm": Send(
        right=_R.MODERATOR,
        effect=_E.EACH_TIME,
        state="vote-text:{pending.id}:0",
        opened_by="/proposal edit",
        fields={"title": "[Temperature Check] - Another title", "body": "Another text."},
    ),
    "CallForm": Send(
        right=_R.ITS_PERSON,
        effect=_E.EACH_TIME,
        by="noor",
        state="onchain-call:{preparation.id}:new:0",
        opened_by=_prepares("onchain:add"),
        fields={
            "target": "{governor}",
            "function": "setVotingDelay(uint48)",
            "arguments": "7",
            "value": "",
        },
    ),
    "JsonForm": Send(
        right=_R.ITS_PERSON,
        effect=_E.EACH_TIME,
        by="noor",
        state="onchain-json:{preparation.id}",
        opened_by=_prepares("onchain:json"),
        fields={"json": '[{{"target": "{governor}", "calldata": "0x12345678"}}]'},
    ),
    "TitleForm": Send(
        right=_R.ITS_PERSON,
        effect=_E.EACH_TIME,
        by="noor",
        state="onchain-title:{preparation.id}",
        opened_by=_prepares("onchain:title"),
        fields={"title": "Another title", "text": "Another text."},
    ),
    "SpaceForm": Send(
        right=_R.ADMINISTRATOR,
        effect=_E.EACH_TIME,
        state="setup:space",
        opened_by=Press(right=_R.ADMINISTRATOR, state="setup:do:space:name"),
        fields={"space": "usebraintrust.eth"},
    ),
    "GovernorForm": Send(
        right=_R.ADMINISTRATOR,
        effect=_E.EACH_TIME,
        state="setup:governor",
        opened_by=Press(right=_R.ADMINISTRATOR, state="setup:do:governor:name"),
        fields={"address": "{governor}", "chain": ["{chain}"]},
    ),
}
DEEDS: Mapping[str, Deed] = {**COMMANDS, **MENUS, **COMPONENTS, **FORMS}
