"""What every page of the site shares: its style, its script, and the policy that forbids others.

The Content-Security-Policy names the hash of our own style and script and nothing else, so that
markup smuggled in by a page could neither run nor load, even if it survived sanitising.
"""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from feeds.render import render
from feeds.settings import PublishSettings

_TEMPLATES = files("feeds") / "templates"
STYLE = (_TEMPLATES / "site.css").read_text(encoding="utf-8")
SCRIPT = (_TEMPLATES / "site.js").read_text(encoding="utf-8")


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    f"style-src {_source(STYLE)}; script-src {_source(SCRIPT)}; "
    "base-uri 'none'; form-action 'none'"
)


def page(template: str, settings: PublishSettings, *, root: str, **values: Any) -> bytes:
    """Return a page of the site; root: the way back to `public/` (empty, or `../`)."""
    return render(
        template,
        settings=settings,
        root=root,
        style=Markup(STYLE),
        script=Markup(SCRIPT),
        policy_of_content=CONTENT_SECURITY_POLICY,
        **values,
    ).encode()
