"""Metrics from outside: what their programs are given, what is read back, and every way they can fail."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_dir

from mt_eval.bundled import bundled_path
from mt_eval.config import ExternalMetric, MetricsConfig, register_schemas, to_plain, to_run_config
from mt_eval.errors import ConfigError, MetricError, MtEvalError
from mt_eval.metrics.program import run_program, sign_program

SOURCES = ("một hai", "ba", "", "bốn năm sáu")
TRANSLATIONS = ("واحد", "", "اثنان ثلاثة", "أربعة")
REFERENCES = ("واحد.", "ثلاثة", "خمسة", "ستة سبعة")

LENGTHS = "import sys; [print(len(line.rstrip('\\n'))) for line in open(sys.argv[1], encoding='utf-8', newline='\\n')]"
"""A metric: the number of characters of each translation."""


def script(program: str, *arguments: str, **others: Any) -> ExternalMetric:
    """A metric that is a Python program."""
    command = [sys.executable, "-c", program, *(arguments or ("{translation}",))]
    return ExternalMetric(**{"name": "lengths", "command": command, "version": "lengths 1", **others})


def test_one_number_per_line_is_one_per_segment() -> None:
    """Without patterns every printed line is a number, and the run's number is their mean."""
    result = run_program(script(LENGTHS), SOURCES, TRANSLATIONS, REFERENCES)

    assert result.values == tuple(map(len, TRANSLATIONS))
    assert result.corpus == statistics.fmean(map(len, TRANSLATIONS))
    assert sign_program(script(LENGTHS)) == "external:lengths|version:lengths 1|better:higher|scale:1|corpus:mean"


def test_the_program_sees_every_side_in_order(tmp_path: Path) -> None:
    """Each placeholder is a file of its own, also inside a longer argument."""
    program = (
        "import sys, shutil\n"
        "for argument in sys.argv[1:]:\n"
        f"    name, path = argument.split('='); shutil.copy(path, {str(tmp_path)!r} + '/' + name)\n"
        "print('1\\n2\\n3\\n4')\n"
    )
    arguments = [f"{name}={{{name}}}" for name in ("source", "translation", "reference", "jsonl")]

    run_program(script(program, *arguments), SOURCES, TRANSLATIONS, REFERENCES)

    for name, texts in (("source", SOURCES), ("translation", TRANSLATIONS), ("reference", REFERENCES)):
        assert (tmp_path / name).read_bytes() == "".join(f"{text}\n" for text in texts).encode()
    rows = [json.loads(line) for line in (tmp_path / "jsonl").read_text(encoding="utf-8").splitlines()]
    assert [tuple(row.items()) for row in rows] == [
        (("source", source), ("hypothesis", translation), ("reference", reference))
        for source, translation, reference in zip(SOURCES, TRANSLATIONS, REFERENCES, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "a b"),
        ("a\r\nb\rc", "a b c"),
        ("a\u2028b\u0085c\x0bd", "a b c d"),
        ("a\n", "a"),
        ("\n", ""),
    ],
)
def test_line_breaks_inside_a_segment_become_spaces(text: str, expected: str) -> None:
    """No line break of any kind makes a line too many for a program that knows it as one."""
    program = (
        "import sys; text = open(sys.argv[1], encoding='utf-8').read()\n"
        f"assert text.splitlines() == {[expected, 'x']!r}, text\n"
        "print('1\\n2')\n"
    )

    assert run_program(script(program), ["s", "s"], [text, "x"], ["r", "r"]).values == (1, 2)


def test_segments_and_the_run_are_found_by_patterns() -> None:
    """Lines that match no pattern do not count, and the run's number is the program's."""
    program = (
        "print('loading'); [print(f'Segment {i}\\tscore: {i / 8:.4f}') for i in range(4)]; print('System score: 0.5')"
    )
    metric = script(
        program,
        "{translation}",
        segment_pattern=r"^Segment \d+\tscore: (\S+)$",
        corpus_pattern=r"^System score: (\S+)$",
        scale=100,
        higher_is_better=False,
    )

    result = run_program(metric, SOURCES, TRANSLATIONS, REFERENCES)

    assert result.values == (0, 12.5, 25, 37.5)
    assert result.corpus == 50
    assert sign_program(metric).endswith("|better:lower|scale:100|corpus:program")


def test_the_line_of_the_run_is_no_segment() -> None:
    """With a pattern for the run alone, all other lines are numbers of segments."""
    program = "print('1\\n2\\n3\\n4\\nsystem 9')"

    result = run_program(
        script(program, "{translation}", corpus_pattern="system (.*)"), SOURCES, TRANSLATIONS, REFERENCES
    )

    assert (result.values, result.corpus) == ((1, 2, 3, 4), 9)


