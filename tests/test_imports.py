"""The import rules of CONTRIBUTING.md, kept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from mt_eval.languages.calendar import MONTHS
from mt_eval.languages.codes import read_languages
from mt_eval.metrics import METRICS

PACKAGE = Path(__file__).resolve().parents[1] / "mt_eval"
KNOWLEDGE = ("languages/", "text/")
"""Where tables of letters, months, scripts and languages may stand."""
GROUND_FLOOR = ("types", "spool", "likelihoods", "outages", "errors", "files", "cells", "disk", "languages", "metrics")
STAGES = ("data", "text", "align", "translate", "project", "score", "diagnose")


@cache
def imports(file: Path) -> set[str]:
    """Full names of all modules a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def modules() -> list[Path]:
    return sorted(file for file in PACKAGE.rglob("*.py"))


def place(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def offenders(names: tuple[str, ...], allowed: tuple[str, ...]) -> list[str]:
    """Modules outside `allowed` that import one of the packages `names`."""
    return [
        place(file)
        for file in modules()
        if not place(file).startswith(allowed) and any(name.split(".")[0] in names for name in imports(file))
    ]


@pytest.mark.parametrize("name", ["types", "errors"])
def test_nouns_import_the_standard_library_only(name: str) -> None:
    """`types` and `errors` stand below everything."""
    top = {module.split(".")[0] for module in imports(PACKAGE / f"{name}.py")}

    assert top <= sys.stdlib_module_names | {"__future__"}


def test_stages_do_not_import_each_other() -> None:
    """Only the pipeline joins data, text, align, translate and score."""
    found = []
    for file in modules():
        stage = place(file).split("/")[0].removesuffix(".py")
        others = tuple(f"mt_eval.{other}" for other in STAGES if other != stage)
        if stage in STAGES:
            found += [f"{place(file)} imports {name}" for name in imports(file) if name.startswith(others)]

    assert found == []


def test_the_ground_floor_imports_no_stage() -> None:
    """What every stage may import stands below all of them."""
    found = []
    for file in modules():
        if place(file).split("/")[0].removesuffix(".py") in GROUND_FLOOR:
            found += [name for name in imports(file) if name.startswith(tuple(f"mt_eval.{stage}" for stage in STAGES))]

    assert found == []


def tables(source: str) -> set[str]:
    """What a module lists in its strings: ranges or mappings of `letters`, three `months`, `scripts`, five `languages`.

    Docstrings are no tables: they stand alone.
    """
    nodes = list(ast.walk(ast.parse(source)))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]
    words = set(re.findall(r"[^\W\d_]+", " ".join(strings).lower()))
    names = [[set(name.lower().split("|")) for name in months] for months in MONTHS.values()]
    found = {
        "letters": any(not (one + other).isascii() for one, other in re.findall(r"(\w)-(\w)", "\0".join(strings)))
        or len({text for text in strings if len(text) == 1 and text.isalpha() and not text.isascii()}) >= 3
        or any(
            isinstance(node, ast.Attribute) and node.attr == "maketrans" and not "".join(strings).isascii()
            for node in nodes
        ),
        "months": any(sum(not words.isdisjoint(each) for each in months) >= 3 for months in names),
        "scripts": max(
            len({each.script.lower() for each in read_languages().values()} & words),
            len({each.script_code.lower() for each in read_languages().values()} & words),
        )
        >= 3,
        "languages": len({each.name.lower() for each in read_languages().values()} & words) >= 5,
    }
    return {kind for kind, holds in found.items() if holds}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('LATIN = "[A-Za-z\\u00c0-\\u024f]"', "letters"),
        ('FOLDED = str.maketrans("أإآ", "ااا")', "letters"),
        ('SOUNDS = {"ب": "B", "ف": "F", "ت": "T"}', "letters"),
        ('MONTHS = ("يناير", "فبراير|شباط", "مارس")', "months"),
        ('MONTHS = "January February March"', "months"),
        ('SCRIPTS = {"ARABIC": ("ar",), "GREEK": ("el",), "LATIN": ("vi",)}', "scripts"),
        ('CODES = {"ar": "arb_Arab", "vi": "vie_Latn", "ru": "rus_Cyrl"}', "scripts"),
        ('NAMES = {"ar": "Arabic", "de": "German", "en": "English", "fr": "French", "vi": "Vietnamese"}', "languages"),
    ],
)
def test_a_table_of_letters_is_seen(source: str, kind: str) -> None:
    """Each table that once stood outside `languages/` is found, and a docstring that names letters is none."""
    assert tables(source) == {kind}
    assert tables(f'"""أ-إ: January, February, March in Arabic, Greek and Latin."""\n{kind} = 1') == set()


