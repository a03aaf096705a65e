#!/usr/bin/env python3
"""Writes a C++ file that holds the recipes, so that the program needs no file to find.

usage: embed.py OUTPUT NAME.recipe ..."""

import pathlib
import sys

output, *recipes = (pathlib.Path(word) for word in sys.argv[1:] if not word.endswith(".py"))
texts = "".join(
    f'    {{"{recipe.stem}", R"recipe({recipe.read_text(encoding="utf-8")})recipe"}},\n' for recipe in sorted(recipes))
output.write_text(
    '#include "bench/recipes/recipes.h"\n\n'
    "namespace splicebench {\n\n"
    f"static const std::array<RecipeText, {len(recipes)}> kRecipes{{{{\n{texts}}}}};\n\n"
    "std::span<const RecipeText> recipe_texts() { return kRecipes; }\n\n"
    "}  // namespace splicebench\n", encoding="utf-8")
