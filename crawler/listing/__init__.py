"""Listings read without selectors: the entries of an unseen list, section or home page.

`find_entries` takes the text of a page and its address and returns its rows (address, full title,
date as shown) and the next page, by rules about structure that know no site. It fetches nothing,
and it never decides what a row is about.
"""

from crawler.listing.epaper import is_leaf
from crawler.listing.hints import ListingHints
from crawler.listing.reader import find_entries, looks_like_listing

__all__ = ["ListingHints", "find_entries", "is_leaf", "looks_like_listing"]
