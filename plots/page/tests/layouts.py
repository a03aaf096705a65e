"""How pages are laid out: what is seen first, what fits, what touches, at several widths, in light and dark.

With SPLICEBENCH_SCREENSHOTS=DIR the pages are kept there as pictures, to be looked at."""

import json
import os
import subprocess

from page_tools import check, edited, folder, marks, overflow, page, quiet, splicebench, synthetic

VIEWS = [(1400, False), (1280, False), (527, False), (400, False), (1400, True), (400, True)]  # pixels, dark
PEERS = ["generic", "splice", "generic:buffer=1MiB", "splice:pipe=64KiB", "relay:haproxy-copy", "relay:haproxy-copy-1m",
         "relay:haproxy-splice", "relay:haproxy-splice-1m", "relay:nginx", "relay:socat", "relay:socat-1m",
         "relay:splicebench-generic-16k", "relay:splicebench-splice-64k", "direct"]

# Texts of drawn charts that touch another of the same panel, or leave it. Those of one axis may stand close.
TOUCHING = """
const found = [];
for (const svg of document.querySelectorAll('.plot svg')) {
  const frame = svg.getBoundingClientRect();
  const boxes = Array.from(svg.querySelectorAll('text'), t => [t.textContent, t.getBoundingClientRect()]).filter(b => b[1].width > 0);
  const chart = svg.closest('[data-chart]').dataset.chart;
  boxes.forEach(([text, a], i) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) found.push(chart + ': leaves: ' + text);
    for (const [other, b] of boxes.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 3) found.push(chart + ': touch: ' + text + ' / ' + other);
    }
  });
}
return found"""

# Tables wider than their boxes.
WIDE = """return Array.from(document.querySelectorAll('main .scroll')).filter(b => b.scrollWidth > b.clientWidth + 1)
  .map(b => b.getAttribute('aria-label') + ' ' + b.scrollWidth + ' in ' + b.clientWidth)"""

# The place of the first cell of a row before and after its box is scrolled to its end, and how far that was.
FIRST_COLUMN = """
return Array.from(document.querySelectorAll('main .scroll'), box => {
  const cell = box.querySelector('tbody tr').cells[0];
  box.scrollLeft = 0;
  const before = cell.getBoundingClientRect().left;
  box.scrollLeft = 1e6;
  return [box.getAttribute('aria-label'), box.scrollLeft, cell.getBoundingClientRect().left - before];
})"""

TOPS = """return Array.from(arguments, s => { const e = document.querySelector(s); return e ? e.getBoundingClientRect().top + scrollY : -1; })"""


def keep(browser, name):
    folder_of_pictures = os.environ.get("SPLICEBENCH_SCREENSHOTS")
    if folder_of_pictures:
        browser.picture(os.path.join(folder_of_pictures, name + ".png"))


def one_chunk(result):
    own = result["splicebench"]
    own["options"]["chunks"] = [65536]
    own["cases"] = [case for case in own["cases"] if case["chunk"] == 65536]
    result["benchmarks"] = [entry for entry in result["benchmarks"] if entry["chunk"] == 65536]


def two_states(result):
    """tcp-to-tcp splice at 16 KiB: in two of five rounds a third as fast."""
    for entry in result["benchmarks"]:
        if (entry["run_type"], entry["path"], entry["mode"], entry["chunk"]) != ("iteration", "tcp-to-tcp", "splice", 16384):
            continue
        if entry["round"] % 5 < 2:
            for key in ("seconds", "real_time"):
                entry[key] *= 3


def slower(result):
    """unix-to-tcp is slower by a quarter at two chunks: what a whole path does is no claim."""
    for entry in result["benchmarks"]:
        if entry["run_type"] == "iteration" and entry["path"] == "unix-to-tcp" and entry["chunk"] in (4096, 65536):
            for key in ("seconds", "real_time"):
                entry[key] *= 1.25


def ping_page():
    result = os.path.join(folder, "ping.json")
    subprocess.run([splicebench, "ping", "-n", "400", "--rounds", "8", "--size", "1KiB..4KiB", "--quiet", "--out", result],
                   check=True, stdout=subprocess.DEVNULL)
    return page("ping", result)


