"""The article view in a real browser: what lights, what is marked, by mouse, by keys alone, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import open_page, start_browser
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.types import Flag

COLUMNS = ["source, Vietnamese", "reference, Arabic", "sentences", "copied", "whole"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@pytest.fixture(scope="module")
def page_of_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles of 6 sentences by three systems: sentence by sentence, copying, and a whole output.

    The latter leaves out the third sentence, swaps the first two and adds one.
    """
    folder = tmp_path_factory.mktemp("three")
    rows = make_rows(12, articles=2)
    facts = {
        "a0.vi": {"title": "Bài đầu", "paragraphs": [0, 300]},
        "a0.ar": {"title": "المقال الأول", "paragraphs": [0]},
    }
    flags = [(Flag("omitted", "“nửa câu”"),) if index == 4 else () for index in range(12)]
    made = [
        write_small_run(folder, "sentences", rows, head={"articles": facts}, flags=flags),
        write_small_run(folder, "copied", [(a, source, reference, source) for a, source, reference, _ in rows]),
        write_small_run(
            folder,
            "whole",
            [(*row[:3], "" if index == 2 else row[3]) for index, row in enumerate(rows)],
            head={"additions": {"a0": ["جملة زائدة."]}, "order": {"a0": "2 1 4 + | 5-6"}},
        ),
    ]
    output = folder / "report.html"
    assert main(["report", *map(str, made), "-o", str(output), "--samples", "100"]) == 0
    return output


def list_lit(page: Any) -> list[tuple[str, str]]:
    """Column and text of each sentence that is lit."""
    return [
        tuple(each)
        for each in page.eval_on_selector_all(
            "#running .lit", "all => all.map(each => [each.closest('td').dataset.column, each.textContent])"
        )
    ]


def find_focus(page: Any) -> tuple[str, str]:
    """Column and text of what has the focus."""
    column, text = page.evaluate(
        "[document.activeElement.closest('td')?.dataset.column ?? '', document.activeElement.textContent]"
    )
    return column, text


def test_articles_stand_side_by_side(browser: Any, page_of_three: Path) -> None:
    """A column each with its title, running text in paragraphs, in the direction of its script."""
    with open_page(browser, page_of_three) as opened:
        page = opened.page
        heads = page.locator("#running thead .name").all_text_contents()
        titles = page.locator("#running thead .title").all_text_contents()
        chosen = page.locator("#read option:checked").inner_text()
        paragraphs = page.locator('#running td[data-column="0"] p').all_text_contents()
        whole = page.locator('#running td[data-column="4"]').all_inner_texts()
        directions = [
            page.eval_on_selector(f'#running td[data-column="{n}"] p', "p => getComputedStyle(p).direction")
            for n in range(5)
        ]

    assert heads == COLUMNS
    assert titles == ["Bài đầu", "المقال الأول"]
    assert chosen == "a0 · Bài đầu"
    assert [text[:5] for text in paragraphs] == ["câu 0", "câu 3"]
    assert "جملة زائدة." in whole[1]
    assert directions == ["ltr", "rtl", "rtl", "ltr", "rtl"]


def test_pointing_at_a_sentence_lights_it_everywhere(browser: Any, page_of_three: Path) -> None:
    """Its counterparts in all columns, also what changed places; nothing stays lit when the pointer has left."""
    with open_page(browser, page_of_three) as opened:
        page = opened.page
        page.hover('#running td[data-column="0"] .sentence >> nth=1')
        lit = list_lit(page)
        about = page.inner_text("#about")
        page.hover("h1")
        after = list_lit(page)

    assert [column for column, _ in lit] == ["0", "1", "2", "3", "4"]
    assert {text for column, text in lit if column in "03"} == {"câu 1"}
    assert about.startswith("a0:1")
    assert after == []


def test_left_out_and_added_are_said_in_words(browser: Any, page_of_three: Path) -> None:
    """Outlined and named, on the source side and on the output side; no colour alone."""
    with open_page(browser, page_of_three) as opened:
        page = opened.page
        left = page.locator('#running td[data-column="0"] .left-out').all_inner_texts()
        added = page.locator('#running td[data-column="4"] .added').all_inner_texts()
        gaps = page.locator("#running .gap").evaluate_all("all => all.map(gap => gap.getAttribute('aria-label'))")
        outlines = page.eval_on_selector_all(
            "#running .left-out, #running .added", "all => all.map(each => getComputedStyle(each).outlineStyle)"
        )

    assert left == ["câu 2 left out by whole", "câu 4 in part left out by sentences"]
    assert added == ["جملة زائدة. added"]
    assert gaps == ["left out here"]
    assert outlines == ["dashed", "dashed", "dotted"]


