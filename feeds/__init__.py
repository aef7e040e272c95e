"""Publish what the ledger says: feeds, site, calendar, digests, mail, alerts.

This room reads the store and renders. It never crawls and never decides what a change is or
whether it is announced: that was decided when the change was recorded. Rendering is pure (records
in, bytes out); only `publish`, `digest.run` and `mail` read the store or write files.
"""
