"""Test sentences in eight languages, saying the same in each.

The sentences were written for this project: news, plain, without a name that stays in Latin letters.
"""

from __future__ import annotations

from collections.abc import Mapping

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
