"""Checkpoints of a hub on loopback, asked by the real client: downloaded once, used offline, every failure named."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants
from small_hub import Fault, SmallHub, hash_as_git

from mt_eval.config import MarianModel
from mt_eval.errors import ModelError
from mt_eval.outages import forget_outages, recall_outage
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints import download
from mt_eval.translate.checkpoints.catalogue import find_on_disk
from mt_eval.translate.checkpoints.hub import _ask_once, find_checkpoint, use_cache_alone

Configure = Callable[..., Any]
NAME = "org/opus-vi-ar"
WEIGHTS = "model.safetensors"


@pytest.fixture
def hub(small_hub: SmallHub, tiny_marian: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHub:
    """A hub with one Marian and the files beside it that nobody needs; no waiting between tries."""
    shutil.copytree(tiny_marian, small_hub.root / NAME)
    for decoy in ("tf_model.h5", "rust_model.ot", "pytorch_model.bin", "README.md"):
        (small_hub.root / NAME / decoy).write_bytes(b"nobody needs this")
    monkeypatch.setattr(download, "_WAITS", (0.0, 0.0, 0.0))
    return small_hub


@pytest.fixture
def forget() -> Callable[[], None]:
    """What another process would do: ask anew."""

    def ask_anew() -> None:
        _ask_once.cache_clear()
        forget_outages()

    return ask_anew


# --- downloaded once


def test_only_what_a_run_needs_is_downloaded(hub: SmallHub, tiny_marian: Path) -> None:
    """Configuration, tokenizer and safetensors, each with the bytes of the hub; no pickle, no decoy."""
    found = find_checkpoint(NAME, None)

    expected = {path.name: path.read_bytes() for path in tiny_marian.iterdir()}
    assert {path.name: path.read_bytes() for path in found.folder.iterdir()} == expected
    assert (found.origin, found.commit, found.warnings) == ("hub", hub.find_commit(NAME), ())


def test_pickles_where_there_are_no_safetensors(hub: SmallHub) -> None:
    """A repository with pickled weights alone gives those."""
    (hub.root / NAME / WEIGHTS).unlink()

    found = find_checkpoint(NAME, None)

    assert "pytorch_model.bin" in {path.name for path in found.folder.iterdir()}


def test_a_process_asks_once_and_a_sweep_has_one_commit(hub: SmallHub, forget: Callable[[], None]) -> None:
    """`main` moves between two jobs: both have the first commit, and the hub is not asked for the second."""
    first = find_checkpoint(NAME, None)
    asked = len(hub.asked)
    hub.move(NAME, "b" * 40)

    second = find_checkpoint(NAME, None)

    assert (second, len(hub.asked)) == (first, asked)
    forget()
    assert find_checkpoint(NAME, None).commit == "b" * 40


def test_the_client_itself_finds_what_was_downloaded(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout is the client's own, references included."""
    folder = find_checkpoint(NAME, None).folder

    found = huggingface_hub.hf_hub_download(
        NAME, WEIGHTS, cache_dir=constants.HF_HUB_CACHE, endpoint="http://127.0.0.1:9", local_files_only=True
    )

    assert Path(found) == folder / WEIGHTS


def test_what_the_client_downloaded_is_used(hub: SmallHub) -> None:
    """A cache that another program filled needs no byte more."""
    huggingface_hub.snapshot_download(NAME, cache_dir=constants.HF_HUB_CACHE, endpoint=hub.address)
    before = hub.count("/resolve/")

    found = find_checkpoint(NAME, None)

    assert (found.warnings, hub.count("/resolve/")) == ((), before)


# --- without a network


@pytest.mark.parametrize("revision", [None, "main", "v1", "COMMIT"])
def test_what_was_fetched_works_offline(
    hub: SmallHub, forget: Callable[[], None], monkeypatch: pytest.MonkeyPatch, revision: str | None
) -> None:
    """By no revision, a branch, a tag and a commit: the cache has it, and the run says so unless a commit was asked."""
    revision = hub.find_commit(NAME) if revision == "COMMIT" else revision
    online = find_checkpoint(NAME, revision)
    forget()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    offline = find_checkpoint(NAME, revision)

    assert (offline.folder, offline.commit) == (online.folder, online.commit)
    said = [] if revision == online.commit else [f"{NAME}: the copy in the hub cache was used (commit {online.commit})"]
    assert [warning.partition(", because")[0] for warning in offline.warnings] == said


