-- What every report shares: how figures speak, the records of the hub that was asked for, and how the report was made.
-- A figure's time is its planning. So what several figures ask is a table, made once, and a label is looked up in a
-- variable: a view and a query in its place are planned again wherever they are named.

-- So that no title is ever "1 records".
CREATE TEMP MACRO counted(n, one, many) AS
    format('{:,} {}', coalesce(n, 0)::BIGINT, CASE WHEN coalesce(n, 0) = 1 THEN one ELSE many END);
-- What a code of a registered list means; a code that no list has stays as it is, so that nothing is dropped.
SET VARIABLE labels = (
    SELECT map(list(list), list(labels)) FROM (SELECT list, map(list(code), list(label)) AS labels FROM words GROUP BY list));
CREATE TEMP MACRO said(of_list, of_code) AS coalesce(getvariable('labels')[of_list][of_code], of_code);
-- What an organisation is called.
CREATE TEMP MACRO partner(of_code) AS
    coalesce((SELECT any_value(o.name) FROM organisations AS o WHERE o.organisation = of_code), of_code);
CREATE TEMP MACRO in_words(day) AS strftime(day, '%-d %B %Y');
-- How current an organisation's part of the record is, and the days that it covers (rules/freshness.sql).
CREATE TEMP MACRO current_as_of(of_code) AS (SELECT any_value(last_update_on) FROM judged_freshness WHERE subject = of_code);
CREATE TEMP MACRO covers(of_code) AS (
    SELECT any_value(in_words(covers_from) || ' to ' || in_words(covers_to)) FROM judged_freshness WHERE subject = of_code);
-- A part of a whole in whole per cent: unknown when there is no whole, and 0 or 100 only when it is none or all.
CREATE TEMP MACRO percent(part, whole) AS
    CASE WHEN whole = 0 THEN NULL WHEN part IN (0, whole) THEN 100 * part // whole
    ELSE least(99, greatest(1, round(100.0 * part / whole)))::INTEGER END;
-- A small whole number as text has it: five years.
CREATE TEMP MACRO number_word(n) AS
    coalesce(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'][n], n::VARCHAR);
-- A policy value that is a whole number.
SET VARIABLE decided = (SELECT map(list(name), list(value)) FROM policy);
CREATE TEMP MACRO decided(of_name) AS getvariable('decided')[of_name]::INTEGER;

-- Why a check that had nothing to judge says nothing of the promise.
CREATE TEMP MACRO nothing_to_judge() AS 'There is nothing recorded that it could judge.';
-- How likely a number of events is where so many are expected, and the number that chance stays within so often (Poisson).
CREATE TEMP MACRO chance(number, expected) AS exp(number * ln(expected) - expected - lgamma(number + 1));
CREATE TEMP MACRO by_chance(expected, part) AS (
    SELECT min(number) FROM (
        SELECT number, sum(chance(number, expected)) OVER (ORDER BY number) AS at_most
        FROM (SELECT unnest(generate_series(0, (expected + 12 * sqrt(expected) + 20)::BIGINT)) AS number)
    ) WHERE at_most >= part);

-- retention.stale_after_days as text has it: Retention: stale after days.
CREATE TEMP MACRO value_name(name) AS upper(name[1]) || replace(replace(name[2:], '.', ': '), '_', ' ');

-- What was lawfully destroyed after a day, and so is not counted here although it may have been in the Hub on that day.
CREATE TEMP MACRO destroyed_after(day) AS (SELECT coalesce(sum(families), 0)::BIGINT FROM destroyed WHERE destroyed_on > day);
SET VARIABLE destroyed_since = (
    SELECT counted(destroyed_after(day), 'family record was', 'family records were') || ' destroyed after ' || in_words(day)
        || coalesce(' under ' || (SELECT string_agg(DISTINCT certificate, ' and ' ORDER BY certificate) FROM certificates
            WHERE disposal IN (SELECT disposal FROM destroyed WHERE destroyed_on > day)), ', not certified yet')
        || CASE destroyed_after(day) WHEN 1 THEN ' and is' ELSE ' and are' END || ' not counted here'
    FROM (SELECT as_at AS day FROM asked) WHERE destroyed_after(day) > 0);

CREATE TEMP TABLE hub_families AS SELECT f.* FROM families AS f, asked WHERE asked.of_hub IN ('all', f.hub);

-- figure: findings
-- finding: counted(sum(found) FILTER (severity = 'Broken promise'), 'broken promise', 'broken promises') || ' and ' || counted(sum(found) FILTER (severity = 'Needs a look'), 'thing', 'things') || ' to look at'
-- scope: Checks that ran, {hub}, {period}
-- column: code | Code
-- column: sentence | Check
-- column: found | Found | number
-- column: severity | Kind
-- column: what_to_do | What to do | | | Nothing
-- empty: No check ran.
SELECT checks.code, sentence, count(found.code) AS found,
       CASE severity WHEN 'breach' THEN 'Broken promise' ELSE 'Needs a look' END AS severity,
       CASE WHEN count(found.code) > 0 THEN any_value(what_to_do) END AS what_to_do
FROM checks JOIN ran ON ran.code = checks.code LEFT JOIN found ON found.code = checks.code
WHERE ran.judged > 0
GROUP BY ALL
ORDER BY severity, checks.code;

-- figure: not_run
-- finding: CASE WHEN count(*) = 0 THEN 'Every check of this report ran' ELSE counted(count(*), 'check', 'checks') || ' did not run' END
-- scope: Checks of this report that had nothing to judge, {hub}, {period}
-- column: code | Code
-- column: sentence | Check
-- column: why | Why it did not run
-- empty: Every check of this report ran.
SELECT code, sentence, why FROM checks JOIN ran USING (code) WHERE ran.judged = 0
ORDER BY code;

-- figure: assumptions
-- finding: counted(count(*), 'assumption waits', 'assumptions wait') || ' for an officer to confirm'
-- scope: Values that the notice does not settle, as used in this report
-- shown_as: register
-- column: name | Value
-- column: in_force | In force
-- column: assumption | To be confirmed
-- empty: No value of this report rests on an assumption.
SELECT value_name(name) AS name, value || CASE WHEN regexp_full_match(value, '\d+') THEN ' ' || unit ELSE '' END AS in_force,
       assumption
FROM policy WHERE assumption <> '' ORDER BY name;

-- figure: policy
-- finding: counted(count(*), 'decided value', 'decided values') || ' used'
-- scope: Values in force at {as_at}
-- shown_as: register
-- column: name | Value
-- column: value | In force
-- column: unit | Unit
-- column: source | Source
-- column: last_checked | Last checked | date
SELECT value_name(name) AS name, value, unit, source, last_checked FROM policy ORDER BY name;

-- figure: about
-- finding: 'About this report'
-- scope: {hub}, {period}
-- shown_as: facts
-- column: fact | Fact
-- column: value | Value
SELECT unnest(['Covers', 'Hub', 'Family records counted', 'Who may see it', 'Snapshot of the records', 'Made with']) AS fact,
       unnest([said.period, upper(said.hub[1]) || said.hub[2:],
               format('{:,}', (SELECT count(*) FROM hub_families)) || coalesce('. ' || getvariable('destroyed_since'), ''),
               'Officers only: it names records by reference, and small numbers are not hidden',
               said.snapshot, 'hubdata ' || said.version]) AS value
FROM asked;
