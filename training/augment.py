"""Other spellings of a line: what phones, hurry and habit do to it, never what changes its meaning."""

from __future__ import annotations

import random

OPENINGS = ("hi, ", "hello, ", "hey ", "ok so ", "hi there. ", "um ", "good morning, ", "quick one: ", "")
CLOSINGS = (" thanks", " thank you", "", "", " cheers", "...", " please")


def variant(text: str, chance: random.Random) -> str:
    """A changed copy of `text`: case, punctuation, one typing slip, or an opening."""
    changed = text
    if chance.random() < 0.3:
        changed = chance.choice(OPENINGS) + changed
    if chance.random() < 0.25:
        changed = changed.replace("'", "")
    if chance.random() < 0.3:
        changed = changed.rstrip(".!?")
    if chance.random() < 0.3:
        changed = changed.replace(",", "")
    if chance.random() < 0.35:
        changed = slip(changed, chance)
    return changed


def slip(text: str, chance: random.Random) -> str:
    """One typing slip inside one longer word: a swap, a lost or a doubled letter."""
    words = text.split(" ")
    longer = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not longer:
        return text
    i = chance.choice(longer)
    word, at = words[i], chance.randrange(1, len(words[i]) - 2)
    words[i] = chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[: at + 1] + word[at:],
        )
    )
    return " ".join(words)
