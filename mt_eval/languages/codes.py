"""One row a language: its name, its codes, the script it is written in.

Written by hand, since no package knows the codes of FLORES-200 and the tokens of OPUS-MT: those of langcodes are ISO's,
which differ for Arabic, Azerbaijani, Persian and others (`arb`, `azj`, `pes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_SCRIPTS = {
    **{"Arab": "ARABIC", "Armn": "ARMENIAN", "Beng": "BENGALI", "Cyrl": "CYRILLIC", "Deva": "DEVANAGARI"},
    **{"Ethi": "ETHIOPIC", "Geor": "GEORGIAN", "Grek": "GREEK", "Hang": "HANGUL", "Hans": "CJK", "Hebr": "HEBREW"},
    **{"Jpan": "CJK", "Khmr": "KHMER", "Laoo": "LAO", "Latn": "LATIN", "Mymr": "MYANMAR", "Taml": "TAMIL"},
    **{"Telu": "TELUGU", "Thaa": "THAANA", "Thai": "THAI"},
}
_RIGHT_TO_LEFT = ("Arab", "Hebr", "Thaa")
_UNSPACED = ("Hans", "Jpan", "Khmr", "Laoo", "Mymr", "Thai")


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language."""

    code: str
    """ISO 639-1."""
    name: str
    """In English."""
    iso3: str
    """ISO 639-3, as the tokens of OPUS-MT have it."""
    script_code: str
    """ISO 15924; `Jpan` and `Hans` as FLORES-200 has them."""
    flores: str | None
    """Its code in FLORES-200, as NLLB has it; None where there is none."""

    @property
    def script(self) -> str:
        """The first word of its letters' Unicode names (`LATIN`); `CJK` for all scripts of Japanese."""
        return _SCRIPTS[self.script_code]

    @property
    def right_to_left(self) -> bool:
        return self.script_code in _RIGHT_TO_LEFT

    @property
    def has_spaces(self) -> bool:
        """Whether spaces stand between its words."""
        return self.script_code not in _UNSPACED


def _read_rows(rows: str) -> dict[str, Language]:
    read = {}
    for row in rows.split("\n"):
        code, name, iso3, flores = row.split()
        base, script = flores.split("_")
        read[code] = Language(code, name, iso3, script, None if base == "-" else flores)
    return read


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    _read_rows(
        """\
af Afrikaans afr afr_Latn
am Amharic amh amh_Ethi
ar Arabic ara arb_Arab
az Azerbaijani aze azj_Latn
be Belarusian bel bel_Cyrl
bg Bulgarian bul bul_Cyrl
bn Bengali ben ben_Beng
ca Catalan cat cat_Latn
cs Czech ces ces_Latn
da Danish dan dan_Latn
de German deu deu_Latn
dv Dhivehi div -_Thaa
el Greek ell ell_Grek
en English eng eng_Latn
eo Esperanto epo epo_Latn
es Spanish spa spa_Latn
et Estonian est est_Latn
eu Basque eus eus_Latn
fa Persian fas pes_Arab
fi Finnish fin fin_Latn
fr French fra fra_Latn
ga Irish gle gle_Latn
gl Galician glg glg_Latn
he Hebrew heb heb_Hebr
hi Hindi hin hin_Deva
hr Croatian hrv hrv_Latn
hu Hungarian hun hun_Latn
hy Armenian hye hye_Armn
id Indonesian ind ind_Latn
is Icelandic isl isl_Latn
it Italian ita ita_Latn
ja Japanese jpn jpn_Jpan
ka Georgian kat kat_Geor
kk Kazakh kaz kaz_Cyrl
km Khmer khm khm_Khmr
ko Korean kor kor_Hang
ky Kyrgyz kir kir_Cyrl
lo Lao lao lao_Laoo
lt Lithuanian lit lit_Latn
lv Latvian lav lvs_Latn
mk Macedonian mkd mkd_Cyrl
mn Mongolian mon khk_Cyrl
mr Marathi mar mar_Deva
ms Malay zsm zsm_Latn
mt Maltese mlt mlt_Latn
my Burmese mya mya_Mymr
nb Bokmål nob nob_Latn
ne Nepali nep npi_Deva
nl Dutch nld nld_Latn
nn Nynorsk nno nno_Latn
no Norwegian nor -_Latn
pl Polish pol pol_Latn
ps Pashto pus pbt_Arab
pt Portuguese por por_Latn
ro Romanian ron ron_Latn
ru Russian rus rus_Cyrl
sd Sindhi snd snd_Arab
sk Slovak slk slk_Latn
sl Slovenian slv slv_Latn
sq Albanian sqi als_Latn
sv Swedish swe swe_Latn
sw Swahili swa swh_Latn
ta Tamil tam tam_Taml
te Telugu tel tel_Telu
tg Tajik tgk tgk_Cyrl
th Thai tha tha_Thai
tl Tagalog tgl tgl_Latn
tr Turkish tur tur_Latn
tt Tatar tat tat_Cyrl
ug Uyghur uig uig_Arab
uk Ukrainian ukr ukr_Cyrl
ur Urdu urd urd_Arab
vi Vietnamese vie vie_Latn
yi Yiddish yid ydd_Hebr
zh Chinese cmn zho_Hans"""
    )
)
"""By ISO 639-1 code."""


def find_script(lang: str) -> str | None:
    """The script of the language with this code, as Unicode names it (`LATIN`), or None where it is not known here."""
    return LANGUAGES[lang].script if lang in LANGUAGES else None


def name_language(lang: str) -> str:
    """The English name of a language, or its code where the name is not known.

    >>> name_language("vi"), name_language("xx")
    ('Vietnamese', 'xx')
    """
    return LANGUAGES[lang].name if lang in LANGUAGES else lang


def is_right_to_left(lang: str) -> bool:
    """Whether the language with this code is written from right to left; False where it is not known here."""
    return lang in LANGUAGES and LANGUAGES[lang].right_to_left
