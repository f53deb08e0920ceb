"""A return laid beside what the hub holds: faults and remarks that only the hub can tell; it writes nothing."""
