"""What the commands show in a terminal: rich tables of values that the rooms hand over.

A module for each thing that is shown; nothing here asks the ledger or decides anything.
"""

from terminal.dossiers import account_rows, lead_rows, policy_view
from terminal.mail import receipts_view, subscription_rows
from terminal.pages import encoding_rows, reading_view
from terminal.runs import replay_table, run_table
from terminal.surveys import examinations_view, proposal_view, trial_view
from terminal.tables import rows_table
from terminal.watched import source_rows, sources_view

__all__ = [
    "account_rows",
    "encoding_rows",
    "examinations_view",
    "lead_rows",
    "policy_view",
    "proposal_view",
    "reading_view",
    "receipts_view",
    "replay_table",
    "rows_table",
    "run_table",
    "source_rows",
    "sources_view",
    "subscription_rows",
    "trial_view",
]
