"""The crawler reaches pages politely and hands them on.

It holds the settings, the source definitions, one spider per CMS family, the reader of listings,
the archive of bytes as served, politeness, challenge recognition, health, and the thin Scrapy
stages. It speaks no SQL beyond `store` and renders nothing.
"""
