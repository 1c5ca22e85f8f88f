"""The sequencer's refusals in plain words: what happened, and what a moderator can do."""

import re

WRONG_TIMESTAMP = "wrong timestamp"

# A refusal of the sequencer's, word for word, and what it means to a moderator.
_MEANINGS = {
    # The envelope
    "wrong envelope format": "Snapshot could not read the message. This is a fault of the bot: "
    "please report it.",
    "too large message": "The proposal is too large for Snapshot as a whole. Shorten the body.",
    WRONG_TIMESTAMP: "Snapshot finds the time of the signature wrong: it takes one for six days, "
    "and no more than five minutes ahead of its own clock. Whoever runs the bot checks the clock "
    "of its machine.",
    "proposal cannot contain whitespace": "The proposal's id contains a space. This is a fault of "
    "the bot: please report it.",
    "wrong domain": "Snapshot changed what has to be signed. The bot needs an update.",
    "wrong types": "Snapshot changed what has to be signed. The bot needs an update.",
    "Invalid space id": "The Snapshot space's name is not a valid ENS name. Check it in the "
    "set-up.",
    "unknown space": "Snapshot does not know this space, or it was deleted. Check its name in the "
    "set-up.",
    "wrong alias": "The bot's key may not sign for this author: the link between the two is "
    "missing or older than 30 days. The author has to renew it.",
    "signature validation failed": "The signature does not fit the author. Check that the key file "
    "belongs to the address in the set-up.",
    # The space
    "space is using a non-premium network": "The space uses a network that Snapshot offers to paid "
    "spaces only. Its admins have to change the network or upgrade the space.",
    "space hibernated": "The space sleeps because it was not used for long. Its admins have to "
    "reactivate it on Snapshot.",
    "space deleted, contact admin": "The space was deleted by Snapshot. Its admins have to contact "
    "Snapshot.",
    "wrong space format": "The space's settings are not valid any more. Its admins have to save "
    "them again on Snapshot.",
    "network not allowed": "The space uses a network that is not allowed here. Its admins have to "
    "change it on Snapshot.",
    "space cannot be its own parent": "The space names itself as its parent. Its admins have to "
    "change that on Snapshot.",
    "space cannot be its own child": "The space names itself as its child. Its admins have to "
    "change that on Snapshot.",
    "space with ticket requires voting validation": "The space counts one vote per address but "
    "does not check voters. Its admins have to add a voting validation on Snapshot.",
    "space missing proposal validation": "The space lets anybody propose, which Snapshot forbids. "
    "Its admins have to add a proposal validation on Snapshot.",
    # The proposal
    "wrong proposal format": "A field of the proposal breaks Snapshot's rules and it does not say "
    "which. Usual causes: an empty or too long title or choice, a discussion that is not a web "
    "address.",
    "proposal end date must be in the future": "The vote would already be over. Choose new dates "
    "and publish again.",
    "wrong choices for basic type voting": "A basic vote has exactly For and Against, and if "
    "wanted Abstain. Use two or three choices.",
    "invalid voting delay": "The space fixes how long after signing a vote starts. Use the space's "
    "delay.",
    "invalid voting period": "The space fixes how long a vote lasts. Use the space's period.",
    "invalid voting type": "The space fixes the voting system. Use the space's system.",
    "not allowed to set privacy": "The space fixes whether votes are private. Use the space's "
    "setting.",
    "invalid proposal content": "Snapshot found a link it regards as dangerous. Remove the link "
    "and publish again.",
    "invalid proposal, please contact support": "Snapshot has blocked the author's address. "
    "Contact Snapshot's support.",
    "only space authors can propose": "Only the space's members may propose, and the author of "
    "this is none. An admin of the space has to add the author's address there.",
    "validation failed": "The author's address does not meet the space's requirements for "
    "proposing. An admin of the space can add it as an author.",
    "proposal snapshot must be after network start": "The block at which votes are weighed is too "
    "old. Check the chain in the set-up.",
    "invalid snapshot block": "The block at which votes are weighed does not exist yet for "
    "Snapshot. Check the chain in the set-up, then publish again.",
    "proposal limit reached": "The space has used up its proposals for today or for this month. "
    "Publish again later.",
    "active proposal limit reached for author": "The author's address has too many open "
    "proposals. Publish again when one has ended, or have an admin of the space add it as an "
    "author.",
    # Changing and ending a proposal
    "unknown proposal": "Snapshot does not know this proposal: it may have been deleted.",
    "proposal already started": "The vote has started, so its text can no longer be changed.",
    "Not the author": "Only the address that made the proposal may change it.",
    "space voting type mismatch": "The space fixes the voting system. Use the space's system.",
    "not authorized to archive proposal": "Only the author or the space's admins and moderators "
    "may delete a proposal.",
    "proposal already flagged": "The proposal is already marked as harmful.",
    "not authorized to flag proposal": "Only the space's admins and moderators may mark a proposal "
    "as harmful.",
    # Linking a key to another address
    "wrong alias format": "The link between the two addresses could not be read. This is a fault "
    "of the bot: please report it.",
    "alias cannot be the same as the address": "An address cannot be linked to itself.",
    "alias is already linked to another address": "The bot's key already signs for another "
    "address. Use a key of its own for each author.",
    # Trouble that passes
    "pinning failed": "Snapshot could not store the proposal just now. The bot tries again.",
    "unable to fetch block": "Snapshot could not reach the chain just now. The bot tries again.",
    "unable to get quorum": "Snapshot could not work out the quorum just now. The bot tries again.",
    "failed to check validation": "Snapshot could not check the space's requirements just now. The "
    "bot tries again.",
    "failed to check proposals limit": "Snapshot could not count the space's proposals just now. "
    "The bot tries again.",
    "request already being processed": "Snapshot is still working on this proposal. The bot looks "
    "again.",
    "duplicate message": "Snapshot already has this proposal.",
    "update in progress, try later": "Snapshot is being updated. The bot tries again.",
    "unauthorized": "Snapshot does not accept messages from the bot's network address. Contact "
    "Snapshot's support.",
}

