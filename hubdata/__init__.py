"""The Family Hub's records, the rules that its privacy notice makes, and the reports that prove they are kept."""

__version__ = "0.1.0"