def check_seen(browser, path, name):
    """No width lets a page run over, a chart cut a text, or two touch."""
    for width, dark in VIEWS:
        browser.show(path, width=width, height=800, dark=dark)
        what = f"{name}, {width} px, {'dark' if dark else 'light'}"
        keep(browser, what.replace(", ", "-").replace(" ", ""))
        full, window = overflow(browser)
        check(f"{what}: no overflow", full <= window == width, (full, window))
        touching = browser.run(TOUCHING)
        check(f"{what}: no text of a chart is cut or touches another", not touching, touching[:6])
        if width >= 1280:
            wide = browser.run(WIDE)
            check(f"{what}: tables fit", not wide, wide)
        if width == 527:
            moved = browser.run(FIRST_COLUMN)
            check(f"{what}: tables scroll within their boxes", any(far > 20 for _, far, _ in moved), moved)
            check(f"{what}: and keep their first column", all(abs(by) < 1 for _, far, by in moved if far > 0), moved)
    quiet(browser, path, name)


def check_first(browser, path, name):
    browser.show(path, width=1280, height=800)
    lowest = browser.run("return Math.max(...Array.from(document.querySelectorAll('#answer .card'), c => c.getBoundingClientRect().bottom))")
    check(f"{name}: the recommendation is seen without scrolling at 1280 x 800", 0 < lowest <= 800, lowest)
    places = browser.run(TOPS, "h1", "#answer", "[data-chart=change]", "#map", ".warnings", "#findings", "#charts", "#table")
    there = [place for place in places if place >= 0]
    check(f"{name}: question, cards, change, map, warnings, findings, charts, table", there == sorted(there) and len(there) >= 7, places)


def check_own_chart_of_change(browser):
    rows = browser.run("""return Array.from(document.querySelectorAll('[data-chart=change] figure'), f =>
        [f.getBoundingClientRect().left, f.querySelectorAll('text').length, f.textContent.includes('64\u00a0KiB')])""")
    check("change: a row per path, the last with the chunks", len({row[0] for row in rows}) == 1 and [row[2] for row in rows] == [False] * (len(rows) - 1) + [True], rows)
    ends = browser.run("return Array.from(document.querySelectorAll('[data-chart=throughput] figure:first-child .end'), t => t.textContent)")
    check("throughput: lines have their names at their ends", sorted(ends) == ["generic", "splice"], ends)
    below = browser.run("return Array.from(document.querySelectorAll('.chart[data-chart]'), c => (c.querySelector('.below') || {textContent: ''}).textContent)")
    check("conditions stand under each chart", below and all("relay on CPU" in text for text in below), below[:2])
    better = browser.run("return Array.from(document.querySelectorAll('[data-chart=throughput] text, [data-chart=cpu] text'), t => t.textContent).filter(t => t.includes('is better'))")
    check("it says what is better", "throughput (GB/s), higher is better" in better and "CPU time (s/GB), lower is better" in better, better)


def check_states(browser):
    browser.show(page("states", edited(synthetic("states"), "two", two_states)))
    crosses = browser.run("return ['throughput', 'change'].map(c => document.querySelectorAll('[data-chart=' + c + '] .state').length)")
    check("two states are two crosses, of throughput and of its change", crosses == [2, 2], crosses)
    cells = browser.run("return Array.from(document.querySelectorAll('#table td'), t => t.textContent).filter(t => t.includes('|') || t.includes('two states'))")
    check("and in the table both with their shares, and no single change", any("40%" in cell for cell in cells) and any("two states" in cell for cell in cells), cells)


def check_floor(browser):
    browser.show(page("floor", synthetic("floor", "20", "1", "generic", "splice", "direct")))
    lines = browser.run("return ['throughput', 'change', 'cpu', 'samples'].map(c => document.querySelectorAll('[data-chart=' + c + '] .mf').length)")
    check("the floor is a line of throughput, and no competitor", lines == [8, 0, 0, 0], lines)
    check("without a mark", not any(" direct " in case for case in marks(browser, "throughput")))
    look = browser.run("const l = document.querySelector('[data-chart=throughput] .floor'); return [getComputedStyle(l).stroke, parseFloat(getComputedStyle(l).strokeWidth)]")
    check("thin and grey", look == ["rgb(138, 146, 156)", 1.2], look)