# Refusals with a varying part; `{0}` is that part.
_PATTERNS = {
    r"alias not allowed for the type: (.+)": "The bot may not sign a message of the kind “{0}” for "
    "somebody else.",
    r"proposal body length can not exceed (\d+) characters": "The body is too long: this space may "
    "use {0} characters, and most emoji count as two.",
    r"number of choices can not exceed (\d+)": "There are too many choices: this space may use "
    "{0}.",
    r"wrong choices for \"(.+)\" type voting": "The number of choices does not fit the voting "
    "system “{0}”.",
    r"strategy '(.+)' is not a valid strategy": "The space weighs votes by “{0}”, which Snapshot "
    "does not know. Its admins have to change that.",
    r"strategy '(.+)' is not available anymore": "The space weighs votes by “{0}”, which Snapshot "
    "no longer offers. Its admins have to change that.",
    r"strategy '(.+)' is only available for pro spaces": "The space weighs votes by “{0}”, which "
    "Snapshot offers to paid spaces only. Its admins have to change that or upgrade the space.",
    r"too many requests.*": "The bot asked Snapshot too often within a minute. It waits and tries "
    "again.",
}
_COMPILED = tuple((re.compile(pattern), words) for pattern, words in _PATTERNS.items())

_PREFIX = "invalid space settings: "

# Refusals by their status, yet they pass by themselves: nothing was stored.
_PASSING = frozenset(
    {
        "pinning failed",
        "unable to fetch block",
        "unable to get quorum",
        "update in progress, try later",
    }
)


def meaning(text: str) -> str:
    """Say in plain words what a refusal means; a text nobody foresaw is given back as it is."""
    bare = text.removeprefix(_PREFIX)
    known = _MEANINGS.get(bare)
    if known is not None:
        return known
    for pattern, words in _COMPILED:
        found = pattern.fullmatch(bare)
        if found is not None:
            return words.format(*found.groups())
    return text


def is_passing(text: str) -> bool:
    """Tell whether the same message may be accepted a little later, though it was refused now."""
    return text in _PASSING or text.startswith("failed to check ")


# Refusals of who has signed, and of nothing else: another author's signature may do.
_OF_AUTHOR = frozenset(
    {
        "signature validation failed",
        "only space authors can propose",
        "validation failed",
        "invalid proposal, please contact support",
        "active proposal limit reached for author",
    }
)


def is_about_author(text: str) -> bool:
    """Tell whether the same vote may be accepted of another author."""
    return text in _OF_AUTHOR
