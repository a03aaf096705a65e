#!/usr/bin/env python3
"""browser_test.py SPLICEBENCH WRITE_SYNTHETIC: the report in a real browser.

Prints a line per behaviour that was checked; exits 1 at the first that fails, 77 (skipped) where
there is no Chromium.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from webdriver import Browser

RIGHT, ESCAPE = "\ue014", "\ue00c"
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>\"'`<!-- \u2028 ${1}"
CHARTS = ["throughput", "change", "change-cpu", "cpu", "bytes-per-call", "calls-per-mib", "samples"]

splicebench, write_synthetic = (os.path.abspath(path) for path in sys.argv[1:3])
folder = tempfile.mkdtemp(prefix="splicebench-page-")


def check(what, condition, seen=""):
    if not condition:
        print(f"FAILED  {what}: {seen}")
        sys.exit(1)
    print(f"ok      {what}")


def synthetic(name, *arguments):
    path = os.path.join(folder, name + ".json")
    subprocess.run([write_synthetic, path, *arguments], check=True)
    return path


def edited(path, name, edit):
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    edit(result)
    changed = os.path.join(folder, name + ".json")
    with open(changed, "w", encoding="utf-8") as file:
        json.dump(result, file)
    return changed


def page(name, *results):
    path = os.path.join(folder, name + ".html")
    subprocess.run([splicebench, "report", *results, "-o", path], check=True, stdout=subprocess.DEVNULL)
    return path


def quiet(browser, path, what):
    """No message in the console, no request but for the file itself, no script from elsewhere."""
    problems = [entry for entry in browser.log("browser") if entry["level"] != "DEBUG"]
    check(f"{what}: console is empty", not problems, problems)
    requests = browser.requests()
    check(f"{what}: requests are seen at all", f"file://{path}" in requests, requests)
    asked = [url for url in requests if url != f"file://{path}" and not url.startswith("data:")]
    check(f"{what}: nothing is requested", not asked, asked)
    check(f"{what}: script ran to its end", browser.run("return document.documentElement.dataset.ready") == "yes")


def overflow(browser):
    return browser.run(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )


def marks(browser, chart):
    """Cases that have a mark in a chart, as 'path mode chunk'."""
    return browser.run(
        """return Array.from(document.querySelectorAll('[data-chart="' + arguments[0] + '"] .mark'), m =>
             [m.closest('figure').querySelector('figcaption').textContent, m.dataset.mode, m.dataset.chunk].join(' '))""",
        chart,
    )


def plot_box(browser, chart):
    """The first panel of a chart, scrolled into the window, below the switches."""
    return browser.run(
        """const plot = document.querySelector('[data-chart="' + arguments[0] + '"] .plot');
           plot.scrollIntoView({block: 'center', behavior: 'instant'});
           const box = plot.getBoundingClientRect();
           return {x: box.left, y: box.top, width: box.width, height: box.height}""",
        chart,
    )


def tip(browser):
    return browser.run("const t = document.querySelector('.tip'); return t.hidden ? '' : t.innerText")


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


def check_hostile(browser):
    def spoil(result):
        own = result["splicebench"]
        for key, value in own["environment"].items():
            if isinstance(value, str):
                own["environment"][key] = HOSTILE + key
        own["warnings"].append({"code": HOSTILE, "text": HOSTILE, "advice": HOSTILE})
        for entry in own["cases"] + result["benchmarks"]:
            entry["mode"] = entry["mode"].replace("splice", "splice" + HOSTILE)
            entry["path"] = entry["path"].replace("unix", HOSTILE + "\u202eunix")
        own["options"]["modes"] = ["generic", "splice" + HOSTILE]
        own["options"]["file_dir"] = HOSTILE
        broken = next(e for e in result["benchmarks"] if e["round"] == 3)
        broken.update(error_occurred=True, error_message=HOSTILE)

    result = edited(synthetic("plain"), "hostile", spoil)
    path = page("hostile", result, result)
    browser.show(path, width=400)
    quiet(browser, path, "hostile text")
    check("hostile text ran nothing", browser.run("return window.hacked") is None)
    check("hostile text made no element", browser.run("return document.querySelectorAll('img, main script').length") == 0)
    shown = browser.run("return Array.from(document.querySelectorAll('.switches span'), s => s.textContent)")
    check("hostile mode is shown as it is", len(shown) == 2 and "</script><script>" in shown[1], shown)
    full, window = overflow(browser)
    check("hostile text does not overflow 400 px", full <= window, (full, window))
    box = plot_box(browser, "change")
    browser.pointer(("move", box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4))
    check("hostile mode can be pointed at", "</script>" in tip(browser) and browser.run("return window.hacked") is None, tip(browser))


def check_little(browser):
    one = page("one", synthetic("one", "1"))
    browser.show(one)
    quiet(browser, one, "one round")
    box = plot_box(browser, "throughput")
    browser.pointer(("move", box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4))
    check("one round: value without interval", "GB/s" in tip(browser) and "[" not in tip(browser), tip(browser))

    def lose(result):
        def gone(entry):
            return (entry["path"] == "unix-to-tcp" or entry["chunk"] == 8192) and entry["mode"] == "splice"

        result["benchmarks"] = [entry for entry in result["benchmarks"] if not gone(entry)]
        for entry in result["benchmarks"]:
            if entry["path"] == "tcp-to-file":
                entry.update(error_occurred=True, error_message="reader hung up")

    missing = page("missing", edited(synthetic("whole"), "missing", lose))
    browser.show(missing)
    quiet(browser, missing, "missing cases")
    found = marks(browser, "throughput")
    check("missing cases have no mark", not any("splice 8192" in case or "tcp-to-file" in case for case in found))
    check("and the rest has", len(set(found)) == 11 * 3 + 10 * 2, len(set(found)))
    empty = browser.run("return Array.from(document.querySelectorAll('[data-chart=throughput] .empty'), e => e.textContent)")
    check("a path without a good sample says so", empty == ["no good sample of this path"], empty)
    gaps = browser.run("return document.querySelectorAll('[data-chart=throughput] figure:first-child .m1 .line').length")
    check("a missing chunk is a gap in the line", gaps == 2, gaps)

    def thin(result):
        own = result["splicebench"]
        own["options"]["chunks"] = [1024, 65536]
        own["cases"] = [case for case in own["cases"] if case["chunk"] in (1024, 65536)]
        result["benchmarks"] = [entry for entry in result["benchmarks"] if entry["chunk"] in (1024, 65536)]

    browser.show(page("quick", edited(synthetic("full"), "quick", thin), synthetic("full")))
    for chart in ("throughput", "change", "old-new"):
        lines = browser.run("return Array.from(document.querySelectorAll('[data-chart=' + arguments[0] + '] figure:first-child .line'), l => l.getAttribute('d').split('L').length)", chart)
        check(f"{chart}: a chunk that only the other result has is no gap", lines and set(lines) == {2}, lines)
    def unsure(result):
        for place, entry in enumerate(e for e in result["benchmarks"] if (e["path"], e["mode"], e["chunk"]) == ("tcp-to-tcp", "splice", 4096)):
            if place % 3 == 0:
                for key in ("seconds", "real_time"):
                    entry[key] /= 12

    labels = "return Array.from(document.querySelectorAll('[data-chart=change] figure:first-child text'), t => Number(t.textContent.replace('\u2212', '-'))).filter(n => n)"
    browser.show(page("sure", synthetic("sure")))
    usual = max(browser.run(labels))
    browser.show(page("unsure", edited(synthetic("sure"), "unsure", unsure)))
    check("one unsure interval does not set the frame", max(browser.run(labels)) <= 2.5 * usual, (usual, browser.run(labels)))
    cut = browser.run("return Array.from(document.querySelectorAll('[data-chart=change] .bar')).filter(b => b.getAttribute('d').includes('L')).length")
    check("but is an arrow to it", cut == 1, cut)
    browser.show(page("full", synthetic("full"), os.path.join(folder, "quick.json")))
    lines = browser.run("return Array.from(document.querySelectorAll('[data-chart=old-new] figure:first-child .line'), l => l.getAttribute('d').split('L').length)")
    check("old-new: nor is one that only the newer has", lines and set(lines) == {2}, lines)


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
            check_hostile(browser)
            check_little(browser)
            check_print(browser)
    finally:
        shutil.rmtree(folder)


main()
