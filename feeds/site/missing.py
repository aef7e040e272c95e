"""The pages shown in place of one that is not there. Pure."""

from urllib.parse import urlsplit

from feeds.settings import PublishSettings
from feeds.site.shell import page


def missing_page(settings: PublishSettings) -> bytes:
    """Return `404.html`, which web servers and object storage show at any address.

    So its links begin at the root of the site, unlike those of all other pages.
    """
    return notice_page(settings, "没有这一页", "地址可能有误，或者这一页不再发布。", leads_on=True)


def unpublished_page(settings: PublishSettings) -> bytes:
    """Return what a reader, and an operator who tries it, sees before the first publication."""
    words = "本站还没有发布过内容，请十分钟后再来。第一次发布在 policywatch run 结束时。"
    return notice_page(settings, "尚未发布", words)


def notice_page(
    settings: PublishSettings, heading: str, words: str, *, leads_on: bool = False
) -> bytes:
    """Return a page that says why there is nothing else; leads_on: where something is."""
    return page(
        "missing.html",
        settings,
        root=_root(settings),
        heading=heading,
        words=words,
        leads_on=leads_on,
    )


def _root(settings: PublishSettings) -> str:
    """Return the path of the site on its host, with a slash at its end."""
    return f"{urlsplit(settings.public_url or '').path.rstrip('/')}/"
