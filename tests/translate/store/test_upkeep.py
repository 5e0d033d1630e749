"""Upkeep of the store: what is listed, what goes, what stays, and that nothing is lost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.disk import QUIET_SECONDS, make_tag
from mt_eval.errors import RunError
from mt_eval.translate.store import records as store
from mt_eval.translate.store import upkeep
from mt_eval.translate.store.records import (
    StoreWriter,
    list_files,
    read_store,
    recall_preflight,
    remember_preflight,
    store_folder,
)
from mt_eval.translate.store.upkeep import StoredLeg, choose_legs, compact_leg, list_legs, remove_leg
from mt_eval.translate.system import Sentence

ONE, OTHER = "ab" * 32, "cd" * 32
DAY = 86_400.0


def write(root: Path, identity: str, *batches: dict[str, str], name: str = "org/opus-mt-vi-en") -> None:
    """Every batch by a process of its own."""
    for batch in batches:
        with StoreWriter(root, identity, {"name": name}) as writer:
            writer.append({text: Sentence(translation, 1, 1) for text, translation in batch.items()})


def only_leg(root: Path) -> StoredLeg:
    (leg,) = list_legs(root, time.time())
    return leg


def set_age(root: Path, identity: str, seconds: float) -> None:
    for path in store_folder(root, identity).iterdir():
        os.utime(path, (time.time() - seconds,) * 2)


def test_legs_are_listed_by_last_use(tmp_path: Path) -> None:
    """Records, bytes and files are counted, and reading counts as use."""
    write(tmp_path, ONE, {"a": "A", "b": "B"}, {"c": "C"})
    write(tmp_path, OTHER, {"a": "X"}, name="nllb")
    set_age(tmp_path, ONE, 9 * DAY)
    set_age(tmp_path, OTHER, 5 * DAY)
    before = [leg.name for leg in list_legs(tmp_path, time.time())]
    read_store(tmp_path, ONE, ["nothing of it"])
    unread = [leg.name for leg in list_legs(tmp_path, time.time())]

    read_store(tmp_path, ONE, ["a"])
    first, second = list_legs(tmp_path, time.time())

    assert before == unread == ["nllb", "org/opus-mt-vi-en"]
    assert (first.name, first.records, first.files) == ("org/opus-mt-vi-en", 3, 2)
    assert first.size == sum(path.stat().st_size for path in list_files(first.folder))
    assert time.time() - first.used < DAY < 9 * DAY - 60 < time.time() - first.written
    assert (second.name, second.records) == ("nllb", 1)


def test_half_a_batch_is_not_counted(tmp_path: Path) -> None:
    """Records are those that a reader would find."""
    write(tmp_path, ONE, {"a": "A", "b": "B"})
    (path,) = list_files(store_folder(tmp_path, ONE))
    path.write_bytes(path.read_bytes()[:-1])

    assert only_leg(tmp_path).records == 0


def test_legs_are_chosen_by_age_and_name(tmp_path: Path) -> None:
    """Both conditions hold of what is chosen; a pattern fits a whole name or its last part."""
    write(tmp_path, ONE, {"a": "A"})
    write(tmp_path, OTHER, {"a": "A"}, name="facebook/nllb-200")
    set_age(tmp_path, ONE, 9 * DAY)
    now = time.time()
    legs = list_legs(tmp_path, now)

    def choose(older_than: float | None, pattern: str | None) -> list[str]:
        return [leg.name for leg in choose_legs(legs, now=now, older_than=older_than, pattern=pattern)]

    assert choose(None, None) == ["facebook/nllb-200", "org/opus-mt-vi-en"]
    assert choose(8 * DAY, None) == ["org/opus-mt-vi-en"]
    assert choose(10 * DAY, None) == []
    assert choose(None, "nllb-*") == choose(None, "facebook/*") == ["facebook/nllb-200"]
    assert choose(8 * DAY, "nllb-*") == []


def test_a_removed_leg_is_gone(tmp_path: Path) -> None:
    """Nothing of it stays, the others do, and what was freed is what the files had."""
    write(tmp_path, ONE, {"a": "A"}, {"b": "B"})
    write(tmp_path, OTHER, {"a": "A"}, name="nllb")
    remember_preflight(tmp_path, ONE, ["odd"])
    leg = next(leg for leg in list_legs(tmp_path, time.time()) if leg.name != "nllb")

    freed = remove_leg(leg, time.time())

    assert freed == leg.size > 0
    assert not leg.folder.exists()
    assert set(read_store(tmp_path, OTHER, ["a"]).sentences) == {"a"}


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    """A writer that came after the listing keeps its file, its leg's record, and what it writes afterwards."""
    write(tmp_path, ONE, {"a": "A"})
    leg = only_leg(tmp_path)
    with StoreWriter(tmp_path, ONE, {"name": "m"}) as writer:
        writer.append({"b": Sentence("B", 1, 1)})
        in_use = only_leg(tmp_path).in_use
        remove_leg(leg, time.time())
        compacted = compact_leg(leg, time.time())
        writer.append({"c": Sentence("C", 1, 1)})

    assert (leg.in_use, in_use, only_leg(tmp_path).in_use) == (False, True, False)
    assert compacted.files == 0
    assert set(read_store(tmp_path, ONE, "abc").sentences) == {"b", "c"}
    assert only_leg(tmp_path).name == "org/opus-mt-vi-en"


