"""The digest: one mail per subscriber and window, composed once, stored, then sent as stored."""

from feeds.digest.alerting import compose_alerts
from feeds.digest.compose import compose
from feeds.digest.run import compose_day, preview

__all__ = ["compose", "compose_alerts", "compose_day", "preview"]