def test_numbers_are_read_from_the_output_file_where_the_command_names_one() -> None:
    """What is printed then does not matter."""
    program = "import sys; open(sys.argv[1], 'w').write('-1e-3\\r\\n2\\n3\\n4'); print('done')"

    result = run_program(script(program, "{output}", "{translation}"), SOURCES, TRANSLATIONS, REFERENCES)

    assert result.values == (-0.001, 2, 3, 4)


def test_without_segments_nothing_runs() -> None:
    """No segments give no numbers, whatever the program."""
    metric = ExternalMetric(name="none", command=["no-such-program", "{translation}"], version="1")

    assert (run_program(metric, [], [], []).values, run_program(metric, [], [], []).corpus) == ((), None)


def test_no_shell_reads_the_command() -> None:
    """Dollars, quotes, semicolons and unknown braces of an argument reach the program as they are."""
    odd = "$HOME; 'a' {translation }{} `b`"
    program = f"import sys; assert sys.argv[2] == {odd!r}, sys.argv; print('1\\n2\\n3\\n4')"

    run_program(script(program, "{translation}", odd), SOURCES, TRANSLATIONS, REFERENCES)


def test_the_command_runs_in_its_folder(tmp_path: Path) -> None:
    """`folder` is where a program that is not installed finds its modules."""
    (tmp_path / "metric.py").write_text("print('1\\n2\\n3\\n4')")
    metric = ExternalMetric(
        name="m", command=[sys.executable, "-m", "metric", "{jsonl}"], version="1", folder=str(tmp_path)
    )

    assert run_program(metric, SOURCES, TRANSLATIONS, REFERENCES).values == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("program", "others", "message"),
    [
        (
            "import sys; print('x', file=sys.stderr); sys.exit('out of memory')",
            {},
            r"metric lengths: the command ended with exit status 1 and said 'out of memory', expected exit status 0",
        ),
        ("raise ValueError('no such model')", {}, r"exit status 1 and said 'ValueError: no such model'"),
        ("import sys; sys.exit(3)", {}, r"exit status 3 and said nothing"),
        ("print('bad option'); raise SystemExit(2)", {}, r"exit status 2 and said 'bad option'"),
        ("import os; os.kill(os.getpid(), 9)", {}, r"was killed by SIGKILL and said nothing"),
        ("print(1)", {}, r"got 1 numbers from its output, expected 4, one per segment; set segment_pattern"),
        ("print('1\\n2\\n3\\n4\\n5')", {}, r"got 5 numbers from its output, expected 4"),
        ("", {}, r"got 0 numbers from its output, expected 4"),
        ("print('1\\n2\\nlow\\n4')", {}, r"line 3 of its output says 'low', expected a finite number"),
        ("print('1\\n\\n3\\n4')", {}, r"line 2 of its output says '', expected a finite number"),
        ("print('1\\n2\\n3\\nnan')", {}, r"line 4 of its output says 'nan', expected a finite number"),
        ("print('1\\n2\\n3\\n-inf')", {}, r"line 4 of its output says '-inf', expected a finite number"),
        ("print('a: 1')", {"segment_pattern": "b: (.*)"}, r"got 0 numbers .*; check segment_pattern"),
        ("print('a: ?')", {"segment_pattern": "a: (.*)"}, r"line 1 of its output says '\?', .*; check segment_pattern"),
        ("print('1\\n2\\n3\\n4')", {"corpus_pattern": "s (.*)"}, r"0 printed lines hold the number for the whole run"),
        ("print('s 1\\ns 2')", {"corpus_pattern": "s (.*)"}, r"2 printed lines hold the number for the whole run"),
        ("print('s NaN')", {"corpus_pattern": "s (.*)"}, r"the line for the whole run says 'NaN'"),
        (
            "import time; time.sleep(60)",
            {"timeout_seconds": 0.3},
            r"the command was stopped after 0.3 seconds, expected .*; raise timeout_seconds or score fewer",
        ),
    ],
)
def test_every_failure_is_explained(program: str, others: dict[str, Any], message: str) -> None:
    """A crash, a wrong count, no number and a time-out are errors that name the metric and what it did."""
    with pytest.raises(MetricError, match=message) as caught:
        run_program(script(program, "{translation}", **others), SOURCES, TRANSLATIONS, REFERENCES)

    assert isinstance(caught.value, MtEvalError)
    assert "\n" not in str(caught.value)


def test_a_command_that_writes_nothing_is_explained() -> None:
    """Ending well without the output file is an error, not a metric without numbers."""
    with pytest.raises(MetricError, match=r"ended well but wrote no \{output\}"):
        run_program(script("", "{translation}", "{output}"), SOURCES, TRANSLATIONS, REFERENCES)


