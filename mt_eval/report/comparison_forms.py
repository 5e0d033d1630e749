"""A comparison in any of its forms."""

from __future__ import annotations

import io

from mt_eval.compare.result import Comparisons
from mt_eval.errors import ConfigError

FORMS = ("table", "markdown", "csv", "json", "latex")


def render_comparisons(result: Comparisons, form: str) -> str:
    """The comparison in one of `FORMS`.

    Raises:
        ConfigError: There is no such form.
    """
    if form == "table":
        from mt_eval.report.comparison_terminal import print_comparisons
        from mt_eval.report.visible import open_console

        written = io.StringIO()
        print_comparisons(open_console(written, width=100), result)
        return written.getvalue()
    from mt_eval.report.comparison_data import render_csv, render_json
    from mt_eval.report.comparison_text import render_latex, render_markdown

    forms = {"markdown": render_markdown, "csv": render_csv, "json": render_json, "latex": render_latex}
    if form not in forms:
        raise ConfigError(f"{form} is no form of a comparison, expected one of {', '.join(FORMS)}")
    return forms[form](result)
