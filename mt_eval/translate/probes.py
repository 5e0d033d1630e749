"""Test sentences in eight languages, saying the same in each, and the small words by which a language is told.

The sentences were written for this project: news, plain, without a name that stays in Latin letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PROBES: Mapping[str, tuple[str, str, str]] = {
    "ar": (
        "التقى الرئيس وزير الخارجية يوم الاثنين وتحدث معه عن السلام في المنطقة.",
        "أغلقت الأمطار الغزيرة المدارس والطرق في 12 محافظة منذ بداية الأسبوع.",
        "اتفق البلدان على العمل معا لحماية البحر ومساعدة الصيادين.",
    ),
    "de": (
        "Der Präsident traf am Montag den Außenminister und sprach mit ihm über den Frieden in der Region.",
        "Starker Regen hat seit Beginn der Woche Schulen und Straßen in 12 Provinzen geschlossen.",
        "Die beiden Länder einigten sich darauf, gemeinsam das Meer zu schützen und den Fischern zu helfen.",
    ),
    "en": (
        "The president met the foreign minister on Monday and spoke with him about peace in the region.",
        "Heavy rain has closed schools and roads in 12 provinces since the beginning of the week.",
        "The two countries agreed to work together to protect the sea and help the fishermen.",
    ),
    "es": (
        "El presidente se reunió el lunes con el ministro de Exteriores y habló con él sobre la paz en la región.",
        "Las fuertes lluvias han cerrado escuelas y carreteras en 12 provincias desde el comienzo de la semana.",
        "Los dos países acordaron trabajar juntos para proteger el mar y ayudar a los pescadores.",
    ),
    "fr": (
        "Le président a rencontré lundi le ministre des Affaires étrangères et lui a parlé de la paix dans la région.",
        "De fortes pluies ont fermé des écoles et des routes dans 12 provinces depuis le début de la semaine.",
        "Les deux pays ont convenu de travailler ensemble pour protéger la mer et aider les pêcheurs.",
    ),
    "it": (
        "Il presidente ha incontrato lunedì il ministro degli Esteri e ha parlato con lui della pace nella regione.",
        "Le forti piogge hanno chiuso scuole e strade in 12 province dall'inizio della settimana.",
        "I due paesi hanno deciso di lavorare insieme per proteggere il mare e aiutare i pescatori.",
    ),
    "ru": (
        "В понедельник президент встретился с министром иностранных дел и говорил с ним о мире в регионе.",
        "Сильные дожди с начала недели закрыли школы и дороги в 12 провинциях.",
        "Две страны договорились вместе работать, чтобы защитить море и помочь рыбакам.",
    ),
    "vi": (
        "Tổng thống đã gặp bộ trưởng ngoại giao hôm thứ Hai và nói chuyện với ông về hòa bình trong khu vực.",
        "Mưa lớn đã khiến trường học và đường sá ở 12 tỉnh phải đóng cửa từ đầu tuần.",
        "Hai nước đã đồng ý cùng nhau hợp tác để bảo vệ biển và giúp đỡ ngư dân.",
    ),
}
"""Two-letter code of the language to its sentences; the i-th says the same in every language."""

_SMALL_WORDS = {
    "ar": "في من على إلى أن عن التي الذي هذا هذه ما لا مع كان بعد قد كل لم بين أو هو هي تم إن يوم معه منذ الى",
    "de": "der die das und den von zu mit ist des auf für im dem ein eine nicht sich hat am wurde werden sie auch",
    "en": "the of and to is for that on with was by at from has have are it be been this had will an not which",
    "es": "el los las y del que con por para una su al se lo como más fue han sobre este esta entre desde ha",
    "fa": "و در به که این را با است برای شد بود آن های می کرد شده یک خود تا بر هم دو",
    "fr": "le les et des du une est que qui dans pour par sur au aux il ne pas ce cette avec ont sont plus été",
    "it": "il di e che per della è i gli al dei da nel nella sono ha hanno alla delle dalla degli si le più anche",
    "ru": "и в на не с что по из к о для от за это как был его они мы она он или также",
    "uk": "і та в у на не з що до за це як для від його вони ми вона він або також",
    "ur": "کے میں کی ہے اور سے کا کو نے پر یہ ہیں ایک بھی کر تھا اس گیا",
    "vi": "và của là có trong được cho với các một không ở này những đã người về tại để từ cùng ông khi phải",
}
SMALL_WORDS: Mapping[str, frozenset[str]] = {lang: frozenset(words.split()) for lang, words in _SMALL_WORDS.items()}

_WORD = re.compile(r"[^\W\d_]+")


def count_small_words(texts: Iterable[str]) -> dict[str, int]:
    """How many words of the texts are small words of each language and of no other in the table.

    >>> counts = count_small_words(["Der Präsident und die Minister"])
    >>> counts["de"], counts["en"]
    (3, 0)
    """
    words = [word for text in texts for word in _WORD.findall(text.lower())]
    owners: dict[str, list[str]] = {}
    for lang, known in SMALL_WORDS.items():
        for word in known:
            owners.setdefault(word, []).append(lang)
    counts = dict.fromkeys(SMALL_WORDS, 0)
    for word in words:
        if len(owners.get(word, ())) == 1:
            counts[owners[word][0]] += 1
    return counts
