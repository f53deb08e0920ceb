"""Whether a team's database is as its lists say: every role, right, rule, trigger and function; it changes nothing.

What somebody gave, took away or switched off by hand is named, with who has it; the deploy script puts all of it right.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from hubdata.policy import Policy
from hubdata.records.team import policies, views
from hubdata.records.team.functions import APPEND, WRITERS, functions
from hubdata.records.team.rights import OWNER, rights, roles
from hubdata.records.team.script import LARGE, OURS, POLICY_NOW, VIEW_NOW, digest

THERE = "SELECT to_regnamespace('team') IS NOT NULL"
ROLES = """SELECT r.rolname, r.rolcanlogin OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
  OR r.rolbypassrls FROM pg_roles r WHERE r.rolname = ANY (:names)"""
NAMES = "SELECT role, name FROM team.roles"
OWNERS = f"""SELECT c.relname, pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.relnamespace = ANY
  (ARRAY[to_regnamespace(current_schema()), to_regnamespace('team'), to_regnamespace('reporting')])
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {OURS} AND pg_get_userbyid(c.relowner) <> :owner"""
PLACED = "CASE n.nspname WHEN current_schema() THEN '' ELSE n.nspname || '.' END || c.relname"
WHO = "CASE x.grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(x.grantee) END"
GIVEN = f"""SELECT {PLACED}, coalesce(a.attname, ''), {WHO}, x.privilege_type
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
  JOIN LATERAL (SELECT * FROM aclexplode(a.attacl)) x ON true
  WHERE n.nspname IN (current_schema(), 'team', 'reporting') AND x.grantee <> c.relowner AND {OURS}
UNION ALL SELECT {PLACED}, '', {WHO}, x.privilege_type
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN LATERAL aclexplode(c.relacl) x ON true
  WHERE n.nspname IN (current_schema(), 'team', 'reporting') AND x.grantee <> c.relowner AND {OURS}"""
SECURED = """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"""
POLICIES = f"""SELECT c.relname, p.polname, coalesce(obj_description(p.oid, 'pg_policy'), '') AS said,
  {POLICY_NOW} AS now,
  ARRAY(SELECT pg_get_userbyid(o) FROM unnest(p.polroles) o ORDER BY 1) AS roles
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = current_schema()::regnamespace"""
VIEWS = f"""SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') AS said, {VIEW_NOW} AS now
  FROM pg_class c
  WHERE c.relnamespace = to_regnamespace('reporting') AND c.relkind = 'v'"""
TRIGGERS = """SELECT CASE n.nspname WHEN 'team' THEN 'team.' ELSE '' END || c.relname AS of_table, t.tgname,
  t.tgenabled IN ('O', 'A') AS works, p.proname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE NOT t.tgisinternal AND (p.pronamespace = to_regnamespace('team') OR t.tgname LIKE 'team\\_%')"""
FUNCTIONS = """SELECT p.proname, p.prosrc, p.prosecdef AND p.proconfig @> ARRAY['search_path=' || current_schema() ||
  ', pg_temp'] AS pinned, pg_get_userbyid(p.proowner) = :owner AS owned,
  ARRAY(SELECT CASE x.grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(x.grantee) END
    FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x WHERE x.grantee <> p.proowner
    ORDER BY 1) AS callers
  FROM pg_proc p WHERE p.pronamespace = to_regnamespace('team')
  OR (p.proname = :append AND p.pronamespace = current_schema()::regnamespace)"""
LOGINS = """SELECT m.rolname, array_agg(r.role ORDER BY r.role) AS roles, m.rolsuper OR m.rolcreaterole OR m.rolcreatedb
  OR m.rolreplication AS too_much, m.rolbypassrls AS passes, l.role AS listed
  FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
  JOIN team.roles r ON r.name = g.rolname LEFT JOIN team.logins l ON l.login = m.rolname
  GROUP BY m.rolname, m.rolsuper, m.rolcreaterole, m.rolcreatedb, m.rolreplication, m.rolbypassrls, l.role"""
OTHERS = """SELECT m.rolname, string_agg(g.rolname, ', ' ORDER BY g.rolname) FROM pg_auth_members a
  JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
  WHERE (m.rolname IN (SELECT login FROM team.logins) OR m.rolname IN (SELECT name FROM team.roles))
  AND g.rolname NOT IN (SELECT name FROM team.roles) GROUP BY 1"""
DATABASE = """SELECT 'the database', x.privilege_type FROM pg_database d, aclexplode(coalesce(d.datacl,
  acldefault('d', d.datdba))) x WHERE d.datname = current_database() AND x.grantee = 0
UNION ALL SELECT 'the schema ' || n.nspname, x.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) x
  WHERE n.nspname IN (current_schema(), 'team', 'reporting') AND x.grantee = 0
UNION ALL SELECT DISTINCT 'large objects', 'EXECUTE' FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND p.proname = ANY (:large) AND has_function_privilege('public', p.oid, 'EXECUTE')"""
WORDS = "SELECT word FROM team.words"


def there(connection: Connection) -> bool:
    """Whether a team's roles were ever set up in this database."""
    return bool(connection.execute(text(THERE)).scalar())


