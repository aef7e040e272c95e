"""Sites that cannot be read, each for one reason: what a source fails with in the demo.

A list that only a script can fill, a JavaScript challenge (412, in the manner of 瑞数), and a
robots.txt that answers 503 (RFC 9309 §2.3.1.4: assume everything is disallowed).
"""

import json
from collections.abc import Mapping

from samplesites.markup import rendered
from samplesites.trs import TrsSite
from samplesites.web import Column, Page, Site

QUERY = "/api/zcwj/queryList"
CHALLENGE_COOKIE = "FSSBBIl1UgzbN7N80S=5kqJ0cWz2uVhXcS8yRZ4pQ1nT7mE; Path=/; HttpOnly"


class ScriptSite(Site):
    """The list page is an empty frame; its rows come from a POST that the page's script sends."""

    def column_url(self, column: Column) -> str:
        """Return the frame."""
        return f"{self.base_url}/{column.code}/index.html"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the frame, its script and the rows the script would ask for."""
        column = self.card.columns[0]
        frame = rendered("script_list.html", site=self.card, column=column)
        script = f"axios.post('{QUERY}',{{page:1}}).then(r=>app.rows=r.data.rows)"
        rows = [{"title": a.title, "id": a.number} for a in self.articles(day)]
        return {
            f"/{column.code}/index.html": Page(frame.encode()),
            "/static/js/list.js": Page(script.encode(), "application/javascript"),
            QUERY: Page(json.dumps({"rows": rows}).encode(), "application/json"),
        }


class ChallengeSite(Site):
    """Every address but robots.txt answers 412 with a script shell and a cookie."""

    def column_url(self, column: Column) -> str:
        """Return the folder of the column."""
        return f"{self.base_url}/{column.code}/"

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        """Return the challenge, whatever was asked; 404 for robots.txt."""
        if path == "/robots.txt":
            return None
        body = rendered("challenge.html").encode()
        return Page(body, status=412, headers=(("Set-Cookie", CHALLENGE_COOKIE),))


class RobotsDownSite(TrsSite):
    """A TRS site in good health whose robots.txt answers 503: nobody may look."""

    robots = Page(b"Service Unavailable", "text/plain", status=503)
