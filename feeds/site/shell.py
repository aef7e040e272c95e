"""What every page of the site shares: its frame, and the policy that forbids foreign content.

Style and script lie once in `assets/`, so that a hundred thousand pages stay small; the
Content-Security-Policy lets a page load those and nothing else, so that markup smuggled in by a
page could neither run nor load, even if it survived sanitising. Pages that need no script may run
none.
"""

import hashlib
from importlib.resources import files
from typing import Any

from feeds.render import render
from feeds.settings import PublishSettings

_TEMPLATES = files("feeds") / "templates"
STYLE = (_TEMPLATES / "site.css").read_bytes()
SCRIPT = (_TEMPLATES / "site.js").read_bytes()
ASSETS = {"assets/site.css": STYLE, "assets/site.js": SCRIPT}
"""What lies beside the pages, by its path in `public/`."""

VERSION = hashlib.sha256(STYLE + SCRIPT).hexdigest()[:8]
"""Stands in the assets' addresses: a browser never shows a new page in an old dress."""


def content_security_policy(*, scripted: bool, forms: bool = False) -> str:
    """Return the policy of a page: our own style, our own script where it needs one, no more."""
    script = "'self'" if scripted else "'none'"
    form = "'self'" if forms else "'none'"
    return (
        f"default-src 'none'; style-src 'self'; script-src {script}; "
        f"base-uri 'none'; form-action {form}"
    )


def page(
    template: str,
    settings: PublishSettings,
    *,
    root: str = "",
    scripted: bool = False,
    forms: bool = False,
    **values: Any,
) -> bytes:
    """Return a page of the site; root: the way back to `public/` (empty, or `../`)."""
    return render(
        template,
        settings=settings,
        root=root,
        version=VERSION,
        scripted=scripted,
        policy_of_content=content_security_policy(scripted=scripted, forms=forms),
        **values,
    ).encode()
