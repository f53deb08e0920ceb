"""How an older hub's tables become today's; run by the store, and nothing is ever dropped silently."""
