"""Anything may stand in a record: a sentence comes of it, soon, and nothing else is hidden or touched."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.errors import RunError
from mt_eval.likelihoods import Given, GivenRecord, GivenScore, Judge
from mt_eval.runs.claims import take_claim
from mt_eval.runs.failed import Failure, clear_failures, write_failure
from mt_eval.runs.judgements import hash_segments, write_given
from mt_eval.runs.paths import prepare_runs_dir
from mt_eval.translate.store.records import StoreWriter, store_folder
from mt_eval.translate.system import Sentence
from mt_eval.types import Flag

SECONDS = 10.0
"""Of a command that takes a tenth of one: the machines that run tests have other things to do."""
GOOD, BAD = "lines-good-vi-ar-01234567", "lines-bad-vi-ar-89abcdef"
GIVEN = "given-demo-0123abcd.json"
RUN_FILES = (GIVEN, "run.json", "scores.json", "segments.jsonl", "n_best.jsonl", "config.yaml", "statistics.npz")

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**70,
        -(2**63),
        1e308,
        float("nan"),
        float("inf"),
        "",
        "x",
        "\ud800",
        "\x1b]0;x\x07\x1b[2J",
    ),
    *(
        "../../precious",
        "/tmp",
        ".",
        "a\x00b",
        "ế" * 300,
        [],
        {},
        [[]],
        {"": {}},
        [None],
        ["\ud800"],
        {"a": 1e999},
        "٣",
    ),
    json.loads("[" * 300 + "]" * 300),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs folder with two runs, and with one of every other record."""
    runs_dir = tmp_path_factory.mktemp("whole") / "runs"
    flags = [(Flag("numbers", "1 missing"),)] * 12
    head = {
        "finished": "2026-01-02T03:04:05+00:00",
        "seconds": {"translate": 1.5, "score": 0.5},
        "choices": {"model": "demo", "data": "lines"},
        "cleaning": {"a0": [{"step": "furniture", "line": 1, "before": "x", "after": ""}]},
        "articles": {"a0.vi": {"title": "Bài", "paragraphs": [0, 200]}},
        "projection": "proj:words-2",
        "additions": {"a0": ["new", "newer"]},
        "order": {"a0": "+ 2 1 3/3 + 3-6"},
        "environment": {"git": {"commit": "0" * 40, "dirty": False}, "packages": {"numpy": "2"}},
    }
    for name, lost in ((GOOD, 3), (BAD, 4)):
        write_small_run(runs_dir, name, make_rows(12, articles=2, lost=lost), head=head, flags=flags, n_best=2)
    judge = Judge("demo", "0123abcd" * 8, "models/demo", "marian", "vi-ar", "transformers", "float32", "cpu")
    score = GivenScore("reference", 12, -99.5, 60, 1, 300, -2.0, -1.0, "segment", {"a0": -1.5}, {"none": 1})
    segments = hash_segments(runs_dir / BAD)
    write_given(runs_dir / BAD, Given(1, judge, (score,), "", segments), [GivenRecord("a0:0", "a0", {})])
    write_failure(
        runs_dir, Failure("lines-x-vi-ar-0", "it broke", "", (), "2026-01-02T03:04:05+00:00", "host", "ab" * 32)
    )
    (runs_dir / ".claims").mkdir()
    claim = {
        "name": "lines-y-vi-ar-0",
        "identity": "cd" * 32,
        "host": "h",
        "machine": "m",
        "pid": 7,
        "overrides": ["a=b"],
    }
    (runs_dir / ".claims" / f"{'cd' * 8}.json").write_text(json.dumps({**claim, "choices": {}, "done": 1, "total": 2}))
    board = runs_dir / ".sweeps" / "20260102T030405-host-1-0123abcd"
    board.mkdir(parents=True)
    (board / "0.json").write_text(json.dumps({"state": "done", "seconds": 1.0, "folder": GOOD}))
    with StoreWriter(runs_dir / ".store", "ef" * 32, {"name": "m", "direction": "vi-ar", "generation": {}}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
    return runs_dir


@contextlib.contextmanager
def copied(whole: Path, tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "work"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(whole, place / "runs", symlinks=True)
    (place / "precious").mkdir()
    (place / "precious" / "thesis.json").write_text("{}")
    before = os.getcwd()
    os.chdir(place)
    try:
        yield place / "runs"
    finally:
        os.chdir(before)


def call(*words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command, which must end soon and know what it says."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    started = time.monotonic()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(list(words))
    seconds = time.monotonic() - started
    printed, said = (stream.seek(0) or stream.read() for stream in (out, err))
    assert seconds < SECONDS, words
    assert status in (0, 1), (words, said)
    assert "does not know how to explain" not in said, (words, said)
    assert "\x1b" not in printed + said, words
    return status, printed, said


def check_everything(runs_dir: Path, damaged: str) -> None:
    """Every command that reads such a record keeps the promise."""
    if damaged in ("info", "store"):
        call("store", "runs")
        call("store", "compact", "runs")
        call("store", "prune", "runs", "--older-than", "1d")
    else:
        _, shown, _ = call("status", "runs")
        assert GOOD in shown
        call("status", "runs", "--json", "--where", "decoding.num_beams=4")
    if damaged in RUN_FILES:
        for words in (
            ("show", f"runs/{BAD}"),
            ("compare", f"runs/{GOOD}", f"runs/{BAD}", "--samples", "100"),
            ("report", f"runs/{BAD}", "-o", "page.html"),
            ("export", f"runs/{BAD}", "--to", "jsonl"),
            ("export", f"runs/{BAD}", "--to", "tmx"),
            ("export", f"runs/{BAD}", "--to", "txt", "-o", "lines"),
        ):
            status, _, said = call(*words)
            assert not status or BAD in said or words[0] == "export", (words, said)
    else:
        prepare_runs_dir(runs_dir)
        clear_failures(runs_dir, "lines-x-vi-ar-0", "ab" * 32)
        with (
            contextlib.suppress(RunError),
            take_claim(runs_dir, "cd" * 32, "lines-y-vi-ar-0") or contextlib.nullcontext(),
        ):
            pass
    assert (runs_dir.parent / "precious" / "thesis.json").read_text() == "{}"
    assert {path.name for path in runs_dir.parent.iterdir()} <= {"runs", "precious", "page.html", "lines"}
    assert (runs_dir / GOOD / "run.json").exists()


def find_records(runs_dir: Path) -> dict[str, Path]:
    """Every kind of record by its name."""
    (claim,) = (runs_dir / ".claims").glob("*.json")
    (failure,) = (runs_dir / ".failed").glob("*.json")
    (outcome,) = (runs_dir / ".sweeps").glob("*/*.json")
    leg = store_folder(runs_dir / ".store", "ef" * 32)
    (batches,) = leg.glob("*.jsonl")
    records = {name: runs_dir / BAD / name for name in RUN_FILES}
    return records | {
        "claim": claim,
        "failure": failure,
        "outcome": outcome,
        "info": leg / "info.json",
        "store": batches,
    }


KINDS = (*RUN_FILES, "claim", "failure", "outcome", "info", "store")


def load(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        return yaml.safe_load(text)
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)


def dump(path: Path, value: Any) -> None:
    if path.suffix == ".yaml":
        text = yaml.safe_dump(value, allow_unicode=True)
    elif path.suffix == ".jsonl" and isinstance(value, list):
        text = "".join(f"{json.dumps(record)}\n" for record in value)
    else:
        text = json.dumps(value)
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))


def list_places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    for key, each in items:
        yield from list_places(each, (*place, key))


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at a place; without it where `new` is `...`."""
    if not place:
        return None if new is ... else new
    changed = copy.deepcopy(value)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    if new is ...:
        del holder[place[-1]]
    else:
        holder[place[-1]] = new
    return changed


FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(
    kind=st.sampled_from([kind for kind in KINDS if kind != "statistics.npz"]),
    place=st.integers(0, 10_000),
    new=st.sampled_from([*VALUES, ...]),
)
@example(kind="run.json", place=2, new="../../precious")
@example(kind="failure", place=1, new="../../precious/thesis")
def test_a_value_of_another_kind(whole: Path, tmp_path: Path, kind: str, place: int, new: Any) -> None:
    """Some value of a record is exchanged for one of another type, size or meaning, or is left out."""
    with copied(whole, tmp_path) as runs_dir:
        path = find_records(runs_dir)[kind]
        value = load(path)
        places = list(list_places(value))
        dump(path, put(value, places[place % len(places)], new))

        check_everything(runs_dir, kind)


@pytest.mark.parametrize("new", VALUES)
@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("config.yaml", ("decoding",)),
        ("config.yaml", ("decoding", "num_beams")),
        ("run.json", ("system", "legs", 0)),
        ("run.json", ("system", "legs", 0, "engine")),
        ("run.json", ("translation", "legs", 0, "name")),
    ],
)
def test_a_setting_of_another_kind_is_shown(
    whole: Path, tmp_path: Path, kind: str, place: tuple[Any, ...], new: Any
) -> None:
    """What `show` says of how a leg translated comes of a run with legs and of their settings."""
    with copied(whole, tmp_path) as runs_dir:
        for name in ("run.json", "config.yaml"):
            path = find_records(runs_dir)[name]
            value = load(path)
            if name == "run.json":
                value["system"] |= {"legs": [{"engine": "transformers", "dtype": "float32"}]}
                value["translation"] = {"legs": [{"name": "demo"}]}
            else:
                value["decoding"] = {"num_beams": 4}
            dump(path, put(value, place, new) if name == kind else value)

        status, _, said = call("show", f"runs/{BAD}")

        assert not status or BAD in said


@FUZZ
@given(
    kind=st.sampled_from(KINDS),
    damage=st.one_of(
        st.integers(0, 100).map(lambda share: lambda content: content[: len(content) * share // 100]),
        st.binary(min_size=1, max_size=40).map(lambda piece: lambda content: piece + content),
        st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=4)).map(
            lambda spot: (
                lambda content: (
                    content[: spot[0] % (len(content) + 1)]
                    + spot[1]
                    + content[spot[0] % (len(content) + 1) + len(spot[1]) :]
                )
            )
        ),
        st.sampled_from(["utf-16", "utf-32", "utf-7"]).map(
            lambda code: lambda content: content.decode("utf-8", errors="replace").encode(code)
        ),
        st.just(lambda content: content * 3),
    ),
)
def test_bytes_that_were_lost_or_changed(
    whole: Path, tmp_path: Path, kind: str, damage: Callable[[bytes], bytes]
) -> None:
    """A record is cut short, written over, repeated or in another encoding."""
    with copied(whole, tmp_path) as runs_dir:
        path = find_records(runs_dir)[kind]
        path.write_bytes(damage(path.read_bytes()))

        check_everything(runs_dir, kind)


def make_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("chrF++.segment.npy", "w") as member:
        np.lib.format.write_array_header_1_0(member, {"descr": "<i8", "fortran_order": False, "shape": (2**33, 24)})
        for _ in range(200):
            member.write(bytes(2**20))


def expand(path: Path) -> None:
    """YAML whose nine lines stand for 10^9 values."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))]
    path.write_text("direction: vi-ar\n" + "\n".join(lines) + "\n")


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


PLACES: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "device": link("/dev/zero"),
    "link to nothing": link("nothing"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "terabyte": lambda path: (path.touch(), os.truncate(path, 2**40))[0],
    "empty": Path.touch,
    "deep": lambda path: (path.write_text("[" * 200_000), None)[1],
    "deep YAML": lambda path: (path.write_text("- " * 200_000), None)[1],
    "bomb": make_bomb,
    "aliases": expand,
    "long number": lambda path: (path.write_text("9" * 2_000_000), None)[1],
    "gone": lambda path: None,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", PLACES)
def test_something_else_in_the_place_of_a_record(whole: Path, tmp_path: Path, kind: str, what: str) -> None:
    """A pipe, a folder, a device, a file without end, a bomb."""
    with copied(whole, tmp_path) as runs_dir:
        path = find_records(runs_dir)[kind]
        path.unlink()
        PLACES[what](path)

        check_everything(runs_dir, kind)
