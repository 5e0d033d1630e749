"""Ways to spoil a translation, one for each flag of `mt_eval.diagnose`: what `validate_diagnostics.py` finds.

Each takes an output and a source of randomness and gives the spoilt text, or None where the output cannot be spoilt so.
None looks at how the flags are found.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """One system's translation of one segment, beside the human one and the other texts that corruption draws on."""

    source: str
    text: str
    reference: str
    source_lang: str
    target_lang: str
    good: bool
    following: str
    """The system's translation of the next segment."""
    elsewhere: tuple[str, ...]
    """Texts in other languages."""


WORD = r"\w+(?:['’]\w+)*"
"""A word with what apostrophes join to it: `O'Shannessy` goes as a whole."""

Corrupt = Callable[[Output, random.Random], str | None]

# Written for this script: what a model says that was given the wrong target code.
OTHER_LANGUAGES = {
    "fr": "Le gouvernement a annoncé hier que les travaux du nouveau pont commenceront avant la fin de l'année.",
    "es": "El gobierno anunció ayer que las obras del nuevo puente empezarán antes de que termine el año.",
    "id": "Pemerintah mengumumkan kemarin bahwa pembangunan jembatan baru akan dimulai sebelum akhir tahun ini.",
    "de": "Die Regierung teilte gestern mit, dass die Arbeiten an der neuen Brücke noch in diesem Jahr beginnen.",
    "pt": "O governo anunciou ontem que as obras da nova ponte vão começar antes do fim do ano.",
    "ru": "Правительство сообщило вчера, что строительство нового моста начнётся до конца года.",
    "zh": "政府昨天宣布，新桥的建设工程将在年底之前开始。",
    "fa": "دولت دیروز اعلام کرد که کار ساخت پل جدید پیش از پایان سال آغاز می‌شود و چهار سال طول می‌کشد.",
    "ur": "حکومت نے کل اعلان کیا کہ نئے پل کی تعمیر کا کام سال کے آخر سے پہلے شروع ہو جائے گا۔",
}

# Written for this script, and not for the rules that find them.
REFUSALS = (
    "I'm sorry, but I can't assist with translating this content.",
    "I cannot provide a translation of this text.",
    "As an AI language model, I am not able to translate political statements.",
    "I'm unable to help with that request.",
    "Sorry, I can't translate this.",
    "Xin lỗi, tôi không thể dịch nội dung này.",
    "Rất tiếc, tôi không thể hỗ trợ yêu cầu của bạn.",
    "Tôi xin lỗi, nhưng tôi không thể giúp bạn việc này.",
    "عذرًا، لا أستطيع ترجمة هذا النص.",
    "عذراً، لا يمكنني المساعدة في هذا الطلب.",
    "أعتذر، ولكن لا يمكنني ترجمة هذا المحتوى.",
    "آسف، لا أستطيع القيام بذلك.",
)
FRAMES = (
    "Here is the translation:\n\nTEXT",
    "Here's the Arabic translation of the text:\nTEXT",
    "Sure! Here is the translation into Vietnamese: TEXT",
    "**Translation:** TEXT",
    "Translation: TEXT",
    "```\nTEXT\n```",
    "```text\nTEXT\n```",
    "<think>\nThe user wants a translation.\n</think>\n\nTEXT",
    "The user wants a translation.\n</think>\nTEXT",
    "“TEXT”",
    "TEXT\n\nNote: names were left as they are.",
    "TEXT\n\nLet me know if you need anything else!",
    "Dưới đây là bản dịch tiếng Ả Rập:\n\nTEXT",
    "Bản dịch: TEXT",
    "TEXT\n\nLưu ý: tên riêng được giữ nguyên.",
    "إليك الترجمة:\n\nTEXT",
    "الترجمة: TEXT",
    "فيما يلي ترجمة النص إلى اللغة العربية:\nTEXT",
    "TEXT\n\nملاحظة: تركت الأسماء كما هي.",
)

MONTHS = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")


