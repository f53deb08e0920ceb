"""That the audit chain vouches for the rows: sums that only the product can make, moved with every write."""
