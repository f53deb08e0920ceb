-- What every query of a release may use. `asked` has the quarter (first, last), `words` the lists of codes in force.

-- A code as the register has it; what is not registered is put together, so that no name of anything gets out.
CREATE TEMP MACRO listed(of_list, of_code) AS
    coalesce((SELECT any_value(code) FROM words WHERE list = of_list AND code = of_code), 'other');
CREATE TEMP MACRO bins(of_list) AS TABLE SELECT code FROM words WHERE list = of_list;
CREATE TEMP MACRO in_quarter(day) AS coalesce(day BETWEEN (SELECT first FROM asked) AND (SELECT last FROM asked), false);

-- Families that agreed to evaluation: the last decision of every person who was asked stands at agreed on the
-- quarter's last day. One refusal, withdrawal or expired agreement leaves the whole family out.
CREATE TEMP VIEW evaluating AS
    WITH decided AS (
        SELECT family, unnest(covers) AS person, decision, decided_on, recorded_at, agreement, expires_on
        FROM agreements, asked WHERE purpose = 'evaluation' AND decided_on <= asked.last
    ),
    stands AS (
        SELECT family, person, arg_max(decision, (decided_on, recorded_at, agreement)) AS decision,
               arg_max(coalesce(expires_on, DATE '9999-12-31'), (decided_on, recorded_at, agreement)) AS expires_on
        FROM decided GROUP BY family, person
    )
    SELECT family FROM stands, asked GROUP BY family
    HAVING bool_and(decision = 'agreed' AND expires_on >= asked.last);