def test_a_missing_program_is_explained_with_what_installs_it() -> None:
    """The message holds the documented command."""
    metric = ExternalMetric(
        name="COMET", command=["no-such-comet-score", "{translation}"], version="1", install="pip install a-comet"
    )

    with pytest.raises(
        MetricError, match=r"COMET: the program no-such-comet-score cannot be started .*`pip install a-"
    ):
        run_program(metric, SOURCES, TRANSLATIONS, REFERENCES)


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    """A folder that is not there is not mistaken for a missing program."""
    metric = script(LENGTHS, "{translation}", folder=str(tmp_path / "absent"))

    with pytest.raises(MetricError, match=r"there is no folder .*absent, .*; name where it is in metrics.external"):
        run_program(metric, SOURCES, TRANSLATIONS, REFERENCES)


def test_a_time_out_leaves_no_process_behind(tmp_path: Path) -> None:
    """What the command itself has started is stopped with it, and waiting takes no longer than allowed."""
    child = tmp_path / "child"
    program = (
        "import subprocess, sys, time\n"
        "started = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(child)!r}, 'w').write(str(started.pid)); time.sleep(60)\n"
    )
    before = time.monotonic()

    with pytest.raises(MetricError, match="was stopped after 2 seconds"):
        run_program(script(program, "{translation}", timeout_seconds=2), SOURCES, TRANSLATIONS, REFERENCES)

    assert time.monotonic() - before < 20
    assert _ends(int(child.read_text()))


def test_the_temporary_files_are_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a run that went well nor one that failed leaves its texts on the disk."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    run_program(script(LENGTHS), SOURCES, TRANSLATIONS, REFERENCES)
    with pytest.raises(MetricError):
        run_program(script("raise SystemExit(1)"), SOURCES, TRANSLATIONS, REFERENCES)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"name": "a b"}, r"metrics.external.name=a b is not possible: expected letters, digits"),
        ({"name": "chrF"}, r"metrics.external.name=chrF is not possible"),
        ({"command": []}, r"metrics.external\[m\].command=\[\] is not possible: expected a program"),
        (
            {"command": ["p", "{reference}", "{translation}"], "needs_reference": False},
            r"command=p \{reference\} \{translation\} is not possible: expected no \{reference\} where needs_reference",
        ),
        ({"function": "a:b"}, r"metrics.external\[m\].command=.* is not possible: expected nothing beside a function"),
        ({"function": "a.b", "command": []}, r"function=a.b is not possible: expected PACKAGE.MODULE:FUNCTION"),
        (
            {"function": "a:b", "command": [], "segment_pattern": "(.)"},
            r"segment_pattern=\(\.\) is not possible: expected nothing beside a function",
        ),
        (
            {"command": ["p", "{hypothesis}"]},
            r"command=\{hypothesis\} is not possible: expected placeholders among \{source",
        ),
        ({"command": ["p", "--mt={mt}"]}, r"command=--mt=\{mt\} is not possible: expected placeholders among \{source"),
        (
            {"command": ["p", "{source}"]},
            r"command=p \{source\} is not possible: expected \{translation\} or \{jsonl\}",
        ),
        ({"version": " "}, r"metrics.external\[m\].version"),
        ({"version": "1|2"}, r"metrics.external\[m\].version=1\|2"),
        (
            {"segment_pattern": "score"},
            r"segment_pattern=score is not possible: expected a regular expression with one",
        ),
        ({"corpus_pattern": "("}, r"corpus_pattern=\( is not possible: expected a regular expression with one group"),
        ({"timeout_seconds": 0}, r"timeout_seconds=0 is not possible: expected more than 0"),
        ({"scale": float("inf")}, r"scale=inf is not possible"),
    ],
)
def test_the_settings_of_a_metric_are_checked(others: dict[str, Any], message: str) -> None:
    """What cannot work is refused before anything is translated, and the message names the setting."""
    with pytest.raises(ConfigError, match=message):
        ExternalMetric(**{"name": "m", "command": ["p", "{translation}"], "version": "1", **others})


def test_two_metrics_of_one_name_are_refused() -> None:
    """Scores are told apart by the name of their metric."""
    with pytest.raises(ConfigError, match="every name once"):
        MetricsConfig(external=[script(LENGTHS), script(LENGTHS)])


