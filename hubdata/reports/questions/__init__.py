"""What the reports ask: named queries with their captions; they count, and judge nothing."""
