"""The crawl child's log: one JSON object per line on stderr, of ours all, of the libraries' faults.

Written by hand because it is written at every visit. It decides nothing.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter
from scrapy.spiders import Spider

SAID = (
    "run",
    "source",
    "url",
    "outcome",
    "detail",
    "request_count",
    "response_count",
    "response_bytes",
)
"""What a line says besides its event, where its record knows it."""


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: event, level, what the record knows of SAID, exception, timestamp."""
        said = vars(record)
        line: dict[str, Any] = {"event": record.getMessage(), "level": record.levelname.lower()}
        line |= {name: said[name] for name in SAID if name in said}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        line["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps(line, ensure_ascii=False, default=str)


class NoCrawledLines(LogFormatter):
    """LOG_FORMATTER: no line about an answer that arrived; its visit has one."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override]
        """Return None: nothing is logged."""


def log_to_stderr() -> None:
    """Send every log line, Scrapy's included, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(_is_worth_a_line)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("crawler").setLevel(logging.DEBUG)  # one line per visit, in a file


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Keep of the libraries' log only what is wrong; Scrapy would set any level back to DEBUG.

    Twisted prints a traceback for every certificate it refuses; the visit's detail says that.
    """
    if record.name.startswith("twisted"):
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
        record.exc_info = None
    return record.levelno >= logging.WARNING or record.name.startswith(("crawler", "__main__"))