def test_external_metrics_compose_and_can_be_changed_one_by_one(tmp_path: Path) -> None:
    """A user's option file may list several; a setting of one is overridden by its place."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "mine.yaml").write_text(
        "defaults: [metrics_schema]\nexternal:\n"
        "  - {name: a, command: [p, '{translation}'], version: '1'}\n"
        "  - {name: b, command: [q, '{jsonl}'], version: '2', scale: 100}\n"
    )

    metrics = _compose(
        f"hydra.searchpath=[file://{tmp_path}]", "metrics=mine", "metrics.external.1.timeout_seconds=5"
    ).metrics

    assert metrics.external == [
        ExternalMetric(name="a", command=["p", "{translation}"], version="1"),
        ExternalMetric(name="b", command=["q", "{jsonl}"], version="2", scale=100, timeout_seconds=5),
    ]
    assert to_plain(metrics)["external"][1]["command"] == ["q", "{jsonl}"]


def test_the_comet_option_reads_what_comet_score_writes(tmp_path: Path) -> None:
    """A stand-in writes the file of comet-score 2.2.7: the translation's path to one object per segment, indented."""
    program = tmp_path / "comet_score.py"
    program.write_text(
        "import argparse, json\n"
        "parser = argparse.ArgumentParser()\n"
        "for name in ('--sources', '--translations', '--references', '--model', '--gpus', '--to_json'):\n"
        "    parser.add_argument(name, required=True)\n"
        "for name in ('--quiet', '--only_system'):\n"
        "    parser.add_argument(name, action='store_true', required=True)\n"
        "given = parser.parse_args()\n"
        "sides = [open(path, encoding='utf-8') for path in (given.sources, given.translations, given.references)]\n"
        "rows = [dict(zip(('src', 'mt', 'ref'), map(str.strip, row))) for row in zip(*sides)]\n"
        "for index, row in enumerate(rows):\n"
        "    row['COMET'] = 0.123456789 * index\n"
        "print(f'{given.translations}\\tscore: 0.1852')\n"
        "with open(given.to_json, 'w', encoding='utf-8') as file:\n"
        "    json.dump({given.translations: rows}, file, ensure_ascii=False, indent=4)\n"
        "print(f'Predictions saved in: {given.to_json}.')\n"
    )
    stand_in = tmp_path / "comet-score"
    # Not `#!python`: a kernel takes no path with spaces there.
    stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    stand_in.chmod(0o755)
    metric = _compose("metrics=comet", f"metrics.external.0.command.0={stand_in}").metrics.external[0]
    sources = ('"COMET": 5,', *SOURCES[1:])

    result = run_program(metric, sources, TRANSLATIONS, REFERENCES)

    assert result.values == pytest.approx([12.3456789 * index for index in range(4)])
    assert "Unbabel/wmt22-comet-da" in sign_program(metric)


def test_the_metricx_option_reads_what_metricx_writes(tmp_path: Path) -> None:
    """A stand-in reads and writes JSON lines like metricx24/predict.py: the input's keys and `prediction`."""
    package = tmp_path / "metricx24"
    package.mkdir()
    (package / "predict.py").write_text(
        "import argparse, json\n"
        "parser = argparse.ArgumentParser()\n"
        "for name in ('tokenizer', 'model_name_or_path', 'max_input_length', 'batch_size'):\n"
        "    parser.add_argument(f'--{name}', required=True)\n"
        "for name in ('input_file', 'output_file'):\n"
        "    parser.add_argument(f'--{name}', required=True)\n"
        "given = parser.parse_args()\n"
        "with open(given.output_file, 'w') as out:\n"
        "    for index, line in enumerate(open(given.input_file, encoding='utf-8')):\n"
        "        row = json.loads(line)\n"
        "        assert set(row) == {'source', 'hypothesis', 'reference'}\n"
        "        row['prediction'] = 6.25 * index\n"
        "        out.write(json.dumps(row) + '\\n')\n"
    )
    metric = _compose(
        "metrics=metricx",
        f"metrics.external.0.folder={tmp_path}",
        f"metrics.external.0.command.0='{sys.executable}'",
    ).metrics.external[0]
    sources = ('"prediction": 5, "prediction": 6}', *SOURCES[1:])

    result = run_program(metric, sources, TRANSLATIONS, REFERENCES)

    assert result.values == (0, 6.25, 12.5, 18.75)
    assert "|better:lower|" in sign_program(metric)


@pytest.mark.parametrize("option", ["comet", "metricx"])
def test_a_ready_option_without_its_program_says_how_to_get_it(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home folder is expanded, and the message holds the command that makes the environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    metric = _compose(f"metrics={option}").metrics.external[0]

    with pytest.raises(MetricError, match=r"expected a program in an environment of its own; install it with `.*pip"):
        run_program(metric, SOURCES, TRANSLATIONS, REFERENCES)


def _compose(*overrides: str) -> Any:
    register_schemas()
    with initialize_config_dir(str(bundled_path("conf")), version_base="1.3"):
        return to_run_config(compose("config", list(overrides)))


def _ends(process: int) -> bool:
    """Whether a process is gone, or a zombie, within five seconds."""
    for _ in range(50):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
        if state.stdout.strip()[:1] in ("", "Z"):
            return True
        time.sleep(0.1)
    os.kill(process, signal.SIGKILL)
    return False
