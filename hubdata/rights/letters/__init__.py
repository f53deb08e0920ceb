"""Letters about requests and complaints: they say what the law asks for on their day, and go to one person."""
