"""The officer's forms, each made from its command; nothing typed or shown is kept."""
