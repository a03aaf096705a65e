#!/usr/bin/env python3
"""browser_test.py SPLICEBENCH WRITE_SYNTHETIC: the report in a real browser.

Prints a line per behaviour that was checked; exits 1 at the first that fails, 77 (skipped) where
there is no Chromium.
"""

import json
import os
import shutil
import sys

from layouts import check_layouts
from odd_pages import check_hostile, check_little
from page_tools import check, folder, marks, overflow, page, plot_box, quiet, synthetic, tip
from webdriver import Browser

RIGHT, ESCAPE = "\ue014", "\ue00c"
CHARTS = ["throughput", "change", "change-cpu", "cpu", "bytes-per-call", "calls-per-mib", "samples"]

def check_marks(browser, modes):
    paths = ["tcp-to-tcp", "unix-to-tcp", "tcp-to-file", "tcp-to-null"]
    chunks = [1024 << i for i in range(11)]
    every = {f"{path} {mode} {chunk}" for path in paths for mode in modes for chunk in chunks}
    compared = {case for case in every if case.split()[1] != "generic"}
    for chart in CHARTS[:-1]:
        expected = compared if chart.startswith("change") else every
        found = set(marks(browser, chart))
        check(f"{chart}: a mark for each of {len(expected)} cases", found == expected, expected ^ found)
    points = browser.run(
        "return Array.from(document.querySelectorAll('[data-chart=samples] .mark')).reduce((n, m) => n + (m.getAttribute('d').match(/M/g) || []).length, 0)"
    )
    check(f"samples: a dot for each of {len(every) * 20} samples", points == len(every) * 20, points)


def check_published(browser):
    titles = ["go-2018: tcp-to-tcp", "go-2018: unix-to-tcp", "go-2022: tcp-to-file (as tcp-to-null)"]
    empty = browser.run(
        "return Array.from(document.querySelectorAll('[data-chart=published] figure'), f => "
        "[f.querySelector('figcaption').textContent, (f.querySelector('.empty') || {textContent: ''}).textContent])"
    )
    check("published: a panel per published path", {title for title, _ in empty} >= set(titles), empty)
    check("published: a path not measured here says so",
          all(text == "not measured here" for title, text in empty if title not in titles), empty)
    expected = {f"{title} {series} {1024 << i}" for title in titles for series in ("published", "here") for i in range(11)}
    found = set(marks(browser, "published"))
    check(f"published: a mark for each of {len(expected)} figures", found == expected, expected ^ found)
    box = plot_box(browser, "published")
    browser.pointer(("move", box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4))
    text = tip(browser)
    check("published: pointing shows both changes, ours with interval and n",
          "published" in text and "here" in text and text.count("%") >= 2 and "[" in text and "n\u00a0=\u00a020" in text, text)
    note = browser.run("return document.querySelector('[data-chart=published] .note').textContent")
    check("published: the caveats stand with it", "inference" in note and "/dev/null" in note, note)
    press = "Array.from(document.querySelectorAll('.switches label')).find(l => l.textContent.trim() === 'splice').querySelector('input').click()"
    browser.run(press)
    left = {case.rsplit(" ", 2)[1] for case in marks(browser, "published")}
    browser.run(press)
    check("published: switching splice off leaves the published figures", left == {"published"}, left)


def check_hover(browser, modes):
    for chart, unit in [("throughput", "GB/s"), ("cpu", "s/GB"), ("change", "%"), ("samples", "round")]:
        box = plot_box(browser, chart)
        browser.pointer(("move", box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4))
        text = tip(browser)
        check(f"{chart}: pointing shows a value with its unit", unit in text, text)
        if chart == "throughput":
            check("throughput: interval and n of every mode are shown",
                  text.count("[") == len(modes) and text.count("n\u00a0=\u00a020") == len(modes), text)
    browser.pointer(("move", 2, 2))
    check("pointing elsewhere hides the values", tip(browser) == "")


def check_zoom(browser):
    before = len(marks(browser, "throughput"))
    axis = "return Array.from(document.querySelectorAll('[data-chart=throughput] figure:first-child text'), t => t.textContent)"
    labels = browser.run(axis)
    box = plot_box(browser, "throughput")
    y = box["y"] + box["height"] * 0.5
    browser.pointer(("move", box["x"] + box["width"] * 0.55, y), ("down",),
                    ("move", box["x"] + box["width"] * 0.7, y), ("move", box["x"] + box["width"] * 0.9, y), ("up",))
    zoomed = browser.run(axis)
    check("dragging zooms: small chunks leave the axis", "1\u00a0KiB" in labels and "1\u00a0KiB" not in zoomed, zoomed)
    browser.run("document.querySelector('[data-chart=throughput] button.reset').click()")
    check("'Show all' brings them back", browser.run(axis) == labels and len(marks(browser, "throughput")) == before)


def check_keyboard(browser):
    browser.pointer(("move", 2, 2))
    browser.run("document.querySelector('[data-chart=throughput] .plot').focus()")
    browser.keys(RIGHT, RIGHT)
    spoken = browser.run("return document.getElementById('reading').textContent")
    check("arrow keys read values aloud", "2\u00a0KiB" in spoken and "GB/s" in spoken and "n\u00a0=\u00a020" in spoken, spoken)
    browser.keys(ESCAPE)
    check("Escape puts the values away", tip(browser) == "")


def check_switch(browser, mode):
    def count():
        return sum(1 for case in marks(browser, "throughput") if case.split()[1] == mode)

    box = "Array.from(document.querySelectorAll('.switches label')).find(l => l.textContent.trim() === arguments[0]).querySelector('input').click()"
    full = count()
    browser.run(box, mode)
    check(f"switching {mode} off hides its marks", full > 0 and count() == 0, (full, count()))
    browser.run(box, mode)
    check(f"switching {mode} on shows them again", count() == full)


