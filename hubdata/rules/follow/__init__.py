"""What follows a finding: whose it is to put right, and what changed since a day; it judges nothing."""
