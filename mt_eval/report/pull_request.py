"""A comparison as the comment of a pull request: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.compare.gate import Finding, State
from mt_eval.compare.result import Comparisons
from mt_eval.report.comparison_text import render_markdown
from mt_eval.report.html.verdict import judge_comparison
from mt_eval.report.markup import escape_block, escape_markdown

_MARKS = {State.PASSED: "passed", State.FAILED: "**failed**", State.UNDECIDED: "cannot tell"}


def render_summary(result: Comparisons, findings: Sequence[Finding]) -> str:
    """The question, its answer in words, what became of each condition, and the whole comparison folded below."""
    verdict = judge_comparison(result)
    lines = [f"## {escape_markdown(verdict.question)}", "", f"**{escape_markdown(verdict.answer)}.**", ""]
    lines += [escape_block(sentence) for sentence in verdict.sentences]
    if findings:
        lines += [
            "",
            *(
                f"- {_MARKS[each.state]}: {escape_markdown(each.condition.written)} "
                f"({escape_markdown(each.system)}: {escape_markdown(each.why)})"
                for each in findings
            ),
        ]
    lines += ["", "<details><summary>All figures</summary>", "", render_markdown(result).rstrip(), "", "</details>"]
    return "\n".join(lines) + "\n"
