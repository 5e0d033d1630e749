"""What looks wrong with a translation, segment by segment, without a reference.

    flags.py             the flags and what they mean
    diagnose.py          one segment through all checks: `diagnose`
    articles.py          whole articles, before their segments are known
    language.py          off_target: the script, then the letters, then py3langid
    spelt.py             off_target: the source in the letters of another script
    overlap.py           copied, repeated: words in a row that source and translation share, or that come again
    lengths.py           length, truncated: bounds measured on human translations
    words.py             which part is wrong, in words
    numbers.py           numbers: what is missing or added
    names.py             names: words in Latin letters that should be kept, by letter or by sound
    kept_names.py        whether a translation holds a name
    exonyms.py           names that are another word in the target language, from exonyms.txt
    transliteration.py   whether an Arabic word may be a Latin name
    english.py           English words, which with a capital may be names or be translated, from english_words.txt

Numbers, scripts and sounds are read by `mt_eval.languages`; the thresholds are here. `scripts/validate_diagnostics.py`
measures how often each flag is right.
"""

from __future__ import annotations

from mt_eval.diagnose.articles import judge_articles
from mt_eval.diagnose.diagnose import diagnose
from mt_eval.diagnose.flags import FLAGS
from mt_eval.types import Flag

__all__ = ["FLAGS", "Flag", "diagnose", "judge_articles"]
