"""The SQL that gives a hub on PostgreSQL its team's roles: one transaction, by a superuser, as often as one likes.

It takes away whatever stands in no list, of whomever, and gives what the lists say; doctor compares by the same lists.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from hubdata.policy import Policy
from hubdata.records.team import logins, policies, views
from hubdata.records.team.functions import APPEND, WRITERS, functions
from hubdata.records.team.logins import Login
from hubdata.records.team.rights import OWNER, PLACE, rights, roles

HEAD = """-- A team's roles for a hub that exists: run it as a superuser of the server, in the hub's own database.
--   psql -X -v ON_ERROR_STOP=1 -d DATABASE -f FILE
-- It can be run again at any time, and takes away what somebody gave by hand. No password stands here: give each login
-- a certificate, or a password by psql's \\password.
BEGIN;
SET LOCAL client_min_messages = error;
SET LOCAL search_path = {schema}, pg_temp;
"""
ROLE = """DO $team$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} NOLOGIN; END IF;
END $team$;
ALTER ROLE {name} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
"""
# Whose everything is, and what anybody was given: all of it goes before the lists are followed.
AFRESH = """DO $team$ DECLARE each record; BEGIN
FOR each IN SELECT c.oid::regclass AS name, c.relkind AS kind, c.oid FROM pg_class c
    WHERE c.relnamespace IN ('{schema}'::regnamespace, 'team'::regnamespace, 'reporting'::regnamespace)
    AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {ours} LOOP
  IF each.kind <> 'S' THEN
    EXECUTE format('ALTER %s %s OWNER TO {owner}', CASE each.kind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN
      'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, each.name);
  END IF;
END LOOP;
FOR each IN SELECT DISTINCT c.oid::regclass AS name, a.grantee, c.relowner FROM pg_class c
    JOIN LATERAL (SELECT (aclexplode(c.relacl)).grantee UNION SELECT (aclexplode(t.attacl)).grantee
      FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL) a ON a.grantee <> c.relowner
    WHERE c.relnamespace IN ('{schema}'::regnamespace, 'team'::regnamespace, 'reporting'::regnamespace)
    AND {ours} LOOP
  EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', each.name,
    CASE each.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(each.grantee)) END);
END LOOP;
FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.prokind = 'f' AND (p.pronamespace =
    'team'::regnamespace OR (p.pronamespace = '{schema}'::regnamespace AND p.proname LIKE 'hub\\_%')) LOOP
  EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', each.name);
  EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, {names}', each.name);
END LOOP;
FOR each IN SELECT p.polname, p.polrelid::regclass AS name FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = '{schema}'::regnamespace LOOP
  EXECUTE format('DROP POLICY %I ON %s', each.polname, each.name);
END LOOP;
END $team$;
"""
OURS = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
# Of the database itself nothing is anybody's: no other schema is made in it, no large object, no temporary table but
# the one in which a session of the product is told what it changed.
PUBLIC = """DO $team$ DECLARE each record; BEGIN
EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
EXECUTE format('GRANT CONNECT ON DATABASE %I TO {names}', current_database());
EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {owner}, {writers}', current_database());
FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
    AND p.proname IN ({large}) LOOP
  EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each.name);
END LOOP;
END $team$;
REVOKE ALL ON SCHEMA {schema}, team, reporting FROM PUBLIC, {names};
ALTER SCHEMA team OWNER TO {owner};
ALTER SCHEMA reporting OWNER TO {owner};
GRANT ALL ON SCHEMA {schema} TO {owner};
GRANT USAGE ON SCHEMA {schema}, team TO {names};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER FUNCTION {append}(bytea, bytea, bytea, bytea) SECURITY DEFINER;
ALTER FUNCTION {append}(bytea, bytea, bytea, bytea) SET search_path = {schema}, pg_temp;
GRANT EXECUTE ON FUNCTION {append}(bytea, bytea, bytea, bytea) TO {writers};
"""
LARGE = ("lo_creat", "lo_create", "lo_from_bytea", "lo_get", "lo_open", "lo_put", "lo_unlink", "loread", "lowrite")
# What a policy or a view says is kept beside it twice: as it was written here, and as the server reads it back.
NOTED = """DO $team$ DECLARE each record; BEGIN
FOR each IN SELECT p.polname, p.polrelid::regclass AS name, obj_description(p.oid, 'pg_policy') AS said,
    {policy} AS now FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = '{schema}'::regnamespace LOOP
  EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', each.polname, each.name, each.said || ' ' || each.now);
END LOOP;
FOR each IN SELECT c.oid::regclass AS name, obj_description(c.oid, 'pg_class') AS said, {view} AS now
    FROM pg_class c WHERE c.relnamespace = 'reporting'::regnamespace AND c.relkind = 'v' LOOP
  EXECUTE format('COMMENT ON VIEW %s IS %L', each.name, each.said || ' ' || each.now);
