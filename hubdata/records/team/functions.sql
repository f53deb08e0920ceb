-- What a team's database does by itself. All of it belongs to the owner of the tables and finds its tables in one place
-- that no caller can change. Who somebody is is the login that the server let in (session_user): no setting changes it.
-- Each begins with its name, what it is given and which roles may call it; the list goes into deploy.py's script.

-- function may_now() for nobody
CREATE OR REPLACE FUNCTION team.may_now() RETURNS team.logins
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT l FROM team.logins l WHERE l.login = session_user AND l.from_on <= current_date
    AND (l.ended_on IS NULL OR current_date < l.ended_on)
$$;

-- function my_role() for nobody
CREATE OR REPLACE FUNCTION team.my_role() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT (team.may_now()).role
$$;

-- function all_hubs() for every
CREATE OR REPLACE FUNCTION team.all_hubs() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT coalesce('*' = ANY ((team.may_now()).hubs), false)
$$;

-- function my_hubs() for every
CREATE OR REPLACE FUNCTION team.my_hubs() RETURNS varchar[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  WITH RECURSIVE every AS (
    (SELECT f.hub FROM families f ORDER BY f.hub LIMIT 1)
    UNION ALL
    SELECT (SELECT f.hub FROM families f WHERE f.hub > e.hub ORDER BY f.hub LIMIT 1) FROM every e WHERE e.hub IS NOT NULL
  )
  SELECT CASE WHEN team.all_hubs() THEN (SELECT coalesce(array_agg(e.hub), '{}') FROM every e WHERE e.hub IS NOT NULL)
    ELSE coalesce((team.may_now()).hubs, '{}') END
$$;

-- function my_partner() for every
CREATE OR REPLACE FUNCTION team.my_partner() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT (team.may_now()).organisation
$$;

-- function owns() for nobody
CREATE OR REPLACE FUNCTION team.owns() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT pg_has_role(session_user, (SELECT r.name FROM team.roles r WHERE r.role = 'owner'), 'MEMBER')
$$;

-- function note_entry() for nobody
-- An entry of the ledger: by which login, in which role and when is what the server says, and it must fit what the
-- entry says of itself. The owner's own logins may set up and upgrade.
CREATE OR REPLACE FUNCTION team.note_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE mine text := team.my_role(); said json; at timestamptz;
BEGIN
  IF mine IS NULL AND NOT team.owns() THEN
    RAISE EXCEPTION 'team: this login may not act here' USING ERRCODE = '42501';
  END IF;
  IF mine IS NOT NULL THEN
    said := convert_from(NEW.meta, 'UTF8')::json;
    IF NOT coalesce(said->>'role', '') = ANY ((SELECT r.enters_as FROM team.roles r WHERE r.role = mine)::text[]) THEN
      RAISE EXCEPTION 'team: this login may not act in that role' USING ERRCODE = '42501';
    END IF;
    at := (said->>'at')::timestamptz;
    IF at IS NULL OR abs(extract(epoch FROM at - clock_timestamp())) > 120 THEN
      RAISE EXCEPTION 'team: the time of an entry is not the server''s' USING ERRCODE = '42501';
    END IF;
  END IF;
  INSERT INTO team.entered (seq, login, role, at, xid)
    VALUES (NEW.seq, session_user, coalesce(mine, 'owner'), clock_timestamp(), pg_current_xact_id());
  RETURN NULL;
END $$;

-- function owe() for nobody
-- A change owes an entry: it is asked for when the transaction commits.
CREATE OR REPLACE FUNCTION team.owe() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
BEGIN
  INSERT INTO team.owed (xid) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- function paid() for nobody
CREATE OR REPLACE FUNCTION team.paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM team.entered e WHERE e.xid = pg_current_xact_id()
                 AND e.at >= transaction_timestamp()) THEN
    RAISE EXCEPTION 'team: nothing is changed without an entry in the ledger' USING ERRCODE = '42501';
  END IF;
  DELETE FROM team.owed o WHERE o.xid = NEW.xid;
  RETURN NULL;
