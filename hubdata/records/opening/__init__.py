"""How a hub's database is found and opened: what an address may say, and in a sentence why nothing opened there."""
