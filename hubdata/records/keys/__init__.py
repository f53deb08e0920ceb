"""The hub's secret keys: where they are kept, who can take them out, and how they move; never what they sign."""