def corrupt(name: str, output: Output, ordinary: Set[str], rng: random.Random) -> str | None:
    """`output` with the failure that flag `name` is about, or None where it cannot be given it.

    `ordinary` words, in lower case, make no name.
    """
    if name == "names":
        return drop_name(output, ordinary, rng)
    return CORRUPTIONS[name](output, rng)


def empty(output: Output, rng: random.Random) -> str:
    return rng.choice(["", " ", "\u200f", ".", "..."])


def refuse(output: Output, rng: random.Random) -> str:
    """What chat models say instead of a translation."""
    return rng.choice(REFUSALS)


def chat(output: Output, rng: random.Random) -> str:
    """The translation with what chat models write around it."""
    return rng.choice(FRAMES).replace("TEXT", output.text)


def leave_language(output: Output, rng: random.Random) -> str:
    """The segment in another language, or a sentence in a third one."""
    strangers = [text for lang, text in OTHER_LANGUAGES.items() if lang != output.target_lang]
    return rng.choice([*output.elsewhere, *output.elsewhere, rng.choice(strangers), rng.choice(strangers)])


def copy(output: Output, rng: random.Random) -> str:
    """The source: as it is, in lower case, without its end, or with the translation going on from there."""
    words = output.source.split()
    most = " ".join(words[: max(1, 3 * len(words) // 4)])
    translated = output.text.split()
    mixed = f"{most} {' '.join(translated[3 * len(translated) // 4 :])}"
    return rng.choice([output.source, output.source.lower(), most, mixed])


def repeat(output: Output, rng: random.Random) -> str | None:
    """A loop at the end: of a word, a few words, a clause, or letters."""
    words = output.text.rstrip(".!?؟…").split()
    if len(words) < 12:
        return None
    kind = rng.randrange(4)
    if kind == 0:
        return " ".join([*words, *words[-1:] * rng.randint(3, 12)])
    if kind == 1:
        return " ".join([*words, *words[-rng.randint(2, 5) :] * rng.randint(2, 8)])
    if kind == 2:
        return " ".join([*words, *words[-rng.randint(8, 12) :]])
    return output.text.rstrip(".") + words[-1][-2:] * rng.randint(6, 30)


def change_length(output: Output, rng: random.Random) -> str | None:
    """A third of the words, or twice as much text: the translation and the next one."""
    words = output.text.split()
    if len(words) < 6:
        return None
    if rng.random() < 0.5:
        return " ".join(words[: len(words) // 3])
    missing = len(words)
    extra = (output.following.split() * (1 + missing))[:missing]
    return " ".join([*words, *extra])


def change_number(output: Output, rng: random.Random) -> str | None:
    """A number that the source has with the same digits changed in one digit or left out, or another month."""
    known = {re.sub(r"\D", "", number) for number in re.findall(r"\d[\d.,]*", output.source)}
    matches = [
        match
        for match in re.finditer(r"(?<!\w)\d+(?:[.,٫٬]\d+)*(?!\w)", output.text)
        if "".join(str(int(digit)) for digit in re.findall(r"\d", match.group())) in known
    ]
    months = [month for month in MONTHS if re.search(rf"\d \w?{month}(?!\w)", output.text)]
    if months and rng.random() < 0.3:
        return output.text.replace(months[0], rng.choice([month for month in MONTHS if month != months[0]]))
    if not matches:
        return None
    match = rng.choice(matches)
    number = match.group()
    if rng.random() < 0.25:
        changed = ""
    else:
        place = rng.choice([place for place, digit in enumerate(number) if digit.isdigit()])
        others = [digit for digit in "123456789" if digit != str(int(number[place]))]
        changed = number[:place] + rng.choice(others) + number[place + 1 :]
    return output.text[: match.start()] + changed + output.text[match.end() :]


def cut_off(output: Output, rng: random.Random) -> str | None:
    """The first 40 to 80% of the words, as a length limit leaves them; the engine says nothing of it."""
    words = output.text.split()
    if len(words) < 8:
        return None
    return " ".join(words[: round(len(words) * rng.uniform(0.4, 0.8))])


def cut_source(output: Output, rng: random.Random) -> str:
    """The output as it is; the engine says that it saw only the beginning, which no text can show."""
    return output.text


def drop_name(output: Output, ordinary: Set[str], rng: random.Random) -> str | None:
    """The output without one name that stands in the same Latin letters in source, output and human translation.

    A name is a run of capitalised words within a sentence of the source. At least one of its words has four letters and
    is not among the ordinary words, in lower case: not even a reader could tell that `Hall` must stay.
    """
    runs = []
    for words in list_capitalised_runs(output.source):
        shown = {word for word in words if len(word) > 1 and is_word_of(word, output.text)}
        if any(is_name(word, ordinary) and is_word_of(word, output.reference) for word in shown):
            runs.append(shown)
    return drop_words(output, runs, rng)


def drop_any_name(output: Output, rng: random.Random) -> str | None:
    """The output without one capitalised run, be it an acronym, two letters long, or of words that titles hold.

    All that is asked is that a word of it stands in the same letters in source, output and human translation, so
    that a person kept it.
    """
    runs = []
    for words in list_capitalised_runs(output.source):
        shown = {word for word in words if len(word) > 1 and is_word_of(word, output.text)}
        if any(is_word_of(word, output.reference) for word in shown):
            runs.append(shown)
    return drop_words(output, runs, rng)


def keeps_names(output: Output, ordinary: Set[str]) -> bool:
    """Whether the output has, in any form of its letters, every name that the human translation keeps.

    An output that lost a name by itself is no good one, however high it scores.
    """
    words = {word for run in list_capitalised_runs(output.source) for word in run}
    kept = {w for w in words if is_name(w, ordinary) and is_word_of(w, output.reference)}
    return all(count_forms(word, output.text) for word in kept)


def is_name(word: str, ordinary: Set[str]) -> bool:
    return len(word) >= 4 and word.isalpha() and word.lower() not in ordinary


def list_capitalised_runs(source: str) -> list[set[str]]:
    """The words of each run of neighbouring capitalised words that does not begin a sentence or a quotation."""
    matches = re.finditer(r"(?<=[^.!?:\"“”] )[A-Z][\w'’]*(?:[ -][A-Z][\w'’]*)*", source)
    return [{re.sub("['’]s?$", "", word) for word in re.split("[ -]", match.group())} for match in matches]


def drop_words(output: Output, runs: Iterable[set[str]], rng: random.Random) -> str | None:
    """The output without any form of the words of one run; accents, capitals and endings aside.

    Left out are runs of which the source has a word more often than the output or the human translation, since what is
    left may say the name in another form: `New Zealand` in Arabic letters, `Thế vận hội` for `Olympic`.
    """
    texts = output.text, output.reference
    whole = [
        run for run in runs if all(count_forms(w, output.source) <= count_forms(w, text) for w in run for text in texts)
    ]
    if not whole:
        return None
    dropped = tuple(strip_marks(word) for word in rng.choice(whole))
    pieces = re.split(f"({WORD})", output.text)
    return "".join("" if is_form_of(piece, dropped) else piece for piece in pieces)


def count_forms(name: str, text: str) -> int:
    return sum(is_form_of(word, (strip_marks(name),)) for word in re.findall(WORD, text))


def is_form_of(word: str, names: tuple[str, ...]) -> bool:
    """Whether `word` is one of the names in any case, with or without accents or `'s`, or a long one with an ending."""
    plain = strip_marks(re.sub("['’]s?$", "", word))
    return plain in names or any(len(name) >= 4 and plain.startswith(name) for name in names)


def strip_marks(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_word_of(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


CORRUPTIONS: dict[str, Corrupt] = {
    "empty": empty,
    "off_target": leave_language,
    "refused": refuse,
    "chatter": chat,
    "copied": copy,
    "repeated": repeat,
    "length": change_length,
    "numbers": change_number,
    "truncated": cut_off,
    "source_cut": cut_source,
}


def collect_ordinary_words(sources: Iterable[str]) -> set[str]:
    """Words that any source writes in lower case."""
    return {word for source in set(sources) for word in re.findall(r"(?<!\w)[a-z]\w+", source)}
