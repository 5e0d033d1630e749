"""The plots of a comparison as a figure for a paper: SVG, and PDF or PNG made of it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import Literal

from mt_eval.compare.result import Comparisons
from mt_eval.errors import ConfigError
from mt_eval.extras import require_extra

FORMS = (".svg", ".pdf", ".png")
PIXELS_PER_INCH = 300.0

_MOST = 26
"""Characters of the baseline's name in the title, which is to end within the picture."""
_TONES = {
    "better": "#116329",
    "worse": "#b3261e",
    "tie": "#57606a",
    "cannot-tell": "#8a5a00",
    "no-verdict": "#8a5a00",
    "baseline": "#57606a",
}
"""Colours of the report's page on white paper, by verdict."""


def check_form(suffix: str) -> None:
    """See before a comparison is made that its figure can be.

    Raises:
        ConfigError: The form is unknown, or a package for it is not installed.
    """
    if suffix.lower() not in FORMS:
        raise ConfigError(f"--figure: {suffix or 'no ending'} is no form of a figure, expected {', '.join(FORMS)}")
    if suffix.lower() != ".svg":
        require_extra("figures", f"a figure as {suffix}")


def render_figure(result: Comparisons, suffix: str) -> str | bytes:
    """The differences by the metric that decides, with their intervals; below, quality against speed where it is known.

    They are the plots of the report (`report.html`), drawn with all sizes set.

    Args:
        suffix: One of `FORMS`.

    Raises:
        ConfigError: The form is unknown, or a package for it is not installed.
    """
    check_form(suffix)
    picture = _draw(result)
    match suffix.lower():
        case ".pdf":
            return _convert(picture, "pdf")
        case ".png":
            return _convert(picture, "png")
    return picture


def _draw(result: Comparisons) -> str:
    from mt_eval.report.html.forest import draw_forests
    from mt_eval.report.html.page import open_templates
    from mt_eval.report.html.speed import draw_speeds

    templates = open_templates()
    templates.filters["minus"] = lambda text: text.replace("-", "\N{MINUS SIGN}")
    forest = draw_forests(result)[0]
    lower = ", lower is better" if forest.metric.lower_is_better else ""
    title = f"{forest.metric.name}: difference to {_shorten(result.systems[0], _MOST)} with 95% interval{lower}"
    if forest.pairwise:
        title = f"{forest.metric.name}: differences of all pairs with 95% intervals{lower}"
    return templates.get_template("figure.svg.j2").render(
        forest=forest,
        speed=draw_speeds(result),
        title=title,
        tones=_TONES,
        shorten=_shorten,
    )


def _shorten(text: str, most: int) -> str:
    """The text, cut where it is wider than so many letters of common width."""
    ends = list(accumulate(map(_measure, text)))
    if not ends or ends[-1] <= most:
        return text
    return f"{text[: bisect_right(ends, most - 1)]}…"


def _measure(letter: str) -> float:
    """About how wide a letter is beside a common one, in the fonts of the figure."""
    if unicodedata.east_asian_width(letter) in "WF" or letter in "MWmw@%":
        return 1.7
    return 0.0 if unicodedata.combining(letter) else 1.3 if letter.isupper() else 1.0


def _convert(picture: str, form: Literal["pdf", "png"]) -> bytes:
    """The picture as a PDF of its size, or as PNG."""
    import typst

    from mt_eval.disk import open_scratch

    with open_scratch("mt-eval-figure-") as folder:
        (Path(folder) / "figure.svg").write_text(picture, encoding="utf-8")
        page = Path(folder) / "page.typ"
        page.write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n', encoding="utf-8")
        return typst.compile(page, format=form, ppi=PIXELS_PER_INCH)
