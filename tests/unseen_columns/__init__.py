"""Invented columns and home pages, labelled before the reader was shown them.

Each module holds pages of one kind as `PAGES`; `ALL` is all of them. A page is markup as the named
content system writes it, around rows made from one pool of titles, so that a label is what the
row was made from and never what a reader found.
"""

from unseen_columns import (
    chinese_cms,
    commercial,
    dates,
    fifth,
    fourth,
    government,
    homes,
    older,
    scripted,
    second,
    shapes,
    tables,
    third,
)

ALL = (
    *government.PAGES,
    *tables.PAGES,
    *chinese_cms.PAGES,
    *older.PAGES,
    *dates.PAGES,
    *shapes.PAGES,
    *homes.PAGES,
    *commercial.PAGES,
    *scripted.PAGES,
    *second.PAGES,
    *third.PAGES,
    *fourth.PAGES,
    *fifth.PAGES,
)
