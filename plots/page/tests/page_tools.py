"""What tests of pages in a browser share: results, their pages, and what a page shows."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../testing"))
from invented import check, edited, folder, splicebench, synthetic  # noqa: E402, F401


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
