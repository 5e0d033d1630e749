"""For mkdocs: pages of the site that stand outside docs/, and the links that lead to them.

A page under docs/ links to `../runs/README.md` as it would anywhere in the repository. On the site such a file gets a
page of its own below `repository/`, if it is Markdown; a link to any other file is shown as its path.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = "repository"
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Files, *, config: Any) -> Files:
    """The site's files, with every Markdown file of the repository that a page leads to."""
    from mkdocs.structure.files import File, InclusionLevel

    todo = [(f"docs/{file.src_uri}", file.content_string) for file in files.documentation_pages()]
    seen: set[str] = set()
    while todo:
        place, text = todo.pop()
        for target in _find_targets(place, text):
            if target.startswith("docs/") or not target.endswith(".md") or target in seen:
                continue
            seen.add(target)
            content = (ROOT / target).read_text(encoding="utf-8")
            todo.append((target, content))
            files.append(
                File.generated(config, f"{OUTSIDE}/{target}", content=content, inclusion=InclusionLevel.NOT_IN_NAV)
            )
    return files


def on_page_markdown(markdown: str, *, page: Page, config: Any, files: Files) -> str:
    """The page's text, its links leading to where files stand on the site."""
    here = page.file.src_uri
    place = here.removeprefix(f"{OUTSIDE}/") if here.startswith(f"{OUTSIDE}/") else f"docs/{here}"

    def lead(link: re.Match[str]) -> str:
        words, target, anchor = link[1], link[2], link[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return link[0]
        found = _resolve(place, target)
        if not (ROOT / found).exists():
            return link[0]  # mkdocs says that it leads nowhere
        if not found.endswith(".md") and not found.startswith("docs/"):
            return f"{words} (`{found}`)"
        there = found.removeprefix("docs/") if found.startswith("docs/") else f"{OUTSIDE}/{found}"
        return f"[{words}]({posixpath.relpath(there, posixpath.dirname(here) or '.')}{anchor})"

    return LINK.sub(lead, markdown)


def _find_targets(place: str, text: str) -> list[str]:
    """The files of the repository that a Markdown file links to, by their paths in it."""
    targets = [_resolve(place, link[2]) for link in LINK.finditer(text) if "://" not in link[2]]
    return [target for target in targets if (ROOT / target).is_file()]


def _resolve(place: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), target))
