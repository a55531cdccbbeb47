# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""The interactive page in a notebook's frame, in a real browser."""

import shutil

import pytest

import kappa_rnn as kappa

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
# Goes on once nothing is left to be drawn or looked for.
RESTED = """
    const end = arguments[0], page = kappaExplorer, f = page.frames;
    const look = () => !page.isMoving && f.works.size + f.pending.size + f.waiting.size === 0 ? end() : requestAnimationFrame(look);
    requestAnimationFrame(look);"""


@pytest.fixture
def browser():
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    if not (BROWSER and DRIVER):
        pytest.skip("no chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1100,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def test_the_page_works_in_a_notebooks_frame(browser, tmp_path):
    circuit = kappa.make("decision")
    page = circuit.explore()
    assert page._repr_html_().count("<iframe") == 1
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>notebook</title>{page._repr_html_()}", encoding="utf-8")
    browser.get((tmp_path / "notebook.html").as_uri())
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))

    def points():
        return sorted(point["kappa"][0] for point in browser.execute_script("return kappaExplorer.points"))

    def expected(input):
        return sorted(point["kappa"][0] for point in circuit.fixed_points([input]))

    # Two choices without an input, one under a strong one: the engine's own values, before and after a slider moves.
    assert points() == pytest.approx(expected(0), abs=1e-6) and len(points()) == 3
    moved = browser.execute_script("""
        const slider = document.querySelector('input[data-parameter="input:0"]');
        slider.value = 0.3;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        return Number(slider.value);""")
    browser.execute_async_script(RESTED)
    assert points() == pytest.approx(expected(moved), abs=1e-6) and len(points()) == 1
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def test_a_page_is_a_file(tmp_path):
    page = kappa.make("cycle").explore()
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert "kB" in repr(page)
