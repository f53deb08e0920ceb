"""Agreements, shares, recalls and receipts; a share is recorded and judged, and safeguarding is never blocked."""
