-- What every query of a release may use. `asked` has the quarter (first, last), `words` the lists of codes in force.

-- A code as the register has it; what is not registered is put together, so that no name of anything gets out.
CREATE TEMP MACRO listed(of_list, of_code) AS
    coalesce((SELECT any_value(code) FROM words WHERE list = of_list AND code = of_code), 'other');
CREATE TEMP MACRO bins(of_list) AS TABLE SELECT code FROM words WHERE list = of_list;
CREATE TEMP MACRO in_quarter(day) AS coalesce(day BETWEEN (SELECT first FROM asked) AND (SELECT last FROM asked), false);

-- The keys of the records that an atom counts, of the kind that they are (release/cellkey/keys.py makes record_key).
CREATE TEMP MACRO records_of(kind, name) AS coalesce(list(record_key(kind, name)) FILTER (name IS NOT NULL), []);

-- Families that take part in statistics on the quarter's last day (rules/evaluation.sql, as the outcomes report reads it too).
CREATE TEMP VIEW evaluating AS SELECT family FROM judged_evaluation WHERE takes_part;
