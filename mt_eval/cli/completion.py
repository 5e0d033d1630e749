"""`mt-eval completion SHELL`: groups, options and settings behind the tabulator key."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

_BASH = """\
_mt_eval() {
    local line=${COMP_LINE:0:COMP_POINT} word
    word=${line##* }
    local shown=${word##*[=:]}
    COMPREPLY=()
    local found
    while IFS= read -r found; do COMPREPLY+=("${found#"${word%"$shown"}"}"); done < <(mt-eval completion words "$line")
    [[ ${COMPREPLY[0]} == *[=.] ]] && compopt -o nospace
}
complete -o default -F _mt_eval mt-eval
"""
_SCRIPTS = {
    "bash": _BASH,
    "zsh": "autoload -U +X bashcompinit && bashcompinit\n" + _BASH,
    "fish": "complete -c mt-eval -f -a '(mt-eval completion words (commandline -cp))'\n",
}
_VALUES = {"direction": ("vi-ar", "ar-vi"), "force": ("true", "false"), "preflight": ("true", "false")}
"""Settings outside every group, with the values one may choose from."""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "completion",
        help="print a script that completes commands, groups, options and settings in a shell",
        description='Print what a shell needs to complete: add `eval "$(mt-eval completion bash)"` to ~/.bashrc (zsh: '
        "~/.zshrc), or `mt-eval completion fish | source` to config.fish.",
    )
    parser.add_argument("shell", choices=(*_SCRIPTS, "words"), metavar="bash|zsh|fish")
    parser.add_argument("line", nargs="?", default="", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the script, or the completions of a line; 0."""
    if arguments.shell in _SCRIPTS:
        print(_SCRIPTS[arguments.shell], end="")
    else:
        for word in complete(arguments.line):
            print(word)
    return 0


def complete(line: str) -> list[str]:
    """What the last word of a command line can become.

    >>> complete("mt-eval run decod")
    ['decoding=', 'decoding.']
    >>> complete("mt-eval run -m decoding=greedy,b")
    ['decoding=greedy,beam']
    """
    from mt_eval.cli.main import COMMANDS

    *before, word = line.split(" ")
    before = [each for each in before if each]
    if len(before) < 2:
        known: Sequence[str] = ["run", *COMMANDS]
    elif before[1] == "run":
        known = _complete_run(word)
    else:
        known = _complete_parsed(before[1:]) if before[1] in COMMANDS else []
    return [each for each in known if each.startswith(word)]


def _complete_parsed(before: Sequence[str]) -> Sequence[str]:
    """Commands below a command, options, and the values of an option that has a choice of them."""
    from mt_eval.cli.main import build_parser

    parser = build_parser(before[:1])
    for word in before:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                parser = action.choices.get(word, parser)
    for action in parser._actions:
        if before[-1] in action.option_strings and action.choices:
            return list(map(str, action.choices))
    below = [name for action in parser._actions if not action.option_strings for name in action.choices or ()]
    return [*map(str, below), *(option for action in parser._actions for option in action.option_strings)]


def _complete_run(word: str) -> Sequence[str]:
    from mt_eval.bundled import bundled_path
    from mt_eval.cli.run_words import FLAGS
    from mt_eval.config.options import list_groups, list_options

    conf = bundled_path("conf")
    groups = list_groups(conf)
    group, equals, value = word.partition("=")
    if equals and group in _VALUES:
        return [f"{group}={each}" for each in _VALUES[group]]
    if equals:
        before = f"{group}={value.rpartition(',')[0]}" + ("," if "," in value else "")
        return [before + option for option in list_options(conf, group)] if group in groups else []
    if word.startswith("-"):
        return list(FLAGS)
    if "." in word:
        return _list_settings(word.partition(".")[0])
    own = ["limit=", "runs_dir=", *(f"{setting}=" for setting in _VALUES)]
    return [choice for group in groups for choice in (f"{group}=", f"{group}.")] + own


def _list_settings(group: str) -> list[str]:
    from mt_eval.config import SCHEMAS, list_settings

    names = {name for schema in SCHEMAS.get(group, {}).values() for name in list_settings(schema)}
    return [f"{group}.{name}=" for name in sorted(names)]
