"""Run directories: what is written is what is read, and nothing half-written stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.errors import RunError
from mt_eval.metrics import METRICS
from mt_eval.runs import write
from mt_eval.runs.paths import SCHEMA_VERSION, RunPaths, prepare_runs_dir
from mt_eval.runs.read import find_run, read_run
from mt_eval.runs.write import write_run
from mt_eval.types import (
    ArticleFacts,
    Flag,
    Hypothesis,
    HypothesisList,
    Kind,
    Level,
    Run,
    RunHead,
    Score,
    Segment,
    SegmentPair,
    Translation,
)

TEXT_CHARACTERS = st.characters(exclude_categories=("Cs",))
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


ROWS = np.tile(np.array([4, 4, 2], dtype=np.int64), (1, 8))


def score_rows(rows: npt.NDArray[np.int64]) -> float:
    return float(METRICS["chrF++"].score(rows.sum(axis=0)))


def segments(prefix: str, texts: list[str]) -> tuple[Segment, ...]:
    """Segments that stand behind each other with one character between them."""
    found, start = [], 0
    for number, text in enumerate(texts, start=1):
        found.append(Segment(f"{prefix}:{number}", prefix, start, start + len(text), text))
        start += len(text) + 1
    return tuple(found)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    pairs, translations, values, flags = [], [], [], []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        source = segments("000", draw(st.lists(TEXT, max_size=3)))
        reference = segments("002", draw(st.lists(TEXT, min_size=0 if source else 1, max_size=3)))
        kind = Kind.ALIGNED if source and reference else Kind.SOURCE_ONLY if source else Kind.REFERENCE_ONLY
        pairs.append(SegmentPair(f"pair:{number}", "pair", source, reference, kind))
        translations.append(
            Translation(
                f"pair:{number}",
                draw(st.text(TEXT_CHARACTERS, max_size=8)),
                pivot_text=draw(st.none() | TEXT),
                tokens_in=draw(st.none() | st.integers(0, 9)),
                tokens_out=draw(st.none() | st.integers(0, 9)),
                truncated=draw(st.booleans()),
                source_cut=draw(st.booleans()),
                score=draw(st.none() | st.floats(-9, 0)),
            )
            if source
            else None
        )
        values.append(draw(st.none() | st.floats(0, 100)))
        flags.append(tuple(Flag(draw(TEXT), draw(TEXT)) for _ in range(draw(st.integers(0, 2)))))
    best = st.lists(
        st.builds(Hypothesis, st.text(TEXT_CHARACTERS, max_size=8), st.none() | st.floats(-9, 0)), min_size=1
    )
    given_texts = [segment for pair in pairs for segment in pair.source if draw(st.booleans())]
    lists = [HypothesisList((each.id,), each.text, tuple(draw(best))) for each in given_texts]
    rows = np.ones((sum(pair.kind is Kind.ALIGNED for pair in pairs), 24), dtype=np.int64)
    return Run(
        head=RunHead(
            SCHEMA_VERSION,
            "articles-demo-vi-ar-01234567",
            "01234567" * 8,
            started="2024-02-08T00:00:00+00:00",
            seconds={"translate": 0.1},
            articles={"000": ArticleFacts(draw(TEXT), tuple(draw(st.lists(st.integers(0, 99), max_size=3))))},
            warnings=("one article proves little",),
        ),
        config={"direction": "vi-ar", "limit": None, "decoding": {"num_beams": 4, "length_penalty": 1.0}},
        pairs=tuple(pairs),
        translations=tuple(translations),
        scores=(
            Score(
                "chrF++",
                score_rows(rows),
                "nrefs:1",
                10.0,
                15.0,
                Level.SEGMENT,
                {"pair": 12.5} if pairs else {},
                "segment",
                chance=draw(st.none() | st.floats(0, 100)),
                copied=draw(st.none() | st.floats(0, 100)),
            ),
            Score("BLEU-intl", None, "nrefs:1", None, None, Level.ARTICLE, {"pair": None} if pairs else {}),
        ),
        segment_scores={"chrF++": tuple(values)} if pairs else {},
        flags=tuple(flags),
        hypotheses=tuple(lists),
        statistics={"chrF++.segment": rows},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def run() -> Run:
    source, reference = segments("000", ["Xin chào.", "Tạm biệt."]), segments("002", ["مرحبا."])
    return Run(
        head=RunHead(SCHEMA_VERSION, "articles-demo-vi-ar-89abcdef", "89abcdef" * 8),
        config={"direction": "vi-ar"},
        pairs=(SegmentPair("pair:1", "pair", source, reference, Kind.ALIGNED),),
        translations=(Translation("pair:1", "أهلا وداعا", truncated=True),),
        scores=(Score("chrF++", score_rows(ROWS), "nrefs:1", None, None, Level.SEGMENT, {"pair": 31.5}),),
        segment_scores={"chrF++": (31.5,)},
        flags=((Flag("length", "far too long"),),),
        statistics={"chrF++.segment": ROWS},
    )


@given(made=runs())
def test_what_is_written_is_read_back(made: Run, folder: Path) -> None:
    """A run that was written and read is the same run."""
    paths = write_run(made, folder, replace=True)

    assert read_run(paths.folder) == made


def test_statistics_survive_without_pickles(run: Run, tmp_path: Path) -> None:
    """The arrays come back as they were, readable with allow_pickle=False."""
    paths = write_run(run, tmp_path)

    with np.load(paths.statistics, allow_pickle=False) as arrays:
        assert arrays["chrF++.segment"].tolist() == ROWS.tolist()


def test_a_segment_line_is_readable_without_mt_eval(run: Run, tmp_path: Path) -> None:
    """`segments.jsonl` holds plain texts, flags and scores by name."""
    paths = write_run(run, tmp_path)

    record = json.loads(paths.segments.read_text(encoding="utf-8"))
    assert record["source"] == "Xin chào. Tạm biệt."
    assert record["translation"] == "أهلا وداعا"
    assert record["truncated"] is True
    assert record["flags"] == [{"name": "length", "why": "far too long"}]
    assert record["scores"] == {"chrF++": 31.5}


def test_the_finished_run_of_another_process_stays(run: Run, tmp_path: Path) -> None:
    """Writing a run that exists by now neither fails nor replaces it."""
    write_run(run, tmp_path, log="first")

    write_run(run, tmp_path, log="second")

    assert RunPaths(tmp_path / run.id).log.read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == [run.id]


def test_replace_replaces(run: Run, tmp_path: Path) -> None:
    """With `replace` the new run takes the place of the old one, and nothing else is left."""
    write_run(run, tmp_path, log="first")

    write_run(run, tmp_path, log="second", replace=True)

    assert RunPaths(tmp_path / run.id).log.read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == [run.id]


def test_a_full_disk_leaves_no_half_written_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails in the middle, the error says what to do and no directory is left."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.np, "savez_compressed", fail)

    with pytest.raises(
        RunError, match=r"could not be written \(no space left on device\).*give the same command again"
    ):
        write_run(run, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_found_at_once(tmp_path: Path) -> None:
    """A runs folder below a file is an error before anything is computed."""
    (tmp_path / "file").write_text("")

    with pytest.raises(RunError, match="run directories cannot be written here"):
        prepare_runs_dir(tmp_path / "file" / "runs")


def test_reading_something_else_says_what_is_missing(tmp_path: Path) -> None:
    """A folder without run.json, and one that does not exist, each get their own sentence."""
    with pytest.raises(RunError, match=r"not a run directory, run\.json is not in it"):
        read_run(tmp_path)
    with pytest.raises(RunError, match="there is no such folder"):
        read_run(tmp_path / "nothing")


def test_a_newer_schema_is_refused(run: Run, tmp_path: Path) -> None:
    """A run of a schema this version does not know names both versions."""
    paths = write_run(replace(run, head=replace(run.head, schema_version=SCHEMA_VERSION + 1)), tmp_path)

    with pytest.raises(
        RunError, match=f"schema_version is {SCHEMA_VERSION + 1}, this mt-eval reads up to {SCHEMA_VERSION}"
    ):
        read_run(paths.folder)


def test_a_replacement_that_fails_leaves_the_old_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new run cannot take its place, the old one is back in it."""
    write_run(run, tmp_path, log="first")
    rename = Path.rename

    def fail_for_new(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)

    with pytest.raises(RunError, match="could not be written"):
        write_run(run, tmp_path, log="second", replace=True)

    assert RunPaths(tmp_path / run.id).log.read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == [run.id]


