-- P9 "the right to have a copy of your data"
-- Reading chosen: the clock (clocks.py) says how each request stands on $as_at; a request is past its date while nobody has
-- answered it (RR01), and pointed out in the policy's days before (RR02). One that was answered late, refused or taken back,
-- or that waits for the person, is no finding; the day is kept as evidence. A complaint is due to be acknowledged on the
-- day that guidance counts to; the strict reading of its thirty days, a day or more earlier, is the alert (RR02 before it, RR03
-- after it).
SELECT
  c.request AS subject, 'requests' AS "table",
  CASE
    WHEN c.status = 'overdue' AND c.kind <> 'complaint' THEN 'RR01'
    WHEN c.kind = 'complaint' AND c.status IN ('due_soon', 'overdue') AND c.alert_on < $as_at THEN 'RR03'
    WHEN c.status = 'due_soon' THEN 'RR02'
  END AS code,
  CASE WHEN c.status IN ('due_soon', 'overdue') AND c.alert_on < $as_at THEN c.alert_on + 1
    ELSE greatest(c.alert_on - CAST($rights_due_soon_days AS INTEGER), c.relevant_time) END AS since,
  c.family, f.hub,
  CASE WHEN c.kind = 'complaint' THEN 'complaint' ELSE c.kind || ' request' END
    || ' received on ' || strftime(c.received_on, '%-d %B %Y')
    || CASE WHEN c.due IS NULL THEN '' WHEN c.kind = 'complaint' THEN ', to be acknowledged by '
      ELSE ', to be answered by ' END || coalesce(strftime(c.due, '%-d %B %Y'), '')
    || CASE WHEN c.alert_on < c.due THEN ' (read strictly, by ' || strftime(c.alert_on, '%-d %B %Y') || ')' ELSE '' END
    || CASE c.extension WHEN 'valid' THEN ' (extended)' WHEN 'too_late' THEN ' (extended too late, which has no effect)'
      ELSE '' END
    || CASE
      WHEN coalesce(c.answered_on, c.acknowledged_on) > c.due
        THEN '; late: it was on ' || strftime(coalesce(c.answered_on, c.acknowledged_on), '%-d %B %Y')
      WHEN c.status IN ('paused', 'not_started') THEN '; it waits for the person since ' || c.waiting_days || ' days'
      ELSE '' END AS evidence,
  c.* EXCLUDE (family)
FROM clocks c LEFT JOIN families f USING (family)
