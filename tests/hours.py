"""An hour for digests that does not come while a test goes by the machine's clock."""

from datetime import datetime, timedelta

from store.records import SHANGHAI

DIGEST_AT = (datetime.now(SHANGHAI) - timedelta(hours=6)).strftime("%H:%M")
"""Six hours ago: the digest of that hour is due, the next one in 18 hours."""
