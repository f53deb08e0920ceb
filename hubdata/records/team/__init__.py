"""A team's PostgreSQL: which role may do what to which table, the SQL that makes it so, and whether it is so."""