def known_metrics(source: str) -> set[str]:
    """What a module knows of metrics: parts of a `signature`, or a `list` of two names or more in one display."""
    tree = ast.parse(source)
    shown = [
        {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict)
    ]
    found = {
        "signature": re.search(r"norm:|better:(lower|higher)", source) is not None,
        "list": any(len(values & METRICS.keys()) > 1 for values in shown),
    }
    return {kind for kind, holds in found.items() if holds}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('profile = signature.rpartition("|norm:")[2]', "signature"),
        ('lower = "better:lower" in signature', "signature"),
        ('METRICS = ("chrF++", "chrF")', "list"),
        ('MARGINS = {"chrF": 0.54, "TER": 0}', "list"),
    ],
)
def test_a_copy_of_what_metrics_are_is_seen(source: str, kind: str) -> None:
    """Each of the copies that once disagreed is found."""
    assert known_metrics(source) == {kind}


def test_what_is_known_of_metrics_has_one_home() -> None:
    """No module outside `metrics/` takes a signature apart or lists metrics."""
    found = {place(file): known_metrics(file.read_text(encoding="utf-8")) for file in modules()}

    assert {name: kinds for name, kinds in found.items() if kinds and not name.startswith("metrics/")} == {}
    assert "metrics/key.py" in {name for name, kinds in found.items() if "signature" in kinds}


def test_what_is_known_of_languages_has_one_home() -> None:
    """No module outside `languages/` and `text/` holds a table of letters, months, scripts or languages."""
    found = {place(file): tables(file.read_text(encoding="utf-8")) for file in modules()}

    assert {name: kinds for name, kinds in found.items() if kinds and not name.startswith(KNOWLEDGE)} == {}
    assert {kind for name, kinds in found.items() if name.startswith("languages/") for kind in kinds} == {
        *("letters", "months", "scripts", "languages")
    }


@pytest.mark.parametrize(
    ("names", "allowed"),
    [
        (("torch", "transformers"), ("translate/",)),
        (("ctranslate2",), ("translate/engines/",)),
        (("datasets",), ("data/hub.py",)),
        (("hydra", "omegaconf"), ("config/", "sweep/combinations.py", "sweep/compose.py", "sweep/variants.py")),
        (("py3langid",), ("languages/identify.py",)),
        (("pandas", "pyarrow"), ("library.py", "compare/result.py", "export/")),
        (("jinja2",), ("report/html/",)),
        (("tempfile", "fcntl", "filelock"), ("disk.py",)),
        (("httpx2",), ("translate/server/client.py",)),
        (("mlflow",), ("track/mlflow.py",)),
        (("wandb",), ("track/wandb.py",)),
        (("tensorboard",), ("track/tensorboard.py",)),
    ],
)
def test_heavy_packages_stay_in_their_place(names: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    """torch, transformers, ctranslate2, datasets and hydra are imported only where the rules say."""
    assert offenders(names, allowed) == []


def test_only_disk_renames_and_replaces() -> None:
    """What makes files appear whole stands in one place: `rename`, and `replace` of a path, which has one argument."""
    found = []
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name, arguments = node.func.attr, len(node.args)
                of_path = name in ("rename", "renames", "flock", "lockf") or (name == "replace" and arguments == 1)
                of_os = ast.unparse(node.func) in ("os.replace", "os.rename", "shutil.move")
                if of_path or of_os:
                    found.append(place(file))

    assert set(found) == {"disk.py"}


def test_runs_and_report_know_no_config_class() -> None:
    """A run's configuration is plain data to whoever reads it."""
    found = [
        place(file)
        for file in modules()
        if place(file).startswith(("runs/", "report/", "compare", "export/", "track/"))
        and "mt_eval.config" in imports(file)
    ]

    assert found == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["show", "--help"],
        ["report", "--help"],
        ["export", "--help"],
        ["track", "--help"],
        ["compare", "--help"],
        ["data", "--help"],
        ["models", "--help"],
        ["--version"],
        ["status", "."],
        ["store", "tests"],
        ["completion", "words", "mt-eval run model=n"],
    ],
)
def test_light_commands_import_nothing_heavy(arguments: list[str]) -> None:
    """Help and reading commands start without torch, transformers, datasets or hydra."""
    program = (
        "import sys; from mt_eval.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'datasets', 'hydra', 'omegaconf', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
