"""Words of a command before, between and after its options."""

from __future__ import annotations

import pytest

from mt_eval.cli.main import build_parser


@pytest.mark.parametrize(
    ("mixed", "sorted_out"),
    [
        ("score-given A --contrast C.jsonl engine=ctranslate2", "score-given A engine=ctranslate2 --contrast C.jsonl"),
        ("score-given --json data=ui -o D model=demo", "score-given data=ui model=demo --json -o D"),
        ("compare A --metric BLEU-intl B --json C", "compare A B C --metric BLEU-intl --json"),
        ("report A -o page.html B", "report A B -o page.html"),
        ("plan A --json B", "plan A B --json"),
        ("runs tag A -- -old", "runs tag A -- -old"),
        ("compare --hypotheses a.txt b.txt --reference r.txt", "compare --reference r.txt --hypotheses a.txt b.txt"),
    ],
)
def test_their_place_says_nothing(mixed: str, sorted_out: str) -> None:
    """Words between options are read as words in front of them."""
    parser = build_parser([mixed.split()[0]])

    assert parser.parse_args(mixed.split()) == parser.parse_args(sorted_out.split())


def test_what_is_no_option_is_still_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt option is named, and a word that is missing."""
    for words, said in (("compare A --metrics X B --nonsense", "--nonsense"), ("score-given --json", "required: RUN")):
        with pytest.raises(SystemExit):
            build_parser([words.split()[0]]).parse_args(words.split())

        assert said in capsys.readouterr().err
