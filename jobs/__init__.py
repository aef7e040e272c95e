"""The product's work on one data folder: what is due, a run from crawl to mail, how it stands.

Cron, the daemon and the commands all come through here, so that they do the same. It calls every
room and holds none of their knowledge; the clock that starts it is `scheduler`.
"""
