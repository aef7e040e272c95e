"""What can go wrong in the crawler, as one small tree.

CrawlerError
├── SourceError      a source definition is wrong: file, line, what to write instead
├── ArchiveError     the archive does not hold what a capture row says it holds
├── BodyError        a response body cannot be unpacked (cut short, too large, unknown coding)
└── CrawlError       the crawl child could not be started or its arguments are wrong
"""


class CrawlerError(Exception):
    """Base of everything this room raises; the message says what, which, cause, what to do."""


class SourceError(CrawlerError):
    """A source definition cannot be used; the message begins with `file:line`."""


class ArchiveError(CrawlerError):
    """A record of the archive is missing, torn or not the one that was asked for."""


class BodyError(CrawlerError):
    """A response body cannot be unpacked; `str()` is one line fit for a visit's detail."""


class CrawlError(CrawlerError):
    """The crawl child could not do its work at all."""
