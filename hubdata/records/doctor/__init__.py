"""What stands in the way of working with a hub, each a fact in words; it reads, and changes nothing at all."""
