"""`mt-eval COMMAND`: finds the command, and is the only place where an error becomes a message and an exit status."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from mt_eval import __version__
from mt_eval.cli.anywhere import MixedParser
from mt_eval.cli.output import Outlet, divert_output, guard_outputs
from mt_eval.errors import MtEvalError, describe_refusal
from mt_eval.extras import describe_missing
from mt_eval.report.visible import guard_streams

COMMANDS = (
    *("options", "show", "report", "compare", "plan", "export", "track", "runs"),
    *("status", "data", "models", "store", "score-given", "completion"),
)
"""Modules beside this one that add a parser; `run` parses for itself. Only the one asked for is imported."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it: 128 + SIGINT."""

DESCRIPTION = """\
Measures how well MarianMT and NLLB models translate whole articles between Vietnamese and Arabic.

  mt-eval run [GROUP=OPTION] [KEY=VALUE]   translate and score; `mt-eval run --help` lists groups and options
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 after an error, 2 after a wrong call, 130 after Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # All that was imported goes with the process: Python would look through it for garbage first.
    atexit.register(gc.freeze)
    with guard_outputs() as output, guard_streams():
        try:
            status = _attempt(words)
        except SystemExit as stop:  # argparse ends so, after help or a wrong call
            if isinstance(stop.code, int) and not stop.code:
                stop.code = _judge(words, output, 0)
            raise
        return _judge(words, output, status)


def _attempt(words: list[str]) -> int:
    try:
        return _dispatch(words)
    except MtEvalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(f"\nstopped; {str(stop) or 'nothing was lost, give the same command again'}", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        said = describe_missing(error) if isinstance(error, ModuleNotFoundError) else describe_refusal(error)
        print(f"error: {said or _report_bug(error)}", file=sys.stderr)
        return 1


def _judge(words: Sequence[str], output: Outlet, status: int) -> int:
    """The exit status of a command whose output may not have gone where it should."""
    output.flush()
    if output.error is None or isinstance(output.error, BrokenPipeError):
        return status  # the reader of a pipe (`| head`) has enough
    reason = f"standard output cannot be written ({os.strerror(output.error.errno or 0).lower()})"
    if words[:1] == ["run"]:
        # Showing a run is no part of making it.
        print(f"warning: {reason}; `mt-eval status` and `mt-eval show` tell what was made", file=sys.stderr)
        return status
    print(f"error: {reason}; mend that or write elsewhere", file=sys.stderr)
    return status or 1


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["run"]:
        from mt_eval.cli import run

        return run.run(words[1:])
    if not words:
        build_parser().print_help()
        return 0
    arguments = build_parser(words[:1] if words[0] in COMMANDS else COMMANDS).parse_args(words)
    if arguments.command == "run":  # reached as `mt-eval --option run`, which has no options of its own
        raise MtEvalError("give `run` right after mt-eval")
    with divert_output(getattr(arguments, "printed_to", None)):
        status: int = arguments.run(arguments)
    return status


def build_parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """A parser that knows the commands named."""
    parser = MixedParser(prog="mt-eval", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"mt-eval {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser("run", help="translate and score articles: one run directory per configuration", add_help=False)
    for name in names:
        import_module(f"mt_eval.cli.{name.replace('-', '_')}").add_parser(commands)
    return parser


def _report_bug(error: Exception) -> str:
    """What is said of an error nobody foresaw; the traceback goes to a file, where a bug report can take it from."""
    # Only needed when something went wrong, and slow to import.
    import traceback

    from mt_eval.disk import keep_scratch

    text = "".join(traceback.format_exception(error))
    try:
        place = f"with {keep_scratch('mt-eval-error-', text)}"
    except OSError:
        place = f"with this: {' '.join(text.split())}"  # no room for a file
    return (
        f"mt-eval met something it does not know how to explain ({type(error).__name__}: {error}); "
        f"please report it {place}"
    )


if __name__ == "__main__":
    sys.exit(main())
