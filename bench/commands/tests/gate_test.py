#!/usr/bin/env python3
"""gate_test.py SPLICEBENCH: `compare --fail-on` as a CI job calls it, and what `compare` refuses, by exit status and output."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()

SLOW = [110, 111, 112, 113, 114, 115]
FAST = [100, 101, 102, 103, 104, 105]
# Tied, of unequal size: p is 0.400, benchstat's is 0.
ONE, FOUR = [9], [1, 1, 2, 2]


def text(**benchmarks):
    """Go benchmark text: name=values in ns/op, or name=(unit, values)."""
    lines = []
    for name, figures in benchmarks.items():
        unit, values = figures if isinstance(figures, tuple) else ("ns/op", figures)
        lines += [f"Benchmark{name} 1 {value} {unit}\n" for value in values]
    return "".join(lines)


class CompareTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="splicebench-gate-")
        self.addCleanup(self.folder.cleanup)

    def compare(self, old, new, *flags):
        for name, content in (("old.txt", old), ("new.txt", new)):
            pathlib.Path(self.folder.name, name).write_text(content, encoding="utf-8")
        return subprocess.run([PROGRAM, "compare", *flags, "old.txt", "new.txt"], text=True,
                              cwd=self.folder.name, capture_output=True, check=False)

    def start(self, *words):
        return subprocess.run([PROGRAM, *words], text=True, cwd=self.folder.name, capture_output=True, check=False, timeout=10)

    def assert_refused(self, run, *words):
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)


class Gate(CompareTest):
    def assert_passes(self, run):
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("sec/op", run.stdout)

    def test_passes_without_a_change(self):
        self.assert_passes(self.compare(text(A=FAST), text(A=FAST), "--fail-on", "5%"))

    def test_passes_within_the_limit(self):
        self.assert_passes(self.compare(text(A=FAST), text(A=SLOW), "--fail-on", "sec/op>+15%"))

    def test_passes_an_improvement(self):
        self.assert_passes(self.compare(text(A=SLOW), text(A=FAST), "--fail-on", "5%"))

    def test_passes_a_change_that_is_not_significant(self):
        spread = [50, 60, 100, 150, 180, 190]
        self.assert_passes(self.compare(text(A=FAST), text(A=spread), "--fail-on", "5%"))

    def test_names_the_row_beyond_the_limit_last(self):
        run = self.compare(text(A=FAST, Gone=FAST), text(A=SLOW), "--fail-on", "sec/op>+5%")
        self.assertEqual(run.returncode, 1)
        self.assertIn("A", run.stdout)  # the table stands as without a gate
        lines = run.stderr.splitlines()
        self.assertTrue(lines[0].startswith("warning: sec/op Gone"), run.stderr)
        self.assertEqual(lines[-1], "sec/op A: +9.76% (p=0.002 n=6), new.txt: beyond sec/op>+5%")

    def test_names_every_row_beyond_any_limit(self):
        run = self.compare(text(A=FAST, R=("MB/s", SLOW)), text(A=SLOW, R=("MB/s", FAST)),
                           "--fail-on", "sec/op>+5%", "--fail-on", "B/s<-3%")
        self.assertEqual(run.returncode, 1)
        self.assertEqual([line.split(":")[0] for line in run.stderr.splitlines()],
                         ["sec/op A", "B/s R"])

    def test_percentage_alone_takes_the_worse_direction_of_every_unit(self):
        run = self.compare(text(A=FAST, R=("MB/s", FAST)), text(A=SLOW, R=("MB/s", SLOW)),
                           "--fail-on", "5%")
        self.assertEqual(run.returncode, 1)
        self.assertEqual([line.split(":")[0] for line in run.stderr.splitlines()], ["sec/op A"])

    def test_says_how_often_it_fails_where_nothing_changed(self):
        for flags in ([], ["--format", "markdown"]):
            run = self.compare(text(A=FAST, B=FAST), text(A=FAST, B=FAST), "--fail-on", "5%", *flags)
            self.assertIn("\n--fail-on: 2 tests, corrected over all of them (Holm): of two results alike at most 5% fail\n", run.stdout)
        run = self.compare(text(A=FAST, B=FAST), text(A=FAST, B=FAST), "--fail-on", "5%", "--format", "json")
        self.assertIn('"tests": 2', run.stdout)

    def test_refuses_what_is_no_limit(self):
        for spec in ("5", "sec/op", "sec/op>x%", ">5%", ""):
            with self.subTest(spec=spec):
                run = self.compare(text(A=FAST), text(A=SLOW), "--fail-on", spec)
                self.assert_refused(run, f"'{spec}'", "sec/op>+5%")

    def test_refuses_a_unit_that_no_table_has(self):
        run = self.compare(text(A=FAST), text(A=SLOW), "--fail-on", "sex/op>5%")
        self.assert_refused(run, "sex/op")

    def test_refuses_a_share_that_is_none(self):
        flags = [["compare", "old.txt", "new.txt", "--alpha"], ["compare", "old.txt", "new.txt", "--confidence"],
                 ["compare", "--paired", "old.txt", "--alpha"], ["replicate", "old.txt", "--alpha"]]
        for flag in flags:
            for value in ("nan", "-nan", "inf", "1.01", "0.05x", "-0.5", "", "1e-400"):
                with self.subTest(flag=flag, value=value):
                    run = subprocess.run([PROGRAM, *flag, value], text=True, cwd=self.folder.name,
                                         capture_output=True, check=False)
                    self.assert_refused(run, flag[-1], f"'{value}'", "0 ", " 1")

    def test_refuses_a_level_of_replicate_that_all_or_nothing_reaches(self):
        for alpha in ("0", "1"):
            run = subprocess.run([PROGRAM, "replicate", "old.txt", "--alpha", alpha], text=True, cwd=self.folder.name,
                                 capture_output=True, check=False)
            self.assert_refused(run, "--alpha", f"'{alpha}'", "between 0 and 1")

    def test_refuses_flags_that_are_none_or_mean_nothing_together(self):
        self.compare(text(A=FAST), text(A=SLOW))
        for inputs, sentence in ((["--paired", "old.txt", "new.txt"], "leave new.txt out"),
                                 (["old.txt", "--paired"], "--paired: a value must follow it"),
                                 (["old.txt", "--colum", "/mode"], "compare has no flag '--colum'; did you mean '--col'?")):
            run = subprocess.run([PROGRAM, "compare", *inputs], text=True, cwd=self.folder.name,
                                 capture_output=True, check=False)
            self.assert_refused(run, sentence)

    def test_refuses_to_judge_where_nothing_is_compared(self):
        empty = '{"context": {}, "benchmarks": [], "splicebench": {"schema_version": 1}}'
        for old, new in ((text(A=FAST), text(B=FAST)), (empty, empty)):
            with self.subTest(old=old):
                run = self.compare(old, new, "--fail-on", "5%")
                self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)

    def test_refuses_a_result_of_another_schema(self):
        later = '{"benchmarks": [], "splicebench": {"schema_version": 99}}'
        for column in (later, later.replace("[]", '[{"name": "A", "real_time": 1}]')):
            self.assert_refused(self.compare(column, text(A=FAST)), "old.txt", "schema version 99")

    def test_refuses_strict_without_a_limit(self):
        self.assert_refused(self.compare(text(A=FAST), text(A=SLOW), "--strict"), "--fail-on")

    def test_row_missing_on_one_side_is_a_warning_and_strict_an_error(self):
        for old, new, where in ((text(A=FAST, B=FAST), text(A=FAST), "new.txt"),
                                (text(A=FAST), text(A=FAST, B=FAST), "old.txt")):
            with self.subTest(missing_in=where):
                run = self.compare(old, new, "--fail-on", "5%")
                self.assertEqual(run.returncode, 0)
                self.assertEqual(run.stderr, f"warning: sec/op B, {where}: missing in {where}\n")
                run = self.compare(old, new, "--fail-on", "5%", "--strict")
                self.assertEqual(run.returncode, 1)
                self.assertEqual(run.stderr, f"error: sec/op B, {where}: missing in {where}\n")

    def test_too_few_samples_are_a_warning_and_strict_an_error(self):
        for flags, status, word in (([], 0, "warning"), (["--strict"], 1, "error")):
            with self.subTest(flags=flags):
                run = self.compare(text(A=FAST[:3]), text(A=SLOW[:3]), "--fail-on", "5%", *flags)
                self.assertEqual(run.returncode, status)
                self.assertEqual(run.stderr, f"{word}: sec/op A, new.txt: too few samples to tell "
                                             "(p=0.100 n=3); measure more\n")

    def test_unit_without_a_known_direction_is_a_warning_and_strict_an_error(self):
        old, new = text(A=("points", FAST)), text(A=("points", SLOW))
        self.assertEqual(self.compare(old, new, "--fail-on", "5%").returncode, 0)
        run = self.compare(old, new, "--fail-on", "5%", "--strict")
        self.assertEqual(run.returncode, 1)
        self.assertIn("which way is better in points is not known", run.stderr)
        self.assertEqual(self.compare(old, new, "--fail-on", "points>5%").returncode, 1)

    def test_json_holds_the_gate(self):
        run = self.compare(text(A=FAST), text(A=SLOW), "--fail-on", "5%", "--format", "json")
        self.assertEqual(run.returncode, 1)
        self.assertIn('"passed": false', run.stdout)

    def test_judges_by_the_right_p_of_tied_samples_of_unequal_size(self):
        run = self.compare(text(A=ONE), text(A=FOUR), "--fail-on", "sec/op<-5%")
        self.assertEqual(run.returncode, 0)
        self.assertIn("p=0.400 n=1+4", run.stdout)
        self.assertNotIn("benchstat", run.stderr)


class Changed(CompareTest):
    def test_leaves_out_the_rows_that_did_not_change(self):
        run = self.compare(text(A=FAST, B=FAST, C=("points", FAST)), text(A=FAST, B=SLOW, C=("points", FAST)), "--changed")
        self.assertEqual((run.returncode, run.stderr), (0, "--changed: 1 of 3 rows changed\n"))
        self.assertRegex(run.stdout, r"(?m)^B .*\+9.76%")
        self.assertNotRegex(run.stdout, r"(?m)^[AC] ")

    def test_says_so_where_nothing_did_and_leaves_the_gate_all_rows(self):
        run = self.compare(text(A=FAST), text(A=FAST), "--changed", "--fail-on", "5%")
        self.assertEqual((run.returncode, run.stderr), (0, "--changed: 0 of 1 row changed\n"))
        self.assertIn("1 test,", run.stdout)


class Refused(CompareTest):
    def test_the_file_of_paired_that_was_left_out_is_not_the_next_flag(self):
        self.assert_refused(self.start("compare", "--paired", "--format", "json"), "--paired: a value must follow it")

    def test_a_key_that_no_result_has_makes_no_tables_rows_or_columns(self):
        for flag in ("--table", "--row", "--col"):
            run = self.compare(text(A=FAST), text(A=SLOW), flag, "mode")
            self.assert_refused(run, f"{flag}: no result has the key 'mode'; write /mode")
        run = self.compare(text(A=FAST), text(A=SLOW), "--col", "/mode")  # benchstat takes it
        self.assertEqual((run.returncode, run.stderr), (0, "--col /mode: no name has it, it is empty everywhere\n"))
        run = self.compare("pkg: p\n" + text(A=FAST), text(A=SLOW), "--col", "pkg")
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_an_end_of_a_share_is_taken_only_where_the_output_is_benchstats(self):
        flags = (["--alpha", "0"], ["--alpha", "1"], ["--confidence", "0"], ["--confidence", "1"])
        for flag in flags:
            for only_text in (["--format", "text"], ["--format", "csv", "--exact-ties"]):
                self.assertEqual(self.compare(text(A=FAST), text(A=SLOW), *flag, *only_text).returncode, 0)
            for other in (["--format", "json"], ["--format", "markdown"], ["--fail-on", "5%"]):
                self.assert_refused(self.compare(text(A=FAST), text(A=SLOW), *flag, *other), f"{flag[0]}: {flag[1]} is not between")
        self.assert_refused(self.start("compare", "--paired", "old.txt", "--alpha", "1"), "--alpha: 1 is not between")

    def test_a_file_twice_in_one_column(self):
        self.compare(text(A=FAST), text(A=SLOW))
        self.assert_refused(self.start("compare", "a=old.txt", "a=./old.txt"), "'a=./old.txt' is given twice")
        for apart in (["old.txt", "old.txt"], ["a=old.txt", "b=old.txt"], ["a=old.txt", "a=new.txt"]):
            run = self.start("compare", *apart)
            self.assertEqual((run.returncode, run.stderr), (0, ""), apart)

    def test_a_pipe_that_nobody_writes_is_not_waited_for(self):
        os.mkfifo(pathlib.Path(self.folder.name, "fifo"))
        for words in (["compare", "fifo"], ["compare", "--paired", "fifo"], ["replicate", "fifo"], ["report", "fifo"],
                      ["plot", "fifo"]):
            self.assert_refused(self.start(*words), "fifo: ")

    def test_a_pipe_is_waited_for_while_somebody_is_to_write(self):
        for before in (0.3, 1.5):
            words = f"{PROGRAM} compare <(sleep {before}; cat old.txt) old.txt"
            self.compare(text(A=FAST), text(A=SLOW))
            run = subprocess.run(["bash", "-c", words], text=True, cwd=self.folder.name, capture_output=True, check=False, timeout=10)
            self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_the_advice_names_the_program_as_it_was_typed(self):
        self.assert_refused(self.start("compare"), f"e.g. {PROGRAM} compare OLD NEW")


class Ties(CompareTest):
    """Without a gate, text and csv are benchstat's."""

    def p_of(self, *flags):
        return self.compare(text(A=ONE), text(A=FOUR), *flags)

    def test_text_and_csv_leave_out_a_p_of_exactly_0_as_benchstat_and_say_so(self):
        for format_name in ("text", "csv"):
            with self.subTest(format=format_name):
                run = self.p_of("--format", format_name)
                self.assertEqual(run.returncode, 0)
                self.assertRegex(run.stdout, r"[ (,]n=1\+4")
                self.assertNotIn("p=", run.stdout)
                self.assertIn("--exact-ties", run.stderr)

    def test_exact_ties_and_the_other_formats_have_the_right_p(self):
        for flags in (["--exact-ties"], ["--format", "markdown"],
                      ["--format", "csv", "--exact-ties"]):
            with self.subTest(flags=flags):
                self.assertIn("p=0.400 n=1+4", self.p_of(*flags).stdout)
        self.assertIn('"p": 0.4', self.p_of("--format", "json").stdout)


    def test_a_very_small_p_is_left_out_in_the_one_direction_in_which_benchstat_loses_it(self):
        low, high = list(range(1000, 1060)), list(range(2000, 2060))
        run = self.compare(text(A=high), text(A=low))
        self.assertIn(" (n=60)", run.stdout)
        self.assertIn("--exact-ties", run.stderr)
        for old, new, flags in ((low, high, []), (high, low, ["--exact-ties"])):
            run = self.compare(text(A=old), text(A=new), *flags)
            self.assertIn(" (p=0.000 n=60)", run.stdout)
            self.assertEqual(run.stderr, "")


if __name__ == "__main__":
    unittest.main()
