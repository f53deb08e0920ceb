"""What tests stand on: hubs, returns, servers and browsers to try things with; no test is here."""