def test_a_run_is_found_by_its_whole_identity(run: Run, tmp_path: Path) -> None:
    """A directory is the answer whatever it is called, but not when only the short form of its identity agrees."""
    paths = write_run(run, tmp_path)
    renamed = paths.folder.rename(tmp_path / f"mine-{run.identity[:8]}")

    assert find_run(tmp_path, run.identity) == renamed
    assert find_run(tmp_path, run.identity[:8] + "0" * 56) is None


def test_another_run_of_the_same_name_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    """Two identities that share a name are an error, and the first run stays."""
    write_run(run, tmp_path, log="first")

    with pytest.raises(RunError, match="another run has this name"):
        write_run(replace(run, head=replace(run.head, identity=run.identity[:8] + "0" * 56)), tmp_path)

    assert RunPaths(tmp_path / run.id).log.read_text() == "first"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("segments.jsonl", ""),
        ("scores.json", "[]"),
        ("config.yaml", ""),
        ("statistics.npz", ""),
        ("segments.jsonl", '{"id": "pair:1"}'),
        ("scores.json", "null"),
        ("run.json", "[1]"),
    ],
)
def test_files_that_do_not_belong_together_are_found(run: Run, tmp_path: Path, name: str, content: str) -> None:
    """A file that was cut, emptied or exchanged is an error of its run directory, not a crash."""
    paths = write_run(run, tmp_path)
    (paths.folder / name).write_text(content)

    with pytest.raises(RunError, match="the run directory is damaged"):
        read_run(paths.folder)


