"""Which records may be of one family; suggested with evidence, decided by a person, merged by nobody."""
