"""The workbench: what an analyst asks of the records in a notebook, as pandas frames; no name and no free text.

It writes nothing but the looks that the ledger wants, and judges nothing itself.
"""