def test_the_keyboard_alone_is_enough(browser: Any, page_of_three: Path) -> None:
    """One stop of Tab; arrows go along a column and across; Enter shows the segment, and its card leads back."""
    with open_page(browser, page_of_three, "#reading") as opened:
        page = opened.page
        page.focus("#read")
        for _ in range(6):
            page.keyboard.press("Tab")
            if find_focus(page)[0]:
                break
        assert find_focus(page) == ("0", "câu 0")
        assert page.eval_on_selector_all("#running .sentence", "all => all.filter(each => !each.tabIndex).length") == 1
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowLeft")
        assert find_focus(page) == ("0", "câu 1")
        assert len(list_lit(page)) == 5
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        column, text = find_focus(page)
        assert (column, list_lit(page)[-1]) == ("4", ("4", text))
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        page.locator(".segment:focus").wait_for()
        assert page.evaluate("document.activeElement.querySelector('.permalink').textContent") == "a0:5"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("#running .sentence:focus").wait_for()
        assert find_focus(page) == ("0", "câu 5")
        page.keyboard.press("n")
        assert find_focus(page) == ("0", "câu 6")
        assert page.inner_text("#where") == "Article 2 of 2"


def test_columns_can_be_put_away(browser: Any, page_of_three: Path) -> None:
    """What is hidden lights nothing and leaves nothing out."""
    with open_page(browser, page_of_three) as opened:
        page = opened.page
        page.click("#reader summary")
        page.locator("#columns").get_by_label("whole", exact=True).uncheck()
        heads = page.locator("#running thead .name").all_text_contents()
        left = page.locator("#running .left-out").all_inner_texts()
        where = page.inner_text("#where")

    assert heads == COLUMNS[:4]
    assert left == ["câu 4 in part left out by sentences"]
    assert where == "Article 1 of 2; 2 of 3 systems are shown"


def test_an_article_is_an_address(browser: Any, page_of_three: Path) -> None:
    """It opens the article, or one sentence of it, which then has the focus."""
    with open_page(browser, page_of_three, "#read=a1&at=a1%3A8") as opened:
        opened.page.locator("#running .sentence:focus").wait_for()

        assert find_focus(opened.page) == ("0", "câu 8")
        assert opened.page.input_value("#read") == "1"


def test_a_long_article_comes_in_parts_and_is_printed_whole(browser: Any, tmp_path: Path) -> None:
    """Next goes on in it; on paper it stands as a whole, as wide as the page."""
    made = write_small_run(tmp_path, "long", make_rows(250))
    page = tmp_path / "report.html"
    assert main(["report", str(made), "-o", str(page)]) == 0

    with open_page(browser, page) as opened:
        shown = opened.page.locator('#running td[data-column="0"] .sentence').count()
        opened.page.click("#later")
        second = opened.page.locator("#running .sentence").first.inner_text()
        where = opened.page.inner_text("#where")
        opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        opened.page.emulate_media(media="print")
        printed = opened.page.locator('#running td[data-column="0"] .sentence').count()
        clipped = opened.page.eval_on_selector("#running", "box => box.scrollHeight > box.clientHeight")
        opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        after = opened.page.inner_text("#where")

    assert (shown, second, where) == (100, "câu 100", "Article 1 of 1, part 2 of 3")
    assert (printed, clipped) == (250, False)
    assert after == where


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_as_wide_as_the_window(browser: Any, page_of_three: Path, width: int) -> None:
    """Columns stand side by side where there is room, else below each other, each with its name."""
    with open_page(browser, page_of_three, viewport={"width": width, "height": 800}) as opened:
        widest = opened.page.evaluate("document.documentElement.scrollWidth")
        labels = opened.page.locator("#running .label >> nth=0").is_visible()

    assert (widest, labels) == (width, width == 360)


def test_texts_without_reference_have_no_column_for_it(browser: Any, tmp_path: Path) -> None:
    """Source and translation stand side by side."""
    rows = [("a", f"câu {n}", "", "كلمة") for n in range(3)]
    made = write_small_run(tmp_path, "alone", rows)
    page = tmp_path / "report.html"
    assert main(["report", str(made), "-o", str(page)]) == 0

    with open_page(browser, page) as opened:
        heads = opened.page.locator("#running thead .name").all_text_contents()

    assert heads == ["source, Vietnamese", "alone"]
