"""`mt-eval runs ACTION`: tag run directories, remove them and old failures, make them small."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mt_eval.cli.ages import read_age

_DESCRIPTION = """\
Look after run directories; `mt-eval status` lists them.

  mt-eval runs tag runs/A good                 find it by --where tag=good
  mt-eval runs rm runs/A                       remove a run directory
  mt-eval runs rm --failed --older-than 30d    remove records of old failures
  mt-eval runs slim runs                       remove pages, which `report` makes again
"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "runs",
        help="tag, remove or slim run directories",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    tag = actions.add_parser("tag", help="put tags on a run, or take them off with a - before them")
    tag.add_argument("folder", metavar="RUN", help="a run directory, or the name it was given")
    tag.add_argument("tags", nargs="+", metavar="TAG", help="a word, or -- -WORD to take it off")
    remove = actions.add_parser("rm", help="remove run directories, or the records of failures")
    slim = actions.add_parser("slim", help="remove report.html, which `mt-eval report RUN` makes again")
    for each in (remove, slim):
        each.add_argument("folders", nargs="*", metavar="RUN", help="run directories, folders of them, or quoted globs")
        each.add_argument("--where", action="append", default=[], metavar="KEY=VALUE", help="only these, as in status")
        each.add_argument("--older-than", type=read_age, metavar="AGE", help="only these: 12h, 30d, 6w")
        each.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    remove.add_argument("--failed", action="store_true", help="the records of failures in runs/ or the folders named")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print what was done; 0.

    Raises:
        RunError: There is no such run, or it cannot be changed.
        ConfigError: Nothing is named.
    """
    import time

    from mt_eval.errors import ConfigError

    if arguments.action == "tag":
        return _tag(arguments.folder, arguments.tags)
    if arguments.action == "rm" and arguments.failed:
        return _remove_failures([Path(each) for each in arguments.folders or ["runs"]], arguments, time.time())
    if not arguments.folders:
        raise ConfigError(f"runs {arguments.action}: no run is named, expected one or more; name run directories")
    return _remove(arguments, time.time())


def _tag(name: str, words: list[str]) -> int:
    from mt_eval.compare.select import select_runs
    from mt_eval.errors import RunError
    from mt_eval.runs.upkeep import change_tags

    runs = select_runs([name])
    if len(runs) != 1:
        raise RunError(f"{name}: {len(runs)} runs are called so, expected one; name its folder")
    added = [word for word in words if not word.startswith("-")]
    dropped = [word[1:] for word in words if word.startswith("-")]
    tags = change_tags(runs[0].folder, added, dropped)
    print(f"{runs[0].folder}: {', '.join(tags) or 'no tags'}")
    return 0


def _remove(arguments: argparse.Namespace, now: float) -> int:
    from mt_eval.compare.select import select_runs
    from mt_eval.runs.upkeep import measure_age, remove_report, remove_run

    if arguments.action == "rm" and not (arguments.where or arguments.older_than or arguments.dry_run):
        _refuse_folders(arguments.folders)
    act = remove_run if arguments.action == "rm" else remove_report
    verb = "would remove" if arguments.dry_run else "removed"
    count = 0
    for each in select_runs(arguments.folders, arguments.where):
        if arguments.older_than is not None and measure_age(each.folder, now) < arguments.older_than:
            continue
        found = act(each.folder, dry=arguments.dry_run)
        if found:
            count += 1
            print(f"{verb} {found}")
    print(f"{count} {'run' if count == 1 else 'runs'}{'' if arguments.action == 'rm' else ' made smaller'}")
    return 0


def _refuse_folders(names: list[str]) -> None:
    """A folder of runs is most often named by mistake, and finished runs may have taken days."""
    from mt_eval.errors import ConfigError
    from mt_eval.runs.paths import RunPaths

    for name in names:
        if Path(name).is_dir() and not RunPaths(Path(name)).exists():
            raise ConfigError(
                f"runs rm {name}: is a folder of runs, expected a run; choose among them with --where or --older-than, "
                f"or write '{name.rstrip('/')}/*' if all are meant"
            )


def _remove_failures(folders: list[Path], arguments: argparse.Namespace, now: float) -> int:
    from mt_eval.runs.failed import remove_failures

    removed = [
        path
        for folder in folders
        for path in remove_failures(folder, older_than=arguments.older_than, now=now, dry=arguments.dry_run)
    ]
    for path in removed:
        print(f"{'would remove' if arguments.dry_run else 'removed'} {path}")
    print(f"{len(removed)} {'record' if len(removed) == 1 else 'records'} of failures")
    return 0
