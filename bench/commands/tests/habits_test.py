#!/usr/bin/env python3
"""habits_test.py SPLICEBENCH DOCUMENTS PAGE...: help, version, suggestions, colours, man pages and completions."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

PROGRAM, DOCUMENTS = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
PAGES = sys.argv[3:]


def start(*words, **environment):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, env={**os.environ, **environment})


def commands():
    section = start("--help").stdout.split("Subcommands:\n")[1]
    return re.findall(r"^  (\w+) ", section, re.M)


class Help(unittest.TestCase):
    def test_fits_80_columns_and_names_every_flag_once(self):
        for words in [[], *([name] for name in commands())]:
            with self.subTest(words):
                run = start(*words, "--help")
                self.assertEqual((run.returncode, run.stderr), (0, ""))
                self.assertEqual([line for line in run.stdout.splitlines() if len(line) > 80], [])
                flags = re.findall(r"^  (?:-\w,)?(--[\w-]+)", run.stdout, re.M)
                self.assertEqual(len(flags), len(set(flags)))

    def test_loses_no_word_to_the_width(self):
        text = " ".join(start("run", "--help").stdout.split())
        self.assertIn("who shares a CPU: writer+relay, relay+reader, alone (the relay), same, spread, none, auto", text)
        self.assertIn("complete the run of this result file", text)

    def test_has_no_command_that_is_not_for_people(self):
        self.assertNotIn("documents", commands())


class Version(unittest.TestCase):
    def test_is_said(self):
        self.assertRegex(start("--version").stdout, r"^splicebench \d+\.\d+\.\d+\n$")

    def test_so_are_licences_of_what_is_embedded(self):
        text = start("--licences").stdout
        for name in ("D3", "CLI11", "JSON for Modern C++", "Boost", "xxHash", "BSD-3-Clause", "MIT"):
            self.assertIn(name, text)


class Typo(unittest.TestCase):
    def test_gets_the_nearest_that_there_is(self):
        for words, meant in ((["plto"], "plot"), (["--verison"], "--version"), (["run", "--round", "3"], "--rounds"),
                             (["show", "--formt", "csv", "r.json"], "--format")):
            run = start(*words)
            self.assertEqual(run.returncode, 2)
            self.assertEqual(len(run.stderr.splitlines()), 1)
            self.assertIn(f"did you mean '{meant}'?", run.stderr)

    def test_plot_alone_says_what_it_takes(self):
        self.assertIn("give a result file", start("plot").stderr)


class Documents(unittest.TestCase):
    def test_there_is_a_page_for_every_command(self):
        self.assertEqual(sorted(PAGES), sorted(["splicebench.1", *(f"splicebench-{name}.1" for name in commands())]))

    def test_a_page_has_every_flag_and_no_fault(self):
        for page in PAGES:
            with self.subTest(page):
                groff = subprocess.run(["groff", "-man", "-ww", "-Wbreak", "-Tutf8", "-P-cbou", DOCUMENTS / page], capture_output=True, text=True, check=True)
                self.assertEqual(groff.stderr, "")
                self.assertEqual(groff.stdout.count("SEE ALSO"), 1)
                command = page.removesuffix(".1").partition("-")[2]
                for flag in re.findall(r"^  (?:-\w,)?(--[\w-]+)", start(*filter(None, [command]), "--help").stdout, re.M):
                    self.assertIn(flag, groff.stdout)

    def complete(self, line):
        script = 'source "$1"; COMP_WORDS=($2); [[ $2 == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _splicebench; ' \
                 'printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script, "bash", DOCUMENTS / "splicebench.bash", line], capture_output=True, text=True, check=True)
        return done.stdout.split()

    def test_bash_completes_commands_and_flags(self):
        self.assertEqual(sorted(self.complete("splicebench re")), ["relay", "replicate", "report"])
        self.assertEqual(self.complete("splicebench run --rou"), ["--rounds"])
        self.assertEqual(self.complete("splicebench show r"), [])

    def test_zsh_and_fish_take_theirs(self):
        for shell, name in (("zsh", "_splicebench"), ("fish", "splicebench.fish")):
            if shutil.which(shell):
                self.assertEqual(subprocess.run([shell, "-n", DOCUMENTS / name], capture_output=True, text=True, check=False).stderr, "")
            text = (DOCUMENTS / name).read_text()
            for command in commands():
                self.assertIn(command, text)


unittest.main(argv=sys.argv[:1])
