"""Whether a question is neutral, as far as a few plain rules can tell. They only advise."""

_LEADING = (
    "don't you",
    "do not you",
    "isn't it",
    "aren't we",
    "aren't you",
    "shouldn't we",
    "wouldn't it",
    "wouldn't you",
    "agree that",
    "agree with",
    "at last",
    "finally",
    "obviously",
    "of course",
    "clearly",
    "surely",
    "unfair",
    "greedy",
    "absurd",
    "ridiculous",
    "outrageous",
    "terrible",
    "disastrous",
    "harmful",
    "common sense",
    "long overdue",
    "no-brainer",
)
_NOT_WORDS = str.maketrans(dict.fromkeys(',;:.!?()"“”„*_', " ") | {"\u2019": "'"})
_LOOKED_AT = 4_000  # characters; a question is shorter


def doubts(question: str) -> tuple[str, ...]:
    """Give what speaks against calling a question neutral, in plain words; empty: nothing does.

    It ends in a question mark, asks one thing, and has none of the words that lead to an answer.
    """
    text = " ".join(question[:_LOOKED_AT].split())
    if not text:
        return ("It is empty: ask what a yes or a no answers.",)
    found = []
    if not text.rstrip("*_ ").endswith("?"):
        found.append("It should end in a question mark.")
    if text.count("?") > 1:
        found.append("It should ask one thing: there is more than one question mark.")
    if leading := _leading(text):
        shown = ", ".join(f"“{each}”" for each in leading)
        found.append(f"{shown} may lead to one answer: a neutral question does without.")
    return tuple(found)


def _leading(text: str) -> list[str]:
    words = f" {' '.join(text.casefold().translate(_NOT_WORDS).split())} "
    return [each for each in _LEADING if f" {each} " in words]
