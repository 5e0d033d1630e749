"""Vietnamese spelling: what a syllable may be, and where its tone mark stands."""

from __future__ import annotations

import re
import unicodedata

from mt_eval.languages.letters import LATIN

# The syllables of Vietnamese as written, tone marks taken off: an initial, then a rhyme. Rhymes that end in c, ch, p or
# t bear the tone sắc or nặng, so one without a tone mark is no syllable (`get`, `set`, `it` are not). Measured: of
# the words with diacritics in the Vietnamese half of NTREX only seven foreign ones (`Rodríguez`, `Kitô`) are none.
_INITIAL = "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
_OPEN_RHYME = (
    "(?:[aeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iêu|iu|oa|oai|oao|oay|oe|oeo|oi|ôi|ơi|ua|uâ|uây|uê|ui|uôi|uơ|uy|uya|uyu"
    "|ưa|ưi|ươi|ươu|ưu|yêu)"
)
_NASAL_RHYME = (
    "(?:[aăâeêioôơuư]m|[aăâeêioôơuư]n|[aăâeoôuư]ng|[aêiy]nh|iêm|iên|iêng|yêm|yên|yêng|oam|oan|oang|oanh|oăm|oăn|oăng"
    "|oen|oong|uôm|uôn|uông|ươm|ươn|ương|uân|uâng|uyên|uynh|uênh|in|un)"
)
_STOPPED_RHYME = (
    "(?:[aăâeêioôơuư]p|[aăâeêioôơuư]t|[aăâeoôuư]c|[aêiy]ch|iêp|iêt|iêc|yêt|oap|oat|oac|oach|oăt|oăc|oet|ooc|uôt|uôc"
    "|ươp|ươt|ươc|uât|uyêt|uyt|uych|uêch|uôp)"
)
_UNSTOPPED = re.compile(_INITIAL + f"(?:{_OPEN_RHYME}|{_NASAL_RHYME})")
_STOPPED = re.compile(_INITIAL + _STOPPED_RHYME)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED_TONES = re.compile("[\u0301\u0323]")
# What is left of a syllable without its marks.
_PLAIN_SYLLABLE = re.compile(
    "(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cimnoptuy])?"
)

_MARKS = "\u0300-\u036f"
_BEFORE = f"(?<![{LATIN}{_MARKS}])"
_AFTER = f"(?![{LATIN}{_MARKS}])"
# An open syllable in oa, oe or uy, its tone mark on the second vowel. After q the u is no vowel: `quý` has one place.
_TONE_ON_SECOND = re.compile(
    f"{_BEFORE}((?:b|ch?|d|đ|gh?|h|kh?|l|m|ngh?|nh?|ph?|r|s|th?|tr|v|x)?)(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ]){_AFTER}",
    re.IGNORECASE,
)
_OPEN_Y = re.compile(f"{_BEFORE}([hklmst]|qu)([yỳýỷỹỵ]){_AFTER}", re.IGNORECASE)
_Y_TO_I = str.maketrans("yỳýỷỹỵYỲÝỶỸỴ", "iìíỉĩịIÌÍỈĨỊ")


def is_syllable(word: str) -> bool:
    """Whether `word` is spelt as a syllable of Vietnamese: its initial, its rhyme, and a tone that the rhyme allows."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", _TONES.sub("", decomposed))
    if _UNSTOPPED.fullmatch(bare):
        return True
    return bool(_STOPPED.fullmatch(bare) and _STOPPED_TONES.search(decomposed))


def may_be_syllable(plain: str) -> bool:
    """Whether `plain`, a word in lower case that has lost its marks, may be a syllable of Vietnamese."""
    return _PLAIN_SYLLABLE.fullmatch(plain) is not None


def unify_tones(text: str) -> str:
    """`text`, in NFC, with the tone mark of open syllables in oa, oe and uy on the first vowel (`hoà` as `hòa`)."""
    return _TONE_ON_SECOND.sub(lambda match: match[1] + _move_tone(match[2]), text)


def unify_y(text: str) -> str:
    """`text`, in NFC, with i for y in open syllables where both are written (`hy` as `hi`, `kỹ` as `kĩ`)."""
    return _OPEN_Y.sub(lambda match: match[1] + match[2].translate(_Y_TO_I), text)


def _move_tone(vowels: str) -> str:
    """Two vowels with the tone mark of the second on the first."""
    second = unicodedata.normalize("NFD", vowels[1])
    return unicodedata.normalize("NFC", vowels[0] + second[1]) + second[0]
