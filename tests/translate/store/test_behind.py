"""Writing behind: one batch at a time, nothing that was handed over is lost, and every error is told."""

from __future__ import annotations

import threading

import pytest

from mt_eval.translate.store.behind import WriteBehind


class Recorder:
    """Writes down what it gets, and refuses what is called "bad"."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def __call__(self, batch: str) -> None:
        if batch == "bad":
            raise OSError("refused")
        self.written.append(batch)


def hand_over(write: Recorder, *batches: str, interrupt: bool = False) -> None:
    with WriteBehind(write) as behind:
        for batch in batches:
            behind.hand_over(batch)
        if interrupt:
            raise KeyboardInterrupt


def test_a_batch_is_written_while_the_next_one_is_made() -> None:
    """Handing over returns before the batch is written, and the next one waits for it."""
    begun, release, written = threading.Event(), threading.Event(), list[str]()

    def write(batch: str) -> None:
        begun.set()
        assert release.wait(60)
        written.append(batch)

    with WriteBehind(write) as behind:
        behind.hand_over("first")
        assert begun.wait(60)
        before = list(written)
        release.set()
        behind.hand_over("second")
        between = written[:1]

    assert (before, between, written) == ([], ["first"], ["first", "second"])


def test_an_error_comes_with_the_next_batch() -> None:
    """The batch after one that could not be written is not written either."""
    write = Recorder()

    with pytest.raises(OSError, match="refused"):
        hand_over(write, "a", "bad", "b", "c")

    assert write.written == ["a"]


def test_an_error_of_the_last_batch_is_not_lost() -> None:
    """The block does not end well if its last batch is not written."""
    with pytest.raises(OSError, match="refused"):
        hand_over(Recorder(), "bad")


@pytest.mark.parametrize("last", ["a", "bad"])
def test_an_interrupted_block_writes_what_it_has(last: str) -> None:
    """After Ctrl-C the batch that was handed over is still written; the interruption is what is raised."""
    write = Recorder()

    with pytest.raises(KeyboardInterrupt):
        hand_over(write, last, interrupt=True)

    assert write.written == ([last] if last == "a" else [])
