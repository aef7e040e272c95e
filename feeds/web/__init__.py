"""A small read-only HTTP app: `public/`, feeds by filter, search. It writes nothing."""

from feeds.web.app import application

__all__ = ["application"]
