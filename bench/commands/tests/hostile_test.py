#!/usr/bin/env python3
"""hostile_test.py SPLICEBENCH WRITE_SYNTHETIC: nothing that stands in a result is ever run, by gnuplot, the shell or a
browser, or obeyed by a terminal or a spreadsheet, and no link is followed where charts, scripts and pages are written."""

import html.parser
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

SPLICEBENCH, WRITE_SYNTHETIC = (os.path.abspath(path) for path in sys.argv[1:3])

# Short, so that no chart clips them; each would make the file "pwned" in the working directory if it were interpreted.
RUN = 'system("touch pwned")'
PAYLOADS = {
    "single quotes": f"'; {RUN}; a='",
    "runs of quotes": f"''' {RUN} '' {RUN} ''''; {RUN} #'",
    "double quotes": f'"; {RUN}; a="',
    "backquotes": "`touch pwned`",
    "backquotes in double quotes": '"`touch pwned`"',
    "a shell line": "\n!touch pwned\n",
    "a command line": f"\n{RUN}\nset label 'x'\n",
    "other ends of line": f"\r{RUN}\x0b\x0c\x85\u2028{RUN}",
    "escapes": f"\\'; {RUN} \\042; {RUN} #",
    "macros": "@x @ARG0 @GPVAL_TERM",
    "pipes": "| touch pwned",
    "piped input": "'< touch pwned' '<touch pwned'",
    "a shell's substitution": "$(touch pwned);touch pwned&",
    "formats": "%s%n%d %h %1000000d %",
    "the end of data": "\nEOD\ne\nEOF\n" + RUN,
    "a comment and a continuation": f"# \\\n{RUN}",
}
MARKUP = "{/Symbol a}_{b}^c &{x} @{y} ~a{b}"


def spoil(result, text):
    """Puts `text` wherever a result has a free text."""
    own = result["splicebench"]
    for key, value in own["environment"].items():
        if isinstance(value, str):
            own["environment"][key] = text
    for entry in own["cases"] + result["benchmarks"]:
        entry["mode"] += text
        entry["path"] += text
    own["options"]["modes"] = [mode + text for mode in own["options"]["modes"]]
    own["options"]["paths"] = [path + text for path in own["options"]["paths"]]
    own["warnings"].append({"code": text, "text": text, "advice": text})
    result["benchmarks"][0].update(error_occurred=True, error_message=text)


class HostileTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="splicebench-hostile-")
        self.out = os.path.join(self.folder, "out")
        self.good = os.path.join(self.folder, "good.json")
        subprocess.run([WRITE_SYNTHETIC, self.good, "3"], check=True)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def run_program(self, *arguments, **environment):
        return subprocess.run([SPLICEBENCH, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
                              env={**os.environ, **environment})

    def spoilt(self, text, name="bad.json"):
        with open(self.good, encoding="utf-8") as file:
            result = json.load(file)
        spoil(result, text)
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            json.dump(result, file)
        return name

    def expect_nothing_was_run(self):
        for folder, _, names in os.walk(self.folder):
            self.assertNotIn("pwned", names, folder)

    def text_of(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()


class InGnuplot(HostileTest):
    def test_nothing_is_run_when_charts_are_drawn_or_their_scripts_are_run_again(self):
        for what, payload in PAYLOADS.items():
            with self.subTest(what):
                shutil.rmtree(self.out, ignore_errors=True)
                answer = self.run_program("plot", self.spoilt(payload), "-o", self.out, "--keep-scripts", "--charts",
                                          "throughput", "--format", "svg")
                self.assertEqual(answer.returncode, 0, answer.stderr)
                xml.dom.minidom.parse(os.path.join(self.out, "throughput.svg"))
                os.remove(os.path.join(self.out, "throughput.svg"))
                again = subprocess.run(["gnuplot", "--default-settings", "throughput.gp"], cwd=self.out, check=False,
                                       capture_output=True)
                self.assertEqual((again.returncode, again.stderr), (0, b""))
                xml.dom.minidom.parse(os.path.join(self.out, "throughput.svg"))
                self.expect_nothing_was_run()

    def test_nothing_is_run_by_any_chart_or_by_the_name_of_a_file(self):
        text = "'\"`touch pwned`\n" + RUN
        names = [self.spoilt(text, "< touch pwned"), self.spoilt(text, "'`touch pwned`'.json")]
        answer = self.run_program("plot", *names, "-o", self.out, "--keep-scripts", "--format", "svg")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        scripts = [name for name in os.listdir(self.out) if name.endswith(".gp")]
        self.assertGreater(len(scripts), 4)
        for script in scripts:
            again = subprocess.run(["gnuplot", "--default-settings", script], cwd=self.out, capture_output=True, check=False)
            self.assertEqual((again.returncode, again.stderr), (0, b""), script)
        self.expect_nothing_was_run()

    def test_markup_and_formats_are_shown_as_they_are(self):
        for text in (MARKUP, "%s%n %h", "a`b`c"):
            answer = self.run_program("plot", self.spoilt(text), "-o", self.out, "--charts", "throughput", "--format", "svg")
            self.assertEqual(answer.returncode, 0, answer.stderr)
            svg = xml.dom.minidom.parse(os.path.join(self.out, "throughput.svg"))
            shown = ["".join(node.data for node in element.getElementsByTagName("*")[0].childNodes if node.nodeType == 3)
                     if element.getElementsByTagName("*") else element.firstChild.data
                     for element in svg.getElementsByTagName("text") if element.firstChild]
            self.assertTrue(any(text in line.replace("\xa0", " ") for line in shown), (text, shown))

    def test_gnuplot_gets_nothing_of_the_environment_and_no_start_up_file(self):
        os.mkdir(os.path.join(self.folder, "bin"))
        program = os.path.join(self.folder, "bin", "gnuplot")
        real = shutil.which("gnuplot")
        with open(program, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\ntr '\\0' '\\n' < /proc/self/environ > {self.folder}/environment\nexec {real} \"$@\"\n")
        os.chmod(program, 0o755)
        with open(os.path.join(self.folder, ".gnuplot"), "w", encoding="utf-8") as file:
            file.write(RUN + "\n")
        answer = self.run_program("plot", self.good, "-o", self.out, "--charts", "throughput", "--format", "svg",
                                  PATH=os.path.join(self.folder, "bin") + ":" + os.environ["PATH"], HOME=self.folder,
                                  SECRET="x", GNUTERM="dumb", LD_LIBRARY_PATH="/nonexistent", GNUPLOT_LIB=self.folder)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        names = {line.split("=")[0] for line in self.text_of("environment").splitlines()}
        self.assertLessEqual(names, {"LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"})
        self.expect_nothing_was_run()


class Page(html.parser.HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags = set()
        self.attributes = set()
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.scripts += tag == "script"


class InThePage(HostileTest):
    def test_no_text_of_a_result_becomes_markup_or_script(self):
        self.assertEqual(self.run_program("report", self.good, "-o", "good.html").returncode, 0)
        usual = Page(self.text_of("good.html"))
        for payload in ("<script>pwned()</script>", "</script><script>pwned()</script>", "<img src=x onerror=pwned()>",
                        "\" onload=\"pwned()", "' onload='pwned()", "<!--<script>pwned()", "]]><b>pwned()</b>"):
            with self.subTest(payload):
                answer = self.run_program("report", self.spoilt(payload), "-o", "page.html")
                self.assertEqual(answer.returncode, 0, answer.stderr)
                page = Page(self.text_of("page.html"))
                self.assertIn("pwned()", self.text_of("page.html"))
                self.assertEqual(page.tags - usual.tags, set())
                self.assertEqual(page.scripts, usual.scripts)
                self.assertFalse([name for name in page.attributes if name.startswith("on")])


class OnATerminal(HostileTest):
    """Controls of a file reach no terminal, and what they stand in stays readable."""
    CONTROLS = "\x1b[2J\x9b2J\x07\u202e\u2066\u200f\x7f\x00\r"
    FORBIDDEN = [character for character in CONTROLS if character not in "[2J\r"]

    def shown(self, *arguments):
        """What a terminal gets on both streams."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([SPLICEBENCH, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                              env={**os.environ, "NO_COLOR": "1"}):
            os.close(theirs)
            text = b""
            while True:
                try:
                    text += os.read(ours, 65536)
                except OSError:  # EIO: the program has ended
                    break
        os.close(ours)
        # The terminal's own end of line, and ours over the line of progress.
        return text.decode().replace("\r\n", "\n").replace("\r\x1b[K", "")

    def expect_tame(self, text, *parts):
        for character in [*self.FORBIDDEN, "\r"]:
            self.assertNotIn(character, text)
        for part in parts:
            self.assertIn(part, text)

    def go_text(self, name):
        with open(os.path.join(self.folder, "bad.txt"), "w", encoding="utf-8", newline="") as file:
            file.write(f"cpu: {name}\n" + f"Benchmark{name} 10 5 ns/op\nBenchmarkOther 10 5 ns/op\nBenchmarkLost{name} 10 x ns/op\n")

    def test_of_compare_in_any_format(self):
        self.go_text("Odd" + self.CONTROLS.replace("\r", ""))
        for form in ("text", "csv", "markdown"):
            with self.subTest(form):
                self.expect_tame(self.shown("compare", "bad.txt", "bad.txt", "--format", form), "Odd", "geomean", "parsing measurement")
        bad = self.spoilt(self.CONTROLS)
        for form in ("text", "csv", "json", "markdown"):
            with self.subTest(form):
                self.expect_tame(self.shown("compare", "--paired", bad, "--format", form), "splice", "relay-cpu-sec/GB")
        self.expect_tame(self.shown("compare", bad, bad), "splice")

    def test_of_replicate_and_of_a_run_that_is_not_resumed(self):
        bad = self.spoilt(self.CONTROLS)
        self.expect_tame(self.shown("replicate", bad), "go-2022")
        self.expect_tame(self.shown("run", "--resume", bad), "--resume")
        self.expect_tame(self.shown("run", "--resume", bad, "--list"), "splice")

    def test_not_even_elsewhere_in_diagnostics(self):
        self.go_text("Odd" + self.CONTROLS.replace("\r", ""))
        answer = self.run_program("compare", "bad.txt", "bad.txt")
        self.expect_tame(answer.stderr, "parsing measurement")
        self.assertIn("\x1b", answer.stdout, "a file gets what was there")
        answer = self.run_program("run", "--resume", self.spoilt(self.CONTROLS))
        self.assertEqual(answer.returncode, 2)
        self.expect_tame(answer.stderr, "--resume")

    def test_a_name_of_any_length_stays_short(self):
        self.go_text("Odd" + 900_000 * "x")
        self.assertLess(len(self.shown("compare", "bad.txt", "bad.txt")), 10_000)
        self.assertLess(len(self.run_program("compare", "bad.txt", "bad.txt").stderr), 10_000)
        bad = self.spoilt(20_000 * "x")  # in a thousand places
        self.assertLess(len(self.run_program("run", "--resume", bad).stderr), 3_000)
        self.assertLess(len(self.shown("compare", "--paired", bad)), 100_000)


class InASpreadsheet(HostileTest):
    def test_no_name_becomes_a_formula(self):
        for start in "=@":
            name = start + "HYPERLINK(1)"
            with open(os.path.join(self.folder, "bad.txt"), "w", encoding="utf-8") as file:
                file.write(f"Benchmark{name} 10 5 ns/op\n")
            for arguments in ([], ["--col", ".fullname", "--row", ".file"]):
                answer = self.run_program("compare", "bad.txt", "bad.txt", "--format", "csv", *arguments)
                cells = [cell.strip('"') for line in answer.stdout.splitlines() for cell in line.split(",")]
                self.assertIn("'" + name, cells, answer.stderr)
                self.assertFalse([cell for cell in cells if cell.startswith(("=", "@"))])


class Links(HostileTest):
    def expect_refused(self, *arguments):
        answer = self.run_program(*arguments)
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertRegex(answer.stderr, r"^splicebench: \S+ is a symbolic link, .*\n$")
        self.assertEqual(answer.stdout, "")
        self.assertEqual(self.text_of("victim"), "precious")

    def test_in_place_of_charts_scripts_and_pages_are_neither_followed_nor_replaced(self):
        with open(os.path.join(self.folder, "victim"), "w", encoding="utf-8") as file:
            file.write("precious")
        for name in ("throughput.svg", "throughput.gp", "page.html"):
            shutil.rmtree(self.out, ignore_errors=True)
            os.mkdir(self.out)
            link = os.path.join(self.out, name)
            os.symlink("../victim", link)
            if name == "page.html":
                self.expect_refused("report", self.good, "-o", link)
            else:
                self.expect_refused("plot", self.good, "-o", self.out, "--keep-scripts", "--charts", "throughput", "--format", "svg")
            self.assertEqual(os.listdir(self.out), [name])

    def test_the_umask_is_the_users(self):
        umask = os.umask(0o027)
        try:
            self.run_program("plot", self.good, "-o", self.out, "--keep-scripts", "--charts", "throughput", "--format", "svg")
            self.run_program("report", self.good, "-o", os.path.join(self.out, "page.html"))
        finally:
            os.umask(umask)
        for name in ("throughput.svg", "throughput.gp", "page.html"):
            self.assertEqual(os.stat(os.path.join(self.out, name)).st_mode & 0o777, 0o640, name)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[3:]])
