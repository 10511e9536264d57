"""A rule's docstring and examples as a page: plain text for `explain`, Markdown for the reference.

Both come from the class, so that they cannot say different things. Nothing here reads or writes files.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from inspect import cleandoc

from reproof.lint.own_findings import OWN_FINDINGS, OwnFinding
from reproof.lint.rule import HEADINGS, Bad, Good, Rule, load_rule, rule_modules

SHOWN = 3  # examples of each sort on a page; the rest are for the tests
WIDTH = 96


@dataclass(frozen=True)
class Page:
    """What is told about one rule. A section's body is text as in the docstring, paragraphs and lists kept."""

    name: str
    aspect: str
    summary: str
    intro: str
    sections: tuple[tuple[str, str], ...]
    fixable: bool = False
    valid: tuple[Good, ...] = ()
    invalid: tuple[Bad, ...] = ()
    forms: tuple[Good | Bad, ...] = ()


def page_of(rule: type[Rule] | OwnFinding) -> Page:
    """Take a rule's docstring apart at its headings."""
    if isinstance(rule, OwnFinding):
        summary, intro, sections = _parse(rule.doc)
        return Page(rule.name, rule.aspect.value, summary, intro, sections)
    summary, intro, sections = _parse(rule.__doc__ or rule.name)
    return Page(
        rule.name,
        rule.aspect.value,
        summary,
        intro,
        sections,
        rule.fixable(),
        _shown(rule.VALID),
        _shown(rule.INVALID),
        (*rule.VALID, *rule.INVALID) if rule.tabled else (),
    )


def all_pages() -> list[Page]:
    """The pages of all rules by name, then those of the linter's own findings."""
    rules = [page_of(load_rule(name)) for name in sorted(rule_modules())]
    return rules + [page_of(own) for own in OWN_FINDINGS]


def to_text(page: Page) -> str:
    """The page for a terminal."""
    parts = [f"{page.name} ({page.aspect})", _wrapped(page.summary)]
    if page.intro:
        parts.append(_wrapped(page.intro))
    for heading, body in page.sections:
        parts.append(f"{heading}:\n{textwrap.indent(_wrapped(body, WIDTH - 2), '  ')}")
    for title, examples in (("Stopped", page.invalid), ("Left alone", page.valid)):
        for example in examples:
            parts.append(f"{title} ({_place(example)}):\n{_quoted(example.text)}")
            if isinstance(example, Bad) and example.fixed is not None:
                parts.append(f"Fixed:\n{_quoted(example.fixed)}")
    return "\n\n".join(parts) + "\n"


def to_markdown(page: Page) -> str:
    """The page of `docs/reference/rules/`."""
    fix = "yes" if page.fixable else "no"
    parts = [f"# {page.name}", page.summary, f"Aspect: {page.aspect}. Fix: {fix}."]
    if page.intro:
        parts.append(page.intro)
    for heading, body in page.sections:
        parts.append(f"## {heading}\n\n{body}")
    if page.invalid:
        parts.append("## Stopped")
    for bad in page.invalid:
        parts.append(f"In {_place(bad)}: *{bad.says}*\n\n{_fenced(bad.text, bad.path)}")
        if bad.fixed is not None:
            parts.append(f"after `--fix`:\n\n{_fenced(bad.fixed, bad.path)}")
    if page.valid:
        parts.append("## Left alone")
    parts += [f"In {_place(good)}:\n\n{_fenced(good.text, good.path)}" for good in page.valid]
    if page.forms:
        parts.append(_table_of_forms(page.forms))
    return "\n\n".join(parts) + "\n"


def _table_of_forms(forms: tuple[Good | Bad, ...]) -> str:
    """All examples, which are the rule's tests, in a table: by file, then in their own order."""
    rows = [
        f"| {_place(form)} | <code>{_cell(form.text)}</code> | {_answer(form)} |"
        for form in sorted(forms, key=lambda form: form.path)
    ]
    head = "## All forms\n\nEach row is one of the rule's tests.\n\n| in | written | |\n|---|---|---|\n"
    return head + "\n".join(rows)


def _cell(text: str) -> str:
    short = re.sub(r"[0-9a-f]{40,64}", lambda digits: f"{digits[0][:7]}…", text.strip())
    for sign, name in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        ("|", "&#124;"),
        ("`", "&#96;"),
        ("*", "&#42;"),
        ("\n", "<br>"),
    ):
        short = short.replace(sign, name)
    return short.replace("_", "&#95;").replace("$", "&#36;").replace("  ", "&nbsp; ")


def _answer(form: Good | Bad) -> str:
    if isinstance(form, Good):
        return "left alone"
    fixed = ", fixed" if form.fixed is not None else ""
    return f"{'stopped with `strict = true`' if form.strict else 'stopped'}{fixed}: *{form.says}*"


def table(pages: list[Page]) -> str:
    """All pages in a table for a terminal."""
    width = max(len(page.name) for page in pages) + 2
    rows = [("rule", "aspect", "fix", "finds")]
    rows += [(page.name, page.aspect, "yes" if page.fixable else "-", page.summary) for page in pages]
    return "".join(f"{name:<{width}}{aspect:<13}{fix:<5}{what}\n" for name, aspect, fix, what in rows)


def index(pages: list[Page]) -> str:
    """`docs/reference/rules/README.md`: the same table with links."""
    head = "# Rules\n\nGenerated by `scripts/write_docs.py` from the rules' own classes, like the pages it links.\n"
    rows = "".join(
        f"| [`{page.name}`]({page.name}.md) | {page.aspect} | {'yes' if page.fixable else 'no'} "
        f"| {page.summary} |\n"
        for page in pages
    )
    return f"{head}\n| rule | aspect | fix | finds |\n|---|---|---|---|\n{rows}"


def _parse(doc: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Summary, further paragraphs before the first heading, and (heading, body) in order."""
    pattern = rf"^({'|'.join(map(re.escape, HEADINGS))}):[ \t]*"
    before, *rest = re.split(pattern, cleandoc(doc), flags=re.MULTILINE)
    summary, _, intro = before.strip().partition("\n\n")
    bodies = [_dedented(body) for body in rest[1::2]]
    return " ".join(summary.split()), intro.strip(), tuple(zip(rest[::2], bodies, strict=True))


def _dedented(body: str) -> str:
    first, _, others = body.partition("\n")
    return "\n".join(part for part in (first.strip(), textwrap.dedent(others).strip()) if part)


def _shown(examples: tuple[Good, ...] | tuple[Bad, ...]) -> tuple:  # type: ignore[type-arg]
    return tuple(example for example in examples if not example.strict)[:SHOWN]


def _place(example: Good | Bad) -> str:
    beside = ", ".join(f"`{path}`" for path, _ in example.beside)
    return f"`{example.path}`{f', beside {beside}' if beside else ''}"


def _wrapped(text: str, width: int = WIDTH) -> str:
    """Paragraphs filled to the width; lists and indented blocks are left as they are written."""
    return "\n\n".join(
        paragraph
        if re.search(r"^(?:[ \t]|[-*|] |\d+\. )", paragraph, re.MULTILINE)
        else textwrap.fill(" ".join(paragraph.split()), width, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n\n")
    )


def _quoted(text: str) -> str:
    return textwrap.indent(text.rstrip("\n"), "    ")


_LANGUAGES = {".py": "python", ".ipynb": "json", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}


def _fenced(text: str, path: str) -> str:
    language = next((word for end, word in _LANGUAGES.items() if path.endswith(end)), "text")
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"