def test_a_file_of_another_host_stays_for_a_day(tmp_path: Path) -> None:
    """No lock of another host is seen from here, so its fresh files are left alone."""
    write(tmp_path, ONE, {"a": "A"})
    (path,) = list_files(store_folder(tmp_path, ONE))
    path.rename(path.with_name("another-host-17-0123abcd.jsonl"))
    leg = only_leg(tmp_path)

    assert leg.in_use
    assert remove_leg(leg, time.time()) == 0
    assert remove_leg(leg, time.time() + QUIET_SECONDS + 1) == leg.size


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), st.text(st.characters(exclude_categories=["Cs"]), max_size=4)),
        min_size=2,
        max_size=5,
    )
)
def test_compacting_changes_nothing_for_readers(
    tmp_path_factory: pytest.TempPathFactory, batches: list[dict[str, str]]
) -> None:
    """Whatever overlaps, a reader finds the same translations in the one file as in the many before."""
    root = tmp_path_factory.mktemp("store")
    write(root, ONE, *batches)
    before = read_store(root, ONE, "abcdef")
    written = only_leg(root).written

    done = compact_leg(only_leg(root), time.time())

    leg = only_leg(root)
    assert read_store(root, ONE, "abcdef") == before
    assert (done.files, leg.files, leg.records) == (len(batches), 1, len(before.sentences))
    assert leg.written == pytest.approx(written, abs=1e-3)
    assert done.freed == done.leg.size - leg.size


def test_compacting_drops_what_is_torn_and_damaged(tmp_path: Path) -> None:
    """Half a batch and one that was changed go; a good record of the same text from a later file stays."""
    contents = []
    for batch in ({"a": "bad"}, {"a": "good", "b": "B"}, {"c": "C"}):
        write(tmp_path, ONE, batch)
        (path,) = list_files(store_folder(tmp_path, ONE))
        contents.append(path.read_bytes())
        path.unlink()
    contents[0] = contents[0].replace(b'"text"', b'"tex!"', 1)
    contents[2] = contents[2][:-1]
    host = make_tag().rsplit("-", 2)[0]
    for number, content in enumerate(contents):
        (store_folder(tmp_path, ONE) / f"{host}-1-0000000{number}.jsonl").write_bytes(content)

    compact_leg(only_leg(tmp_path), time.time())

    stored = read_store(tmp_path, ONE, "abc")
    assert {text: sentence.text for text, sentence in stored.sentences.items()} == {"a": "good", "b": "B"}
    assert stored.warnings == ()
    assert (only_leg(tmp_path).files, only_leg(tmp_path).records) == (1, 2)


def test_a_full_disk_keeps_what_was_to_be_compacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new file cannot be written, the old ones stay and it goes."""
    write(tmp_path, ONE, {"a": "A"}, {"b": "B"})
    before = list_files(store_folder(tmp_path, ONE))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upkeep, "append_whole", fail)

    with pytest.raises(RunError, match=r"cannot be changed \(No space left on device\)"):
        compact_leg(only_leg(tmp_path), time.time())

    assert list_files(store_folder(tmp_path, ONE)) == before


def test_preflight_is_remembered_by_leg_and_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said is said again for the same leg by the same version, and for nothing else."""
    remember_preflight(tmp_path, ONE, ["a loop", "một"])

    assert recall_preflight(tmp_path, ONE) == ("a loop", "một")
    assert recall_preflight(tmp_path, OTHER) == ()
    monkeypatch.setattr(store, "__version__", "another")
    assert recall_preflight(tmp_path, ONE) == ()


def test_what_was_not_made_here_is_left_alone(tmp_path: Path) -> None:
    """A leg that is a link, a folder of another name, and foreign files in a leg survive prune and compact."""
    precious = tmp_path / "precious"
    write(precious, ONE, {"a": "A"}, {"b": "B"})
    before = sorted(path.read_bytes() for path in list_files(store_folder(precious, ONE)))
    root = tmp_path / "store"
    write(root, OTHER, {"a": "A"}, {"b": "B"})
    (root / ("ef" * 8)).symlink_to(store_folder(precious, ONE))
    (root / "thesis").mkdir()
    own = store_folder(root, OTHER)
    foreign = own / "notes.jsonl.txt"
    foreign.write_text("mine")
    (own / "link.jsonl").symlink_to(list_files(store_folder(precious, ONE))[0])

    legs = list_legs(root, time.time())
    for leg in legs:
        compact_leg(leg, time.time())
        remove_leg(leg, time.time())

    assert [leg.folder for leg in legs] == [own]
    assert sorted(path.read_bytes() for path in list_files(store_folder(precious, ONE))) == before
    assert sorted(path.name for path in own.iterdir()) == ["link.jsonl", "notes.jsonl.txt"]
    assert (root / "thesis").is_dir()


@pytest.mark.parametrize("content", ["", "[]", '{"name": 3}', '{"generation": []}', "[" * 10_000, '"\\ud800"', "\x00"])
def test_a_leg_whose_record_is_damaged_is_listed_without_it(tmp_path: Path, content: str) -> None:
    """What an info.json does not say is not known, and the leg can be pruned by its age."""
    write(tmp_path, ONE, {"a": "A"})
    (store_folder(tmp_path, ONE) / "info.json").write_text(content)

    leg = only_leg(tmp_path)

    assert (leg.name, leg.records) == ("", 1)
