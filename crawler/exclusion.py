"""What an answer to /robots.txt means (RFC 9309 §2.3.1): rules, no rules, or stay away.

Pure; the crawl's middleware and the tools' client both obey through it. Matching is protego's, as
Scrapy ships it.
"""

import re
from dataclasses import dataclass

from protego import Protego

PRODUCT_TOKEN = "policywatch"
"""The name under which a site may address us in robots.txt (RFC 9309 §2.2.1)."""

MAX_ROBOTS_BYTES = 500 * 1024
"""What a crawler must read at least (RFC 9309 §2.5); the rest is not read."""

_HTML = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|!--|\?xml)", re.I)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host lets us ask for.

    refusal: why nothing may be asked, "" where something may. remark: what was odd about the
    answer, "" for nothing. crawl_delay_s: seconds it asks for between requests, None if it is
    silent.
    """

    parser: Protego
    refusal: str = ""
    remark: str = ""
    crawl_delay_s: float | None = None

    def allow(self, url: str) -> bool:
        """Return whether this address may be asked for."""
        return not self.refusal and self.parser.can_fetch(url, PRODUCT_TOKEN)


def read_rules(status: int, body: bytes) -> Rules:
    """Return the rules that an answer means (RFC 9309 §2.3.1.2 to §2.3.1.4)."""
    if status >= 500 or status == 429:
        return Rules(
            Protego.parse(""), f"robots.txt 回答 HTTP {status}：不得访问（RFC 9309 §2.3.1.4）"
        )
    if not 200 <= status < 300:  # unavailable: no rules (RFC 9309 §2.3.1.3)
        return Rules(Protego.parse(""))
    if _HTML.match(body):
        return Rules(Protego.parse(""), remark="是 HTML 网页，不是规则：视为没有规则")
    parser = Protego.parse(body[:MAX_ROBOTS_BYTES].decode("utf-8", "ignore"))
    return Rules(parser, crawl_delay_s=parser.crawl_delay(PRODUCT_TOKEN))