END $$;

-- function two_people() for nobody
-- Who reviewed a disposal and who approved it are two logins, as the server let them in.
CREATE OR REPLACE FUNCTION team.two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE mine text := team.my_role();
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF mine IS NOT NULL AND NEW.status <> 'reviewed' THEN
      RAISE EXCEPTION 'team: a disposal begins with its review' USING ERRCODE = '42501';
    END IF;
    INSERT INTO team.acted (disposal, what, login) VALUES (NEW.disposal, 'reviewed', session_user)
      ON CONFLICT DO NOTHING;
  ELSIF NEW.status <> OLD.status AND mine IS NOT NULL THEN
    IF NEW.status = 'approved' AND EXISTS (
      SELECT 1 FROM team.acted a WHERE a.disposal = NEW.disposal AND a.what = 'reviewed' AND a.login = session_user
    ) THEN
      RAISE EXCEPTION 'team: this login reviewed the disposal: another must approve it' USING ERRCODE = '42501';
    END IF;
    IF OLD.status = 'reviewed' AND NEW.status NOT IN ('approved', 'refused') THEN
      RAISE EXCEPTION 'team: nobody has approved the disposal' USING ERRCODE = '42501';
    END IF;
    IF NEW.status = 'approved' THEN
      INSERT INTO team.acted (disposal, what, login) VALUES (NEW.disposal, 'approved', session_user)
        ON CONFLICT (disposal, what) DO UPDATE SET login = excluded.login;
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- function destroy(name text, families varchar[], digests varchar[]) for approver
-- The rows of families whose destruction was reviewed by one login and approved by another, and that this login may see.
CREATE OR REPLACE FUNCTION team.destroy(name text, families varchar[], digests varchar[])
RETURNS TABLE (of_table text, gone bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE each text[]; mine text := team.my_role();
BEGIN
  IF mine IS DISTINCT FROM 'approver' AND NOT team.owns() THEN
    RAISE EXCEPTION 'team: this login may not destroy' USING ERRCODE = '42501';
  END IF;
  PERFORM 1 FROM disposals d WHERE d.disposal = name AND d.status = 'running' FOR UPDATE;
  IF NOT FOUND OR EXISTS (
    SELECT 1 FROM unnest(families) f(family)
    LEFT JOIN decisions c ON c.family = f.family AND c.disposal = name AND c.decision = 'dispose' AND c.kept_because IS NULL
    WHERE c.family IS NULL OR (mine IS NOT NULL AND NOT team.all_hubs() AND NOT c.hub = ANY (team.my_hubs()))
  ) THEN
    RAISE EXCEPTION 'team: that is not what was approved' USING ERRCODE = '42501';
  END IF;
  UPDATE recalls r SET family = p.digest FROM unnest(families, digests) p(family, digest) WHERE r.family = p.family;
  INSERT INTO erasing (since) VALUES (timezone('utc', now()));
  FOREACH each SLICE 1 IN ARRAY ARRAY[OWNED_TABLES] LOOP
    EXECUTE format('DELETE FROM %I WHERE %s', each[1], each[2]) USING families;
    GET DIAGNOSTICS gone = ROW_COUNT;
    of_table := each[1];
    RETURN NEXT;
  END LOOP;
  DELETE FROM erasing;
END $$;

-- function forget(entries integer[]) for approver
-- What entries of the ledger say, while the traces of what was destroyed are erased.
CREATE OR REPLACE FUNCTION team.forget(entries integer[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE gone bigint;
BEGIN
  IF NOT (team.my_role() IS NOT DISTINCT FROM 'approver'
          AND EXISTS (SELECT 1 FROM disposals d WHERE d.status = 'proving')) AND NOT team.owns() THEN
    RAISE EXCEPTION 'team: this login may not erase' USING ERRCODE = '42501';
  END IF;
  INSERT INTO erasing (since) VALUES (timezone('utc', now()));
  DELETE FROM payloads p WHERE p.seq = ANY (entries);
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM erasing;
  RETURN gone;
END $$;

-- function settle(name text) for approver
-- A table written anew, without the bytes of rows that are gone: only its owner may do so.
CREATE OR REPLACE FUNCTION team.settle(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE key text;
BEGIN
  IF team.my_role() IS DISTINCT FROM 'approver' AND NOT team.owns() THEN
    RAISE EXCEPTION 'team: this login may not erase' USING ERRCODE = '42501';
  END IF;
  SELECT i.indexrelid::regclass::text INTO key FROM pg_index i
    WHERE i.indrelid = format('%I', name)::regclass AND i.indisprimary;
  EXECUTE format('CLUSTER %I USING %s', name, key);
  EXECUTE format('ANALYZE %I', name);
END $$;

-- function digests(name text) for auditor
-- For who verifies: of each row of a table the place of its key and a digest of the whole; no value leaves it.
CREATE OR REPLACE FUNCTION team.digests(name text) RETURNS TABLE (place text, said text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp SET datestyle = 'ISO, YMD' AS $$
DECLARE keys text;
BEGIN
  IF NOT name = ANY (ARRAY[COVERED_TABLES]) THEN
    RAISE EXCEPTION 'team: nobody vouches for that table' USING ERRCODE = '42501';
  END IF;
  SELECT string_agg('r.' || quote_ident(a.attname), ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)) INTO keys
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
    WHERE i.indrelid = format('%I', name)::regclass AND i.indisprimary;
  RETURN QUERY EXECUTE format('SELECT encode(substr(sha256(convert_to(concat_ws(chr(31), %s), ''UTF8'')), 1, 4), ''hex''), '
    'encode(sha256(convert_to(r::text, ''UTF8'')), ''hex'') FROM %I r', keys, name);
END $$;

-- function keyed(salt bytea, said bytea) for nobody
-- HMAC-SHA256 under a key of 32 bytes.
CREATE OR REPLACE FUNCTION team.keyed(salt bytea, said bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE inner_key bytea := decode(repeat('36', 64), 'hex'); outer_key bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR at IN 0 .. length(salt) - 1 LOOP
    inner_key := set_byte(inner_key, at, get_byte(salt, at) # 54);
    outer_key := set_byte(outer_key, at, get_byte(salt, at) # 92);
  END LOOP;
  RETURN sha256(outer_key || sha256(inner_key || said));
END $$;

-- function entries(since integer) for auditor;reporter
-- For who verifies: the chain, and whether what each entry says is what it committed to; not what it says.
CREATE OR REPLACE FUNCTION team.entries(since integer)
RETURNS TABLE (seq integer, prev bytea, meta bytea, commitment bytea, hash bytea, said boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT c.seq, c.prev, c.meta, c.commitment, c.hash, CASE WHEN p.seq IS NOT NULL THEN
    team.keyed(p.salt, p.payload) = c.commitment END
  FROM chain c LEFT JOIN payloads p ON p.seq = c.seq WHERE c.seq > since ORDER BY c.seq
$$;

-- function masked(said text) for reporter
-- A free text for who may not read it: that it says something, or the placeholder by which it says nothing.
CREATE OR REPLACE FUNCTION team.masked(said text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
  SELECT CASE
    WHEN said IS NULL THEN NULL
    WHEN said !~ '[[:alpha:]]' THEN regexp_replace(left(said, 60), '[0-9]', '0', 'g')
    WHEN NOT EXISTS (SELECT 1 FROM regexp_split_to_table(lower(said), '[^[:alnum:]]+') w(word)
      WHERE w.word <> '' AND NOT EXISTS (SELECT 1 FROM team.words k WHERE k.word = w.word)) THEN left(said, 60)
    WHEN EXISTS (SELECT 1 FROM team.words k WHERE k.word = regexp_replace(lower(said), '[^[:alnum:]]+', '', 'g'))
      THEN left(said, 60)
    WHEN lower(said) ~ '^[^[:alnum:]]*([[:alpha:]])([^[:alnum:]]|\1)*$' THEN left(said, 60)
    ELSE 'it says something' END
$$;