def differences(connection: Connection, decided: Policy) -> list[str]:
    """Everything that is not as the lists have it, in words."""
    names: dict[str, str] = dict(connection.execute(text(NAMES)).all())
    missing = [f"the role {role} is not listed" for role in (OWNER, *roles()) if role not in names]
    if missing:
        return missing
    found = [
        *_roles(connection, names),
        *_rights(connection, names),
        *_rows(connection, names),
        *_triggers(connection),
        *_functions(connection, names),
        *_views(connection),
        *_logins(connection),
    ]
    if set(connection.execute(text(WORDS)).scalars()) != set(views.words(decided)):
        found.append("the words that a reporter is told are not those that this hub decided")
    return sorted(found)


def _roles(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    there_ = dict(connection.execute(text(ROLES), {"names": list(names.values())}).all())
    for name in names.values():
        if name not in there_:
            yield f"the role {name} is missing"
        elif there_[name]:
            yield f"the role {name} may sign in, or has a right over the whole server"
    for table, owner in connection.execute(text(OWNERS), {"owner": names[OWNER]}):
        yield f"{table}: belongs to {owner}, not to {names[OWNER]}"
    for what, verb in connection.execute(text(DATABASE), {"large": list(LARGE)}):
        yield f"{what}: everybody may {verb}"


def _rights(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    wanted = {(right.table, right.column, names[right.role], right.verb) for right in rights()}
    wanted |= {
        (f"reporting.{view}", "", names[r], "SELECT") for view in views.views() for r in ("reporter", "operator")
    }
    wanted |= {(f"team.{t}", "", names[r], "SELECT") for t in ("entered", "acted") for r in ("auditor", "operator")}
    wanted |= {(f"team.{t}", "", names["operator"], "SELECT") for t in ("roles", "logins", "words", "owed")}
    found = {tuple(row) for row in connection.execute(text(GIVEN))}
    for table, column, who, verb in sorted(found - wanted):
        yield f"{table}{f'.{column}' if column else ''}: {who} may {verb}, which no list gives"
    for table, column, who, verb in sorted(wanted - found):
        yield f"{table}{f'.{column}' if column else ''}: {who} may not {verb}"


def _rows(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    secured = {table: (on, forced) for table, on, forced in connection.execute(text(SECURED))}
    for table in policies.secured():
        if secured.get(table) != (True, True):
            yield f"{table}: its rows are not kept apart (row-level security is off, or not forced)"
    wanted = {(p.table, p.name): p for p in policies.policies()}
    found = {(r.relname, r.polname): r for r in connection.execute(text(POLICIES))}
    for table, name in sorted(found.keys() - wanted.keys()):
        yield f"{table}: the rule {name} is none of the product's"
    for key, policy in wanted.items():
        row = found.get(key)
        if row is None:
            yield f"{policy.table}: the rule {policy.name} is missing"
        elif row.said != f"{digest(policy.sql(names))} {row.now}" or row.roles != sorted(
            names[role] for role in policy.roles
        ):
            yield f"{policy.table}: the rule {policy.name} is not as the product made it"


def _triggers(connection: Connection) -> Iterator[str]:
    wanted = {(trigger.table, trigger.name): trigger.function for trigger in policies.triggers()}
    found = {(r.of_table, r.tgname): (r.works, r.proname) for r in connection.execute(text(TRIGGERS))}
    for table, name in sorted(found.keys() - wanted.keys()):
        yield f"{table}: the guard {name} is none of the product's"
    for (table, name), function in wanted.items():
        if (table, name) not in found:
            yield f"{table}: the guard {name} is missing"
        elif found[table, name] != (True, function):
            yield f"{table}: the guard {name} is switched off, or does something else"


def _functions(connection: Connection, names: dict[str, str]) -> Iterator[str]:
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    wanted = {each.name: each for each in functions(schema)}
    rows = connection.execute(text(FUNCTIONS), {"owner": names[OWNER], "append": APPEND}).all()
    for row in rows:
        each = wanted.get(row.proname)
        if each is None and row.proname != APPEND:
            yield f"the function team.{row.proname} is none of the product's"
            continue
        callers = sorted(names[role] for role in (each.roles if each else WRITERS))
        if not (row.pinned and row.owned) or (each and row.prosrc != each.body):
            yield f"the function {row.proname} is not as the product made it"
        if row.callers != callers:
            yield f"the function {row.proname} may be called by others than the list says"
    yield from (f"the function team.{name} is missing" for name in sorted(wanted.keys() - {r.proname for r in rows}))


def _views(connection: Connection) -> Iterator[str]:
    found = {row.relname: row for row in connection.execute(text(VIEWS))}
    wanted = views.views()
    for name in sorted(found.keys() - wanted.keys()):
        yield f"the view reporting.{name} is none of the product's"
    for name, query in wanted.items():
        if name not in found:
            yield f"the view reporting.{name} is missing"
        elif found[name].said != f"{digest(query)} {found[name].now}":
            yield f"the view reporting.{name} is not as the product made it"


def _logins(connection: Connection) -> Iterator[str]:
    for row in connection.execute(text(LOGINS)):
        role = row.roles[0]
        if len(row.roles) > 1:
            yield f"the login {row.rolname} is in several roles: {', '.join(row.roles)}"
        if row.too_much or row.passes != (role in roles() and roles()[role].beside == "bypassrls"):
            yield f"the login {row.rolname} has a right over the whole server, or lacks what its role needs"
        if role != OWNER and row.listed != role:
            yield f"the login {row.rolname} is in the role {role}, which the list of logins does not say"
    for login, others in connection.execute(text(OTHERS)):
        yield f"the login {login} is also a member of {others}"
