"""What everything that was published says together, from one quarter to the next."""