def test_a_cache_without_references_works_offline(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads by commit, such as those of earlier versions of mt-eval, leave none."""
    folder = find_checkpoint(NAME, hub.find_commit(NAME)).folder
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    assert not (folder.parents[1] / "refs").exists()
    assert find_checkpoint(NAME, None).folder == folder


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe\xda", b"../../../etc", b"a" * 5000], ids=["empty", "bytes", "path", "long"]
)
@pytest.mark.parametrize("offline", [False, True])
def test_a_damaged_reference_is_no_reference(
    hub: SmallHub, forget: Callable[[], None], monkeypatch: pytest.MonkeyPatch, damage: bytes, offline: bool
) -> None:
    """After a power cut `refs/main` may hold anything: the hub is asked and it is mended, or the cache is used."""
    online = find_checkpoint(NAME, None)
    reference = online.folder.parents[1] / "refs" / "main"
    reference.write_bytes(damage)
    forget()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)

    found = find_checkpoint(NAME, None)

    assert (found.folder, found.commit) == (online.folder, online.commit)
    assert reference.read_bytes() == (damage if offline else str(online.commit).encode())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("/api/", status=500), r"the hub fails \(500"),
        (Fault("/api/", status=429, headers={"Retry-After": "0"}), r"too many requests from here \(429\)"),
        (
            Fault("/api/", status=401, headers={"X-Error-Message": "Invalid token"}),
            r"refuses the token|knows no such",
        ),
        (
            Fault("/api/", page="<html>Log in to the Wi-Fi</html>"),
            "is no answer of a hub, such as the page of a",
        ),
        (None, "cannot be reached"),
    ],
)
def test_a_failing_hub_leaves_the_cache(
    hub: SmallHub, forget: Callable[[], None], monkeypatch: pytest.MonkeyPatch, fault: Fault | None, said: str
) -> None:
    """Whatever the hub does, what was fetched is used, and the warning names the cause."""
    online = find_checkpoint(NAME, None)
    forget()
    if fault is None:
        monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    else:
        hub.faults = [fault]

    found = find_checkpoint(NAME, None)

    assert found.folder == online.folder
    assert [bool(re.search(said, warning)) for warning in found.warnings] == [True]


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """An address where every connection ends without an answer, as the hub; the moments at which one was made."""
    made: list[float] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = self.request.recv(4096)
            if b"/api/agent-harnesses" not in asked:  # which the hub's client asks for once in a process
                made.append(time.monotonic())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
        yield made
        server.shutdown()


def test_a_hub_that_does_not_answer_is_not_waited_for_again(hub: SmallHub, silence: list[float]) -> None:
    """It is asked twice for the first checkpoint and not at all for the second, and each is named."""
    for name in (NAME, "org/another"):
        said = rf"^model.name={name}: there is no such folder here, and the hub http.* cannot be reached \(.*\); "
        with pytest.raises(ModelError, match=said):
            find_checkpoint(name, None)

    assert len(silence) == 2
    forget_outages()
    with pytest.raises(ModelError, match="cannot be reached"):
        find_checkpoint(NAME, None)
    assert len(silence) == 4


def test_an_answer_that_is_late_says_nothing_of_other_checkpoints(
    hub: SmallHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection was made, so the hub is not taken for one that is away."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            over.wait(20)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        mute = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr(download, "_PATIENCE", 0.2)
        monkeypatch.setattr(constants, "ENDPOINT", mute)
        with pytest.raises(ModelError, match="cannot be reached"):
            find_checkpoint("org/another", None)
        remembered = recall_outage(mute)
        over.set()
        server.shutdown()

    assert remembered is None


def test_a_login_page_in_the_place_of_the_hub_is_met_once(hub: SmallHub) -> None:
    """It answers everything, so no other checkpoint is asked for; an odd answer on one says nothing of the others."""
    hub.faults = [Fault("/odd", status=200), Fault("/api/", page="<html>Log in to the Wi-Fi</html>")]
    (hub.root / "org" / "odd").mkdir()

    found = r"http.* answers with something that is no answer of a hub, .*; open it in a browser, "
    for name, also in (("org/odd", ""), (NAME, "there is no .*, and "), ("org/another", "there is no .*, and ")):
        with pytest.raises(ModelError, match=rf"^model.name={name}: {also}{found}"):
            find_checkpoint(name, None)

    assert (hub.count("/odd"), hub.count("/api/") - hub.count("/odd")) == (4, 2)


def test_a_copy_is_used_at_once_where_the_hub_does_not_answer(
    hub: SmallHub, forget: Callable[[], None], silence: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint in the cache is found without asking a hub that another one was not had from a moment ago."""
    away = constants.ENDPOINT
    monkeypatch.setattr(constants, "ENDPOINT", hub.address)
    there = find_checkpoint(NAME, None)
    monkeypatch.setattr(constants, "ENDPOINT", away)
    forget()
    with pytest.raises(ModelError, match="cannot be reached"):
        find_checkpoint("org/another", None)

    found = find_checkpoint(NAME, None)

    assert (found.folder, len(silence)) == (there.folder, 2)
    assert "cannot be reached" in found.warnings[0]


def test_a_run_says_that_it_used_the_cache(
    hub: SmallHub,
    forget: Callable[[], None],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The warning is one of the run's, with the commit, which is on record as well."""
    find_checkpoint(NAME, None)
    forget()
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    config = configure(MarianModel(NAME))

    translated = translate_pairs(config, pair_up(["Xin chào"]), tmp_path / "store", silent)

    assert locate(config).facts["legs"][0]["commit"] == hub.find_commit(NAME)
    assert f"(commit {hub.find_commit(NAME)}), because" in translated.warnings[0]


def test_what_is_there_is_seen_without_the_hub(hub: SmallHub, tmp_path: Path) -> None:
    """A whole checkpoint is there, one without its weights partly, another not at all; a revision counts."""
    assert find_on_disk(NAME, None) == ("no", None)
    folder = find_checkpoint(NAME, None).folder
    asked = len(hub.asked)

    assert find_on_disk(NAME, None) == ("yes", folder)
    assert find_on_disk(NAME, hub.find_commit(NAME)) == ("yes", folder)
    assert find_on_disk(NAME, "v2") == ("no", None)
    with use_cache_alone():
        assert find_checkpoint(NAME, None).folder == folder
        with pytest.raises(ModelError, match="is not in it"):
            find_checkpoint("org/other", None)
    (folder / "source.spm").unlink()
    assert find_on_disk(NAME, None) == ("partly", folder)
    assert len(hub.asked) == asked


def test_offline_without_a_copy(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says that offline was asked for, and how a copy comes."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(ModelError, match=r"HF_HUB_OFFLINE is set .* is not in it; .* `mt-eval models fetch`") as caught:
        find_checkpoint(NAME, None)
    assert "\n" not in str(caught.value)


# --- failures, named


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("/api/", status=404, headers={"X-Error-Code": "RepoNotFound"}), "hub knows no such checkpoint"),
        (
            Fault("/api/", status=403, headers={"X-Error-Code": "GatedRepo"}),
            "is gated; accept its terms on",
        ),
        (Fault("/api/", status=404, headers={"X-Error-Code": "RevisionNotFound"}), "has no model.revision=v1 of it"),
        (Fault("/api/", status=500), r"the hub fails \(500"),
        (Fault("/api/", status=429, headers={"Retry-After": "0"}), r"too many requests from here \(429\); wait some"),
        (
            Fault("/api/", page="<html>"),
            "is no answer of a hub, such as the page of a proxy",
        ),
        (Fault("/resolve/.*spm", page="<html>"), "source.spm came as a web page, as of a proxy"),
        (
            Fault("/resolve/.*vocab", status=404, headers={"X-Error-Code": "EntryNotFound"}),
            "lists a file that it does not",
        ),
        (
            Fault("/resolve/.*safet", alter=lambda data: data[:-1]),
            r"came with .* bytes, where the hub lists",
        ),
        (
            Fault("/resolve/.*safet", alter=lambda data: b"X" + data[1:]),
            "came damaged, of the right size",
        ),
        (Fault("/resolve/.*config.json", alter=lambda data: data.swapcase()), "config.json came damaged"),
    ],
)
def test_failures_are_named(hub: SmallHub, forget: Callable[[], None], fault: Fault, message: str) -> None:
    """Every cause has its sentence, and what is not right has no name in the cache."""
    hub.faults = [fault]

    with pytest.raises(ModelError, match=message) as caught:
        find_checkpoint(NAME, "v1")
    assert "\n" not in str(caught.value)
    assert find_on_disk(NAME, "v1")[0] != "yes"
    hub.faults = []
    forget()
    assert find_checkpoint(NAME, "v1").warnings == ()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/api/", times=2, status=503),
        Fault("/api/models/[^/]*/[^/]*$", times=1, status=429, headers={"Retry-After": "0"}),
        Fault("/resolve/.*safetensors", times=3, status=500),
        Fault("/resolve/.*safetensors", times=1, page="<html>"),
        Fault("/resolve/.*safetensors", times=1, alter=lambda data: data[:-1] + b"X"),
        Fault("/resolve/.*safetensors", times=3, cut_after=20_000),
    ],
)
def test_what_can_pass_is_tried_again(hub: SmallHub, tiny_marian: Path, fault: Fault) -> None:
    """A hub that fails for a moment gives the checkpoint all the same."""
    hub.faults = [fault]

    folder = find_checkpoint(NAME, None).folder

    assert fault.times <= 0
    assert (folder / WEIGHTS).read_bytes() == (tiny_marian / WEIGHTS).read_bytes()


