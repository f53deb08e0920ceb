"""Questions about a few rows, before they are written or shown, put to the rules' own SQL; it judges nothing itself."""
