-- What a team's database keeps of its own, beside the hub's tables: who may see what, and what the server itself noted.
CREATE SCHEMA IF NOT EXISTS team;
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE TABLE IF NOT EXISTS team.roles (role text PRIMARY KEY, name name NOT NULL, enters_as text[] NOT NULL);
CREATE TABLE IF NOT EXISTS team.logins (login name PRIMARY KEY, role text NOT NULL REFERENCES team.roles,
  hubs varchar[] NOT NULL DEFAULT '{}', organisation varchar(40), from_on date NOT NULL DEFAULT current_date,
  ended_on date);
CREATE TABLE IF NOT EXISTS team.entered (seq integer PRIMARY KEY, login name NOT NULL, role text NOT NULL,
  at timestamptz NOT NULL, xid xid8 NOT NULL);
CREATE INDEX IF NOT EXISTS entered_xid ON team.entered (xid);
CREATE TABLE IF NOT EXISTS team.owed (xid xid8 PRIMARY KEY);
CREATE TABLE IF NOT EXISTS team.acted (disposal varchar(40) NOT NULL, what text NOT NULL, login name NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (disposal, what));
CREATE TABLE IF NOT EXISTS team.words (word text PRIMARY KEY);
