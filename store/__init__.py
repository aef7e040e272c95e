"""The only room that speaks SQL: tables, migrations, the ledger, queries by intent.

It imports no other room. What crosses into it are the frozen dataclasses of `store.records`.
"""
