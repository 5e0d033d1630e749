"""An article of eight sentences in Arabic, its Vietnamese version, and what a system might make of it."""

from __future__ import annotations

SOURCES = (
    "افتتحت المدينة اليوم جسرا جديدا يربط بين ضفتي النهر.",
    "وقال رئيس البلدية إن بناء الجسر استغرق ثلاث سنوات.",
    "بلغت تكلفة المشروع 45 مليون دولار.",
    "وشكا بعض السكان من الضجيج خلال أعمال البناء.",
    "سيخفف الجسر من الازدحام في وسط المدينة.",
    "ومن المتوقع أن يستخدمه 20000 شخص كل يوم.",
    "سيفتح متنزه صغير تحت الجسر في الربيع المقبل.",
    "وتخطط المدينة لبناء جسر آخر في عام 2030.",
)
REFERENCES = (
    "Hôm nay thành phố đã khánh thành một cây cầu mới nối hai bờ sông.",
    "Thị trưởng cho biết việc xây cầu đã kéo dài ba năm.",
    "Chi phí của dự án lên tới 45 triệu đô la.",
    "Một số cư dân đã phàn nàn về tiếng ồn trong quá trình thi công.",
    "Cây cầu sẽ giảm bớt tình trạng ùn tắc ở trung tâm thành phố.",
    "Dự kiến mỗi ngày sẽ có 20.000 người sử dụng.",
    "Một công viên nhỏ sẽ mở cửa dưới chân cầu vào mùa xuân tới.",
    "Thành phố có kế hoạch xây thêm một cây cầu khác vào năm 2030.",
)
OUTPUT = (
    "Thành phố hôm nay khánh thành cây cầu mới nối liền hai bờ sông.",
    "Thị trưởng nói rằng việc xây cầu mất ba năm.",
    "Dự án tốn 45 triệu đô la.",
    "Vài người dân phàn nàn về tiếng ồn khi thi công.",
    "Cây cầu sẽ làm giảm ùn tắc ở trung tâm thành phố.",
    "Mỗi ngày dự kiến có 20.000 người đi qua.",
    "Một công viên nhỏ sẽ mở dưới cầu vào mùa xuân năm sau.",
    "Thành phố dự định xây một cây cầu nữa vào năm 2030.",
)
FOREIGN = "Đội bóng quê nhà thắng trận chung kết với tỷ số ba không."