@pytest.mark.parametrize("name", ["segments.jsonl", "scores.json", "statistics.npz", "config.yaml"])
def test_a_damaged_file_is_named(run: Run, tmp_path: Path, name: str) -> None:
    """A file cut short or missing is an error that names it."""
    paths = write_run(run, tmp_path)
    (paths.folder / name).write_bytes(b"\x00{")

    with pytest.raises(RunError, match="the run directory is damaged"):
        read_run(paths.folder)

    (paths.folder / name).unlink()
    with pytest.raises(RunError, match="the run directory is damaged"):
        read_run(paths.folder)


def test_replacing_a_run_keeps_what_people_put_there(run: Run, tmp_path: Path) -> None:
    """Notes in a run directory move on to the run that replaces it."""
    folder = write_run(run, tmp_path).folder
    (folder / "notes.txt").write_text("mine")

    write_run(run, tmp_path, log="again", replace=True)

    assert (folder / "notes.txt").read_text() == "mine"
    assert RunPaths(folder).log.read_text() == "again"


@pytest.mark.parametrize("replace", [True, False])
def test_a_folder_that_is_no_run_is_left_alone(run: Run, tmp_path: Path, replace: bool) -> None:
    """Whoever made it: it is named and not one file of it is removed."""
    (tmp_path / run.id).mkdir()
    (tmp_path / run.id / "thesis.tex").write_text("mine")

    with pytest.raises(RunError, match="is there and holds no run, so it is left alone; move it away"):
        write_run(run, tmp_path, replace=replace)

    assert (tmp_path / run.id / "thesis.tex").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [run.id]


def test_a_damaged_run_can_be_replaced(run: Run, tmp_path: Path) -> None:
    """What the message advises works: with `replace` a broken run.json is in nobody's way."""
    folder = write_run(run, tmp_path).folder
    (folder / "run.json").write_text("{")

    with pytest.raises(RunError, match=r"run\.json: the run directory is damaged .* again with force=true"):
        find_run(tmp_path, run.identity)
    assert find_run(tmp_path, run.identity, skip_damaged=True) is None
    write_run(run, tmp_path, replace=True)

    assert read_run(folder) == run


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "..", ".", "", ".hidden", "a/b", "a\x00b", "a\x1b[2J", "ế" * 100])
def test_an_id_that_is_no_name_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    """Whatever a run says it is called, no other command gets to use it as a path."""
    folder = write_run(run, tmp_path).folder
    head = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(head | {"id": name}), encoding="utf-8")

    with pytest.raises(RunError, match=r"the run directory is damaged \(its id .* is no name of a folder\)"):
        read_run(folder)


