#!/usr/bin/env python3
"""Prints how many cases of a JUnit file passed and failed. usage: count_tests.py FILE"""
import sys
import xml.etree.ElementTree

cases = list(xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase"))
bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
skipped = [case for case in cases if case.find("skipped") is not None]
if not cases:
    sys.exit("no test was run")
print(len(cases) - len(bad) - len(skipped), len(bad))
