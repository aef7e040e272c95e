"""The app behind the unsubscribe link of a mail (RFC 8058): two writing routes and one page."""

from feeds.oneclick.app import application

__all__ = ["application"]