END LOOP;
END $team$;
"""
POLICY_NOW = (
    "md5(p.polcmd::text || p.polpermissive || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || '|' || "
    "coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''))"
)
VIEW_NOW = "md5(pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, ''))"


def digest(said: str) -> str:
    """What stands for a text that was written here."""
    return sha256(said.encode()).hexdigest()[:16]


def named(prefix: str) -> dict[str, str]:
    """What the roles are called on the server, whose names all its databases share."""
    return {role: f"{prefix}_{role}" for role in (OWNER, *roles())}


def script(prefix: str, schema: str, decided: Policy, people: Sequence[Login] | None = None) -> str:
    """All of it. Raises BadParameter if a name cannot be one; who is not among the `people`, if there are any, ends."""
    names = named(logins.word(prefix, "--roles"))
    logins.word(schema, "--schema")
    others = {role: name for role, name in names.items() if role != OWNER}
    told = {
        "schema": schema,
        "owner": names[OWNER],
        "names": ", ".join(others.values()),
        "writers": ", ".join(names[role] for role in WRITERS),
        "ours": OURS,
        "large": ", ".join(f"'{name}'" for name in LARGE),
        "append": APPEND,
        "policy": POLICY_NOW,
        "view": VIEW_NOW,
    }
    parts = [
        HEAD.format(**told),
        *(ROLE.format(name=name) for name in names.values()),
        (PLACE / "tables.sql").read_text("utf-8"),
        *(f"{each.sql};" for each in functions(schema)),
        AFRESH.format(**told),
        PUBLIC.format(**told),
        *_kept(names, decided),
        *_rows(names),
        *_granted(names, schema),
        *_views(names),
        NOTED.format(**told),
        *(logins.statements(people, names) if people is not None else ()),
        "COMMIT;",
    ]
    return "\n".join(parts) + "\n"


def _kept(names: dict[str, str], decided: Policy) -> Iterator[str]:
    """Which role is called what, as what it may enter in the ledger, and which words of a free text are no one's."""
    for role, name in names.items():
        enters = roles()[role].enters_as if role in roles() else ()
        listed = ", ".join(f"'{word}'" for word in enters)
        yield (
            f"INSERT INTO team.roles (role, name, enters_as) VALUES ('{role}', '{name}', ARRAY[{listed}]::text[]) "
            "ON CONFLICT (role) DO UPDATE SET name = excluded.name, enters_as = excluded.enters_as;"
        )
    words = ", ".join("('{}')".format(word.replace("'", "''")) for word in views.words(decided))
    yield f"DELETE FROM team.words;\nINSERT INTO team.words (word) VALUES {words};"


def _rows(names: dict[str, str]) -> Iterator[str]:
    for table in policies.secured():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\nALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for policy in policies.policies():
        made = policy.sql(names)
        yield f"{made};\nCOMMENT ON POLICY {policy.name} ON {policy.table} IS '{digest(made)}';"
    for trigger in policies.triggers():
        yield f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table};\n{trigger.sql()};"


def _granted(names: dict[str, str], schema: str) -> Iterator[str]:
    by_table: dict[tuple[str, str, str], list[str]] = {}
    for right in sorted(rights()):
        by_table.setdefault((right.role, right.table, right.verb), []).append(right.column)
    for (role, table, verb), columns in by_table.items():
        some = f" ({', '.join(columns)})" if all(columns) else ""
        yield f"GRANT {verb}{some} ON {table} TO {names[role]};"
    for each in functions(schema):
        if each.roles:
            to = ", ".join(names[role] for role in each.roles)
            yield f"GRANT EXECUTE ON FUNCTION team.{each.name}({each.kinds}) TO {to};"
    yield f"GRANT SELECT ON team.entered, team.acted TO {names['auditor']}, {names['operator']};"
    yield f"GRANT SELECT ON team.roles, team.logins, team.words, team.owed TO {names['operator']};"


def _views(names: dict[str, str]) -> Iterator[str]:
    for table, query in views.views().items():
        yield (
            f"DROP VIEW IF EXISTS reporting.{table};\n"
            f"CREATE VIEW reporting.{table} WITH (security_barrier = true) AS {query};\n"
            f"ALTER VIEW reporting.{table} OWNER TO {names[OWNER]};\n"
            f"COMMENT ON VIEW reporting.{table} IS '{digest(query)}';\n"
            f"GRANT SELECT ON reporting.{table} TO {names['reporter']};"
        )
    yield f"GRANT USAGE ON SCHEMA reporting TO {names['reporter']}, {names['operator']};"
    every = ", ".join(f"reporting.{table}" for table in views.views())
    yield f"GRANT SELECT ON {every} TO {names['operator']};"
