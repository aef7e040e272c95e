"""The pages shown in place of one that is not there. Pure; says nothing of what was asked for."""

from urllib.parse import urlsplit

from feeds.settings import PublishSettings
from feeds.site.shell import page


def missing_page(settings: PublishSettings) -> bytes:
    """Return `404.html`, which web servers and object storage show at any address.

    So its links begin at the root of the site, unlike those of all other pages.
    """
    return page(
        "missing.html",
        settings,
        root=_root(settings),
        heading="没有这一页",
        words="地址可能有误，或者这一页不再发布。",
        leads_on=True,
    )


def unpublished_page(settings: PublishSettings) -> bytes:
    """Return what a reader sees before the first publication."""
    return page(
        "missing.html",
        settings,
        root=_root(settings),
        heading="尚未发布",
        words="本站还没有发布过内容，请稍后再来。",
        leads_on=False,
    )


def _root(settings: PublishSettings) -> str:
    """Return the path of the site on its host, with a slash at its end."""
    return f"{urlsplit(settings.public_url or '').path.rstrip('/')}/"