def test_statistics_of_another_run_are_not_believed(run: Run, tmp_path: Path) -> None:
    """Rows that do not give the scores beside them are of something else."""
    folder = write_run(run, tmp_path).folder
    np.savez_compressed(folder / "statistics.npz", **{"chrF++.segment": ROWS + 1})

    with pytest.raises(RunError, match=r"the statistics of chrF\+\+.segment are not those of its score"):
        read_run(folder)


def test_statistics_of_a_longer_run_are_counted(run: Run, tmp_path: Path) -> None:
    """More rows than segments, as where a line of segments.jsonl is lost: the message counts both."""
    folder = write_run(run, tmp_path).folder
    many = np.repeat(ROWS, 500, axis=0)
    np.savez_compressed(folder / "statistics.npz", **{"chrF++.segment": many})

    with pytest.raises(RunError, match=f"has {len(many):,} rows, where there are {len(run.pairs):,} segments"):
        read_run(folder)


@pytest.mark.parametrize("kind", [np.float64, bool, str, np.uint64])
def test_statistics_are_cast_only_where_nothing_changes(run: Run, tmp_path: Path, kind: type) -> None:
    """Numbers with fractions, truth values, texts and unsigned numbers are no counts that were written."""
    folder = write_run(run, tmp_path).folder
    np.savez_compressed(folder / "statistics.npz", **{"chrF++.segment": ROWS.astype(kind)})

    with pytest.raises(RunError, match="the run directory is damaged"):
        read_run(folder)


def test_every_line_has_every_score(run: Run, tmp_path: Path) -> None:
    """A line without a metric would move the scores of all lines after it."""
    folder = write_run(run, tmp_path).folder
    path = folder / "segments.jsonl"
    line = json.loads(path.read_text(encoding="utf-8"))
    lines = [line, line | {"scores": {}}]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")

    with pytest.raises(RunError, match=r"segments.jsonl: .* damaged \(line 2 has other scores than line 1"):
        read_run(folder)


def test_what_no_file_can_hold_is_written_as_what_it_can(run: Run, tmp_path: Path) -> None:
    """A score that is no number is none, half of a character a question mark: the run is there and can be read."""
    odd = replace(
        run,
        config={"direction": "vi-ar", "model": {"path": "\udcff.ar"}},
        translations=(Translation("pair:1", "x\ud800", score=float("nan")),),
        scores=(replace(run.scores[0], low=float("-inf")),),
    )

    read = read_run(write_run(odd, tmp_path, overrides=["model.path=\udcff.ar"], log="\udcff").folder)

    assert read.config["model"] == {"path": "?.ar"}
    assert read.translations == (Translation("pair:1", "x?"),)
    assert read.scores[0].low is None


@pytest.mark.parametrize("value", [999.0, -50.0, 1e308])
@pytest.mark.parametrize("name", ["scores.json", "segments.jsonl"])
def test_a_score_that_its_metric_cannot_give_is_damage(run: Run, tmp_path: Path, name: str, value: float) -> None:
    """chrF++ lies between 0 and 100, for a run, an article and a segment."""
    path = write_run(run, tmp_path).folder / name
    record = json.loads(path.read_text(encoding="utf-8"))
    if name == "scores.json":
        record[0]["per_article"]["pair"] = value
    else:
        record["scores"]["chrF++"] = value
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")

    with pytest.raises(RunError, match=rf"{name}: the run directory is damaged \(.* is no score of chrF\+\+\)"):
        read_run(path.parent)


@pytest.mark.parametrize("name", ["scores.json", "run.json"])
def test_records_grow_with_the_articles(run: Run, tmp_path: Path, name: str) -> None:
    """A million segments in 62,000 articles had a scores.json of 24 MB, which could not be read back."""
    path = write_run(run, tmp_path).folder / name
    content = path.read_bytes()
    path.write_bytes(content + b" " * 2**25)

    scores = read_run(path.parent).scores

    path.write_bytes(content)
    assert scores == read_run(path.parent).scores
