"""Rules of a council's own: SQL files in its hub's `rules/`, each held to its spec, run apart in a closed DuckDB."""
