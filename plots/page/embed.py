#!/usr/bin/env python3
"""embed.py OUTPUT EMBED.PY STYLE SCRIPT...: the page's style and scripts as C++ constants.

Beside them stand their SHA-256 sums for the page's Content-Security-Policy, which lets exactly
these run and nothing that a result might smuggle in.
"""

import base64
import hashlib
import sys

PIECE = 8000  # bytes; compilers need not take literals above 65536


def literal(name, text):
    """A function that returns `text`; raw literals, split so that no compiler objects."""
    data = text.encode()
    pieces = [data[i : i + PIECE] for i in range(0, len(data), PIECE)]
    lines = []
    for piece in pieces:
        escaped = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}"
            for byte in piece
        )
        lines.append(f'  text += "{escaped}";')
    return f"std::string {name}() {{\n  std::string text;\n" + "\n".join(lines) + "\n  return text;\n}\n"


def digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    output, _, style_path, *script_paths = sys.argv[1:]  # meson's @INPUT@ starts with this file
    style = read(style_path)
    script = "\n".join(read(path) for path in script_paths)
    for end in ("</script", "<!--"):
        if end in script.lower():
            sys.exit(f"embed.py: a script contains {end!r}, which would end its element")
    if "</style" in style.lower():
        sys.exit("embed.py: the style contains '</style', which would end its element")
    with open(output, "w", encoding="utf-8") as file:
        file.write('#include "plots/page/page_assets.h"\n\nnamespace splicebench::page_assets {\n\n')
        file.write(literal("style", style) + "\n" + literal("script", script) + "\n")
        file.write(literal("style_digest", digest(style)) + "\n")
        file.write(literal("script_digest", digest(script)))
        file.write("\n}  // namespace splicebench::page_assets\n")


main()
