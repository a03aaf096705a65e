"""Pages of results with hostile text, and of results that lack something."""

import os

from page_tools import check, edited, folder, marks, overflow, page, plot_box, quiet, synthetic, tip

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>\"'`<!-- \u2028 ${1}"


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
        for place, entry in enumerate(e for e in result["benchmarks"] if e["run_type"] == "iteration" and (e["path"], e["mode"], e["chunk"]) == ("tcp-to-tcp", "splice", 4096)):
            if place % 4 == 0:  # a third would move the estimate itself, and alike they would be a second state
                for key in ("seconds", "real_time"):
                    entry[key] /= 2 + 0.6 * place

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
