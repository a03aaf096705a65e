"""Where the sources can be changed by a standard operator, and what the change reads like as source of a program that
holds many: each looks at run time whether it is the one that is switched on.

Works on the text as clang-format leaves it, not on a syntax tree: what does not compile is left out by the build.
"""

import collections
import dataclasses
import re

OPERATORS = ("condition negated", "boundary moved", "statement dropped", "constant changed", "arguments swapped",
             "call removed", "sign changed")

# Text in which nothing is looked for.
HIDDEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|^[ \t]*#[^\n]*', re.M)
CALL = re.compile(r"(?<![\w.:>\])])(?:::)?[A-Za-z_][\w:]*(?:<[\w:]+>)?(?:(?:\.|->)[A-Za-z_]\w*)*\(")
NO_CALL = re.compile(r"(if|while|for|switch|catch|return|sizeof|decltype|static_assert|alignof|offsetof|noexcept|defined|"
                     r"assert|operator)\(|static_cast|reinterpret_cast|const_cast")
STATEMENT = re.compile(r"(?<=[;{}):\n])(\s+)((?:\+\+|--|\*|::)?[A-Za-z_][\w:.\[\]]*(?:(?:->|\.|\()[^;{}]*?|)"
                       r"(?:\(| [-+*/|&^%]?= |\+\+|--)?[^;{}]*;)")
NUMBER = re.compile(r"(?<![\w.'])(?:0[xX][0-9a-fA-F']+|\d[\d']*(?:\.\d+)?(?:[eE][-+]?\d+)?)[uUlL]*(?![\w.'])|\b(?:true|false)\b")
CONSTANT = re.compile(r"^(?:inline )?constexpr ((?:std::)?\w+) (k\w+) = ", re.M)
NO_STATEMENT = ("return", "using", "case", "default", "throw", "if", "while", "for", "delete", "else")
DECLARES = re.compile(r"^(?:const )?[\w:<>, ]+[ *&]+\w+ = ")


@dataclasses.dataclass(frozen=True)
class Place:
    """One change: of text[begin:end], to what `changed` says with {n} for the number that switches it on."""

    file: str
    begin: int
    end: int
    operator: str
    changed: str
    line: int
    key: str  # what stays the same while other lines are edited

    def __str__(self):
        return f"{self.file}:{self.line}: {self.operator}: {self.key.split(': ', 2)[2]}"


