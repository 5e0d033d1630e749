"""Conditions on a comparison as a JUnit file, which programs for continuous integration show as tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mt_eval.compare.gate import Finding, State
from mt_eval.report.visible import format_unseen


def render_junit(findings: Sequence[Finding], *, strict: bool) -> str:
    """One test case per finding: failed where a condition holds, and where the data cannot tell and `strict` is set.

    Where they cannot tell and that is to pass, the case is skipped with the figures as its reason.
    """
    states = [finding.state for finding in findings]
    undecided = states.count(State.UNDECIDED)
    suite = Element(
        "testsuite",
        name="mt-eval compare",
        tests=str(len(findings)),
        failures=str(states.count(State.FAILED) + (undecided if strict else 0)),
        skipped=str(0 if strict else undecided),
        errors="0",
    )
    for finding in findings:
        name = format_unseen(f"{finding.system}: {finding.condition.written}")
        case = SubElement(suite, "testcase", classname="mt-eval.compare", name=name)
        why = format_unseen(finding.why)
        if finding.state is State.FAILED or (finding.state is State.UNDECIDED and strict):
            SubElement(case, "failure", message=why, type=finding.state.value)
        elif finding.state is State.UNDECIDED:
            SubElement(case, "skipped", message=f"these data cannot tell: {why}")
        else:
            SubElement(case, "system-out").text = why
    indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suite, encoding="unicode")}\n'
