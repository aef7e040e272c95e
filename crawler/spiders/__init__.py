"""One spider for every source; how its lists are read depends on the CMS family.

A family is a function from one answer of a column to its rows and where the column goes on.
"""

from crawler.spiders.families import Reader, reader_for

__all__ = ["Reader", "reader_for"]
