"""The faults planted in an invented hub, one for each rule, each known by name."""
