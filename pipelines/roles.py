"""What a page is to the policy it belongs to, read from the page alone.

A role never depends on what else is known: so the final dossiers do not depend on the order in
which pages were seen.
"""

import re
from urllib.parse import urlsplit

from pipelines.canonical import edition, simplify
from pipelines.regions import region_of_issuer
from pipelines.subject import subject_titles
from store.records import Classification, Document, Role

_FORWARDS = re.compile(r"(?:转发|学习宣传贯彻|学习贯彻|宣传贯彻|贯彻落实|贯彻实施|贯彻执行)")
_OWN_NAME = re.compile(
    r"(?:实施)?(?:意见|细则|办法|方案|规划|计划|措施)[》)）“”]*(?:的通知|的公告)?$"
)


_ISSUED = frozenset({"policy", "draft", "notice"})


def role_of(
    document: Document,
    classification: Classification,
    *,
    is_clone: bool = False,
    reprints: bool = False,
) -> Role:
    """Return the page's role: `original` also for a page that speaks of no other policy.

    clone: the caller knows the host for a mirror. draft: a text out for comment. interpretation,
    news, implementing: pages about another text (see `subject_titles`); implementing only for
    letters that pass it on, an 实施细则 with a name of its own is a policy. reprint: the page says
    that the text comes from elsewhere, or stands on a site that issues nothing itself (`reprints`).
    """
    title = simplify(document.title or "")
    if is_clone:
        return "clone"
    if classification.genre == "draft" or edition(title) == "draft":
        return "draft"
    if subject_titles(document):
        if classification.genre == "interpretation":
            return "interpretation"
        if classification.genre == "news":
            return "news"
        if _FORWARDS.search(title) and not _has_own_name(title):
            return "implementing"
    foreign = reprints and classification.genre in _ISSUED
    return "reprint" if foreign or _comes_from_elsewhere(document) else "original"


def _has_own_name(title: str) -> bool:
    """Return whether, after the quoted text, the title goes on to name a text of its own."""
    after = title.rpartition("》")[2]
    return bool(_OWN_NAME.search(after)) and not after.startswith("的")


def _comes_from_elsewhere(document: Document) -> bool:
    """Return whether the page names another site as its source, or another region's issuer."""
    if document.original_url:
        host = urlsplit(document.original_url).netloc
        if host and host != urlsplit(document.url).netloc:
            return True
    if document.region is None or not document.issuers:
        return False
    homes = {region_of_issuer(simplify(issuer)) for issuer in document.issuers}
    return None not in homes and document.region not in homes