def check_ranked(browser):
    path = page("peers", edited(synthetic("many", "8", "1", *PEERS), "peers", one_chunk))
    check_seen(browser, path, "peers")
    check_first(browser, path, "peers")
    rows = browser.run("return Array.from(document.querySelectorAll('[data-chart=throughput] figure:first-child .name'), t => t.textContent)")
    check(f"one chunk: {len(PEERS)} rows, each named", len(set(rows)) == len(PEERS), rows)
    values = browser.run("return Array.from(document.querySelectorAll('[data-chart=throughput] figure:first-child .value'), t => parseFloat(t.textContent))")
    check("sorted, the fastest on top", values == sorted(values, reverse=True), values)
    cheap = browser.run("return Array.from(document.querySelectorAll('[data-chart=cpu] figure:first-child .value'), t => parseFloat(t.textContent))")
    check("CPU: the cheapest on top", cheap == sorted(cheap) and len(cheap) == len(PEERS) - 1, cheap)
    floors = browser.run("return document.querySelectorAll('[data-chart=throughput] figure:first-child .floor').length")
    check("the floor is a line through all rows", floors == 1, floors)
    hues = browser.run("""return Object.fromEntries(Array.from(document.querySelectorAll('.switches label'), l =>
        [l.textContent.trim(), getComputedStyle(l.querySelector('.fill')).fill]))""")
    check("no two modes share a colour", len(set(hues.values())) == len(hues), hues)


def check_changes(browser):
    new = edited(synthetic("base"), "slower", slower)
    path = page("slower", new, os.path.join(folder, "base.json"))
    check_seen(browser, path, "changed")
    browser.show(path, width=1280, height=800)
    title = browser.run("return document.querySelector('h1').textContent")
    check("with an older result the title says what changed", "4 slower (worst \u22122" in title, title)
    first = browser.run("return Array.from(document.querySelector('#compare tbody').rows, r => r.className)")
    check("what changed stands first in its table", first == ["worse"] * 4 + [""] * 84, first)
    places = browser.run(TOPS, "#changed", "#answer", "[data-chart=old-new]", "#compare", "#table")
    check("and everywhere", places == sorted(places) and places[0] >= 0, places)
    listed = browser.run("return Array.from(document.querySelectorAll('#changed li'), l => l.textContent)")
    check("the worst are named", len(listed) == 3 and all("unix-to-tcp" in one for one in listed), listed)


def check_ping(browser):
    path = ping_page()
    check_seen(browser, path, "ping")
    browser.show(path, width=1280, height=800)
    found = browser.run("return ['percentiles', 'latency'].map(c => document.querySelectorAll('[data-chart=' + c + '] .line, [data-chart=' + c + '] .floor').length)")
    check("ping: curves of percentiles and of sizes", all(found), found)
    marks_of_axis = browser.run("return Array.from(document.querySelectorAll('[data-chart=percentiles] figure:first-child text'), t => t.textContent)")
    check("ping: the axis has the nines", {"0", "90", "99"} <= set(marks_of_axis), marks_of_axis)
    rows = browser.run("return Array.from(document.querySelectorAll('main table'), t => t.tBodies[0].rows.length)")
    check("ping: tables of percentiles and rates", len(rows) == 2 and rows[0] == rows[1] > 3, rows)


def check_layouts(browser):
    result = synthetic("plain")
    path = page("plain", result)
    with open(result, encoding="utf-8") as file:
        check("the result is of the default's kind", len(json.load(file)["splicebench"]["cases"]) == 88)
    check_seen(browser, path, "default")
    check_first(browser, path, "default")
    check_own_chart_of_change(browser)
    check_states(browser)
    check_floor(browser)
    check_ranked(browser)
    check_changes(browser)
    check_ping(browser)