def bare(text):
    """As long as `text`, without what stands in comments, strings and directives."""
    return HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def closing(text, opening):
    """Of the bracket there; -1 when there is none."""
    depth = 0
    for at in range(opening, len(text)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
            if depth == 0:
                return at
    return -1


def split_at(text, begin, end, separator):
    """The ranges between separators that stand in no brackets; templates' are taken for brackets, too."""
    parts, depth, start = [], 0, begin
    for at in range(begin, end):
        if text[at] in "([{" or text[at] == "<" and text[at - 1].isalnum() and text[at + 1] not in " =":
            depth += 1
        elif text[at] in ")]}" or text[at] == ">" and text[at - 1] not in " -=" and depth > 0:
            depth -= 1
        elif text[at] == separator and depth == 0:
            parts.append((start, at))
            start = at + 1
    return parts + [(start, end)]


def places_in(file, text):
    """Every place of a file, in no particular order."""
    shown = bare(text)
    lines = text.splitlines()
    keys = collections.Counter()
    found = []

    def note(operator, begin, end, changed):
        line = text.count("\n", 0, begin) + 1
        # The line, and which of the changes of this kind to lines alike it is.
        key = f"{file}: {operator}: {lines[line - 1].strip()}"
        keys[key] += 1
        if keys[key] > 1:
            key += f" [{keys[key]}]"
        found.append(Place(file, begin, end, operator, changed, line, key))

    def stripped(begin, end):
        while begin < end and shown[begin].isspace():
            begin += 1
        while end > begin and shown[end - 1].isspace():
            end -= 1
        return begin, end

    def kept(begin, end):  # as part of a format
        return text[begin:end].replace("{", "{{").replace("}", "}}")

    for head in re.finditer(r"\b(if|while|for) \(", shown):
        opening = head.end() - 1
        parts = split_at(shown, opening + 1, closing(shown, opening), ";")
        if head.group(1) == "for" and len(parts) != 3:
            continue
        begin, end = stripped(*(parts[1] if head.group(1) == "for" else parts[-1]))
        if begin < end and not DECLARES.match(shown[begin:end]):
            note("condition negated", begin, end, f"mutant::is({{n}}) != static_cast<bool>({kept(begin, end)})")
    for head in re.finditer(r"\breturn ([^;{}]*?( && | \|\| | == | != | < | > | <= | >= )[^;{}]*);", shown):
        if " ? " not in head.group(1):
            note("condition negated", *head.span(1), f"mutant::is({{n}}) != static_cast<bool>({kept(*head.span(1))})")
    for sign in re.finditer(r"(?<=[\w)\]]) (<=|>=|<|>) (?=[\w(:*!&-])", shown):
        note("boundary moved", *sign.span(1), f"{sign.group(1)} mutant::Bound{{{{{{n}}}}}} {sign.group(1)}")
    for sign in re.finditer(r"(?<=[\w)\]]) ([-+*/]) (?=[\w(:*])", shown):
        other = {"+": "-", "-": "+", "*": "/", "/": "*"}[sign.group(1)]
        kind = "Sum" if other in "+-" else "Product"
        note("sign changed", *sign.span(1), f"{sign.group(1)} mutant::{kind}{{{{{{n}}}}}} {sign.group(1)}")
    for found_one in STATEMENT.finditer(shown):
        begin, end = found_one.span(2)
        statement = shown[begin:end]
        word = re.match(r"\w*", statement).group()
        is_jump = re.match(r"(break|continue);", statement)
        does = re.match(r"(\+\+|--)|\*?(::)?[\w:.\[\]>-]+(\[[^\]]*\])?(\(| [-+*/|&^%]?= |\+\+|--)", statement)
        if not is_jump and (not does or word in NO_STATEMENT):
            continue
        # A declaration of a function, or the initialisers of a constructor.
        if begin == text.rfind("\n", 0, begin) + 1 or shown[:begin].rstrip().endswith((",", ":", "(")):
            continue
        note("statement dropped", begin, end, "{{ if (!mutant::is({n})) " + kept(begin, end) + " }}")
    constants = [(found_one, shown.index(";", found_one.end())) for found_one in CONSTANT.finditer(shown)]
    for found_one, end in constants:
        kind, name = found_one.groups()
        value = kept(found_one.end(), end)
        note("constant changed", found_one.start(), end,
             f"inline const {kind} {name} = mutant::is({{n}}) ? mutant::other<{kind}>({value}) : {kind}({value})")
    for number in NUMBER.finditer(shown):
        is_template_argument = shown[number.end():number.end() + 1] == ">"
        if is_template_argument or any(one.start() <= number.start() < end for one, end in constants):
            continue
        note("constant changed", *number.span(), f"(mutant::is({{n}}) ? mutant::other({number.group()}) : {number.group()})")
    for call in CALL.finditer(shown):
        if NO_CALL.search(call.group()):
            continue
        begin, opening = call.start(), call.end() - 1
        end = closing(shown, opening) + 1
        before = shown[:begin].rstrip()
        if end == 0 or re.search(r"[\w>&*]$", before) and not re.search(r"\b(return|throw)$|[^&*]&&$| [*&]$", before):
            continue  # a declaration
        arguments = [stripped(*part) for part in split_at(shown, opening + 1, end - 1, ",")]
        whole, name = kept(begin, end), kept(begin, opening)
        is_symmetric = re.match(r"std::(min|max)\b", name)
        is_statement = before.endswith((";", "{", "}", ")")) and shown[end:end + 1] == ";"
        for first, second in zip(arguments, arguments[1:]):
            if not is_symmetric and text[slice(*first)] != text[slice(*second)] and first[0] < first[1] and second[0] < second[1]:
                swapped = (kept(opening, first[0]) + kept(*second) + kept(first[1], second[0]) + kept(*first)
                           + kept(second[1], end))
                note("arguments swapped", begin, end, f"(mutant::is({{n}}) ? {name}{swapped} : {whole})")
        # T() is what is put there.
        makes_nothing = end == opening + 2 and re.search(r"(^|:)([A-Z]\w*|string)$", shown[begin:opening])
        if not is_statement and not makes_nothing:
            nothing = (kept(*arguments[0]) if is_symmetric and len(arguments) == 2
                       else f"std::remove_cvref_t<decltype({whole})>{{{{}}}}")
            note("call removed", begin, end, f"(mutant::is({{n}}) ? {nothing} : {whole})")
    return found


def with_changes(text, numbered):
    """`text` with each (number, place) in it, of places within each other only the outer ones; and on which lines of it
    each number stands: number -> (first, last)."""
    changed, at, stands = "", 0, {}
    for number, place in sorted(numbered, key=lambda one: (one[1].begin, -one[1].end)):
        if place.begin < at:
            continue
        changed += text[at:place.begin]
        first = changed.count("\n") + 1
        changed += place.changed.format(n=number)
        stands[number] = (first, changed.count("\n") + 1)
        at = place.end
    return changed + text[at:], stands