SOME_DAY = 1_000_000_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "7"},
        {"Retry-After": formatdate(SOME_DAY + 7, usegmt=True), "Date": formatdate(SOME_DAY, usegmt=True)},
    ],
)
def test_the_wait_is_the_one_asked_for(headers: dict[str, str], hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """`Retry-After` counts, in seconds or as a date by the hub's clock, not our own seconds."""
    waited: list[float] = []
    monkeypatch.setattr(download.time, "sleep", waited.append)
    hub.faults = [Fault("/api/models/[^/]*/[^/]*$", times=2, status=429, headers=headers)]

    find_checkpoint(NAME, None)

    assert waited[:2] == [7.0, 7.0]


def test_a_download_goes_on_where_it_ended(hub: SmallHub, forget: Callable[[], None], tiny_marian: Path) -> None:
    """What came before the connection broke for good is not asked for again."""
    hub.faults = [Fault("/resolve/.*safetensors", times=4, cut_after=20_000)]
    with pytest.raises(ModelError, match=r"safetensors ended after 80,000 of|cannot be reached"):
        find_checkpoint(NAME, None)
    forget()
    (partial,) = Path(constants.HF_HUB_CACHE).rglob("*.incomplete")
    assert partial.stat().st_size == 80_000

    folder = find_checkpoint(NAME, None).folder

    assert (folder / WEIGHTS).read_bytes() == (tiny_marian / WEIGHTS).read_bytes()
    assert not list(Path(constants.HF_HUB_CACHE).rglob("*.incomplete"))


def test_a_cache_that_cannot_be_written(hub: SmallHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache below a file cannot be made: the path and what mends it are named."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "file" / "cache"))

    with pytest.raises(ModelError, match=r"the hub cache cannot be written \(.*file.*\); .* set HF_HOME to a"):
        find_checkpoint(NAME, None)


def test_a_blob_in_a_shared_store_is_no_damage(hub: SmallHub, configure: Configure, tmp_path: Path) -> None:
    """Newer clients keep blobs for several caches in one place, under hashes of another kind."""
    blob = (find_checkpoint(NAME, None).folder / WEIGHTS).resolve()
    (tmp_path / "blobs").mkdir()
    shared = blob.rename(tmp_path / "blobs" / ("f" * 64))
    blob.symlink_to(shared)

    assert locate(configure(MarianModel(NAME))).facts["legs"][0]["files"][WEIGHTS] == blob.name


def test_damaged_weights_in_the_cache(hub: SmallHub, configure: Configure) -> None:
    """One byte flipped on the disk, size and all else the same: the hub's name for the file tells."""
    weights = (find_checkpoint(NAME, None).folder / WEIGHTS).resolve()
    content = bytearray(weights.read_bytes())
    content[-5] ^= 1
    weights.write_bytes(content)

    with pytest.raises(ModelError, match=r"safetensors is damaged: .* delete .*blobs.*, and the next run downloads it"):
        locate(configure(MarianModel(NAME)))


def test_a_damaged_small_file_in_the_cache(hub: SmallHub, configure: Configure) -> None:
    """Files that git holds are named by git's hash, which is checked as well."""
    vocabulary = (find_checkpoint(NAME, None).folder / "vocab.json").resolve()
    assert vocabulary.name == hash_as_git(vocabulary.read_bytes())
    vocabulary.write_text(vocabulary.read_text(encoding="utf-8") + " ", encoding="utf-8")

    with pytest.raises(ModelError, match=r"vocab\.json is damaged"):
        locate(configure(MarianModel(NAME)))


def test_ctrl_c_stops_a_download_and_the_next_resumes(hub: SmallHub, tmp_path: Path) -> None:
    """`mt-eval models fetch` ends in the middle of a file at Ctrl-C; the next one asks for the rest alone."""
    with (hub.root / NAME / WEIGHTS).open("ab") as file:
        file.write(bytes(40 * 65536))
    hub.faults = [Fault("/resolve/.*safetensors", times=1, seconds=0.1)]
    (tmp_path / "own" / "model").mkdir(parents=True)
    (tmp_path / "own" / "model" / "mine.yaml").write_text(f"# Mine\ndefaults: [marian_schema]\nname: {NAME}\n")
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_OFFLINE": "0",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "mt_eval", "models", "fetch", "mine", "--config-dir", str(tmp_path / "own")]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not any(path.stat().st_size > 65536 for path in (tmp_path / "home").rglob("*.incomplete")):
        assert process.poll() is None
        time.sleep(0.05)

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)

    (partial,) = (path for path in (tmp_path / "home").rglob("*.incomplete") if path.stat().st_size)
    assert partial.stat().st_size < (hub.root / NAME / WEIGHTS).stat().st_size
    assert process.returncode != 0
    assert "Traceback" not in said
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    (whole,) = (tmp_path / "home").rglob(WEIGHTS)
    assert (again.returncode, whole.read_bytes()) == (0, (hub.root / NAME / WEIGHTS).read_bytes())