def column(browser, table, index):
    return browser.run(
        f"return Array.from(document.querySelector('#{table} tbody').rows, r => r.cells[{index}].dataset.v || r.cells[{index}].textContent)"
    )


def check_sort(browser):
    press = "document.querySelectorAll('#table thead button')[{}].click()"
    browser.run(press.format(3))
    up = [float(value) for value in column(browser, "table", 3)]
    check(f"a heading sorts {len(up)} rows by throughput", up == sorted(up) and up[0] < up[-1], up[:5])
    browser.run(press.format(3))
    down = [float(value) for value in column(browser, "table", 3)]
    check("again, downwards", down == up[::-1])
    state = browser.run("return document.querySelectorAll('#table th')[3].getAttribute('aria-sort')")
    check("and says so to screen readers", state == "descending", state)
    browser.run(press.format(2))
    names = column(browser, "table", 2)
    check("text sorts by alphabet", names == sorted(names), names[:3])


def check_samples(browser):
    opened = browser.run(
        """document.querySelectorAll('#samples details').forEach(d => { d.open = true; });
           return document.querySelectorAll('#samples details details').length"""
    )
    rows = browser.run(
        """return new Promise(done => setTimeout(() =>
             done(document.querySelectorAll('#samples tbody tr').length), 300))"""
    )
    check(f"raw samples unfold: {opened} groups, {rows} rows", opened == 44 and rows == 1760, (opened, rows))


def check_colours(browser, path):
    grounds = []
    for dark in (False, True):
        browser.show(path, dark=dark)
        ground, ink, line = browser.run(
            """const style = e => getComputedStyle(e);
               return [style(document.body).backgroundColor, style(document.body).color,
                       style(document.querySelector('.line')).stroke]"""
        )
        grounds.append((ground, ink, line))
        quiet(browser, path, "dark" if dark else "light")
    check("light and dark differ in ground, ink and lines", all(a != b for a, b in zip(*grounds)), grounds)


def check_widths(browser, path):
    for width in (400, 768, 1600):
        browser.show(path, width=width)
        full, window = overflow(browser)
        check(f"{width} px wide: no overflow", full <= window == width, (full, window))


def check_default(browser):
    result = synthetic("default")
    path = page("default", result)
    size = os.path.getsize(path)
    check(f"page of the default matrix is below 2 MB: {size} bytes", size < 2_000_000)
    seconds = browser.show(path)
    check(f"it opens in {seconds:.1f} s", seconds < 5)
    quiet(browser, path, "default matrix")
    browser.run("console.error('probe'); document.body.append(Object.assign(document.createElement('img'), {src: 'https://192.0.2.1/'}))")
    seen = [entry["message"] for entry in browser.log("browser")]
    check("the console is listened to", any("probe" in message for message in seen), seen)
    check("the page's policy blocks a foreign picture", any("Content Security Policy" in message for message in seen), seen)
    browser.show(path)
    check_marks(browser, ["generic", "splice"])
    check_published(browser)
    check_hover(browser, ["generic", "splice"])
    check_zoom(browser)
    check_keyboard(browser)
    check_switch(browser, "splice")
    check_sort(browser)
    check_samples(browser)
    check_colours(browser, path)
    check_widths(browser, path)
    command = browser.run("return document.getElementById('command').textContent")
    with open(result, encoding="utf-8") as file:
        expected = json.load(file)["splicebench"]["environment"]["command"]
    check("the command to repeat is shown", command and command == expected, command)


def check_five_modes(browser):
    modes = ["generic", "splice", "generic:buffer=1MiB", "splice:pipe=64KiB", "sockmap"]
    new = synthetic("five", "20", "1", *modes)
    old = synthetic("old", "20", "0.8")
    path = page("five", new, old)
    browser.show(path, width=400)
    quiet(browser, path, "five modes, 400 px")
    full, window = overflow(browser)
    check("five modes, 400 px: no overflow", full <= window, (full, window))
    check_marks(browser, modes)
    check("old-new: a mark for each of 88 shared cases", len(set(marks(browser, "old-new"))) == 88)
    rows = browser.run("return Array.from(document.querySelectorAll('#compare table'), t => t.tBodies[0].rows.length)")
    check("old and new: tables of 88 rows", rows == [88, 88, 88], rows)


def check_print(browser):
    path = os.path.join(folder, "default.html")
    browser.show(path, dark=True)
    browser.cdp("Emulation.setEmulatedMedia", media="print")
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    check("print: white paper, dark screen or not", ground == "rgb(255, 255, 255)", ground)
    switches = browser.run("return Array.from(document.querySelectorAll('.switches input'), i => getComputedStyle(i).display)")
    names = browser.run("return document.querySelector('.switches .list').innerText.split(/\\s+/).filter(w => w)")
    check("print: modes with their marks as legend, nothing to switch", set(switches) == {"none"} and names == ["generic", "splice"], (switches, names))
    browser.cdp("Emulation.setEmulatedMedia", media="")


def main():
    for program in ("chromedriver", "chromium"):
        if shutil.which(program) is None:
            print(f"skipped: no {program} on PATH (Debian packages chromium, chromium-driver)")
            sys.exit(77)
    try:
        with Browser() as browser:
            check_default(browser)
            check_five_modes(browser)
            check_layouts(browser)
            check_hostile(browser)
            check_little(browser)
            check_print(browser)
    finally:
        shutil.rmtree(folder)


main()
