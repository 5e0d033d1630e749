"""What can be wrong with one segment's translation, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EMPTY = "empty"
REFUSED = "refused"
CHATTER = "chatter"
OMITTED = "omitted"
ADDED = "added"
OFF_TARGET = "off_target"
COPIED = "copied"
REPEATED = "repeated"
LENGTH = "length"
NUMBERS = "numbers"
TRUNCATED = "truncated"
SOURCE_CUT = "source_cut"
NAMES = "names"

FLAGS: Mapping[str, str] = MappingProxyType(
    {
        EMPTY: "there is a source but no translation",
        REFUSED: "the system says that it does not translate this",
        CHATTER: "the system wrote something around the translation: a sentence before it, a code fence, thoughts",
        OMITTED: "nothing in the translation stands for a sentence of the source, or for the whole source",
        ADDED: "a sentence of the translation stands for nothing in the source",
        OFF_TARGET: "the translation is in another script or language than asked for",
        COPIED: "the translation is the source, or mostly runs of its words",
        REPEATED: "the translation repeats itself where the source does not",
        LENGTH: "the translation is far shorter or longer than translations of such a source are",
        NUMBERS: "a number, date or amount of the source is missing, or one was added",
        TRUNCATED: "the output was stopped by the length limit, or breaks off before its last sentence ends",
        SOURCE_CUT: "the source was longer than the model's positions, so only its beginning was translated",
        NAMES: "a name of the source, written in Latin script, is missing",
    }
)
"""Every flag with its meaning, in the order in which a translation carries them."""
