"""Who may act in a hub, in which roles, and how they prove it; what somebody only typed is a claim."""
