"""Body text to HTML, and templates to bytes: what the CMS families have in common.

Each family gives its paragraphs another dress; the dress is chosen by a `Dress`. The module must
not know addresses or days.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
FULL_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
BRACKET_YEAR = re.compile(r"〔(\d{4})〕")


@dataclass(frozen=True, slots=True)
class Dress:
    """How a family writes a paragraph, a heading and a signature line: opening and closing tags."""

    paragraph: tuple[str, str] = ("<p>", "</p>")
    heading: tuple[str, str] = ('<p style="text-align: center;"><strong>', "</strong></p>")
    signature: tuple[str, str] = ('<p style="text-align: right;">', "</p>")


@cache
def environment() -> Environment:
    """Return the Jinja environment over `templates/`, autoescaping, undefined names refused."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def rendered(template: str, **values: object) -> str:
    """Return the template filled with `values`."""
    return environment().get_template(template).render(**values)


def body_html(body: str, dress: Dress, *, word_export: bool = False) -> Markup:
    """Return the body's paragraphs as HTML in the dress of a family.

    word_export: years and dates sit in inline elements of their own, as Word-exported pages
    write them (`<st1:chsdate>`); extractors that drop inline elements lose 年月日 there.
    """
    blocks = [_block(line, dress) for line in body.splitlines() if line.strip()]
    html = Markup("\n").join(blocks)
    html = Markup(re.sub(r"((?:<tr>.*</tr>\n?)+)", r"<table>\n\1</table>\n", html))
    return Markup(_as_word_writes(html)) if word_export else html


def _block(line: str, dress: Dress) -> Markup:
    if line.startswith("|"):
        cells = Markup("").join(
            Markup("<td>{}</td>").format(c.strip()) for c in line.strip("| ").split("|")
        )
        return Markup("<tr>{}</tr>").format(cells)
    kind, text = dress.paragraph, line
    if line.startswith("#"):
        kind, text = dress.heading, line.lstrip("# ")
    elif line.startswith(">"):
        kind, text = dress.signature, line.lstrip("> ")
    return Markup(kind[0]) + escape(text) + Markup(kind[1])


def _as_word_writes(html: str) -> str:
    def smart_date(match: re.Match[str]) -> str:
        year, month, day = match.groups()
        return (
            f'<st1:chsdate Year="{year}" Month="{month}" Day="{day}" IsLunarDate="False">'
            f'<span lang="EN-US">{year}</span><span>年</span><span lang="EN-US">{month}</span>'
            f'<span>月</span><span lang="EN-US">{day}</span><span>日</span></st1:chsdate>'
        )

    html = FULL_DATE.sub(smart_date, html)
    return BRACKET_YEAR.sub(r'〔<span lang="EN-US">\1</span><span>〕</span>', html)
