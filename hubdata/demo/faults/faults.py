"""Plants faults about retention, leads, goals, notices and partners, each with the finding that it must cause.

A fault writes only about the families that the plan gave it, so that no fault changes what the rules say of
another. Odd turns plant the second form of a fault where it has one.
"""

from datetime import date, timedelta

from hubdata.demo.faults.planter import COUNCIL, family_reference
from hubdata.demo.rows import pool
from hubdata.demo.rows.columns import NEVER, iso

EPOCH = date(1970, 1, 1)
UNREGISTERED = "made_up_scale"


AUTHORITY = "Information governance officer (made up)"


def hold(
    planter,
    family,
    *,
    code="complaint",
    placed_before=200,
    review_in=None,
    released_before=None,
    reason: str | None = "The family's complaint is open",
    authority=AUTHORITY,
    request=None,
):
    def day(number):
        return None if number is None else EPOCH + timedelta(days=number)

    today = planter.plan.as_at
    planter.holds.append(
        {
            "hold": f"H{len(planter.holds) + 1:06}",
            "family": family_reference(family),
            "code": code,
            "reason": reason,
            "authority": authority,
            "placed_on": day(today - placed_before),
            "review_on": day(None if review_in is None else today + review_in),
            "released_on": day(None if released_before is None else today - released_before),
            "request": request,
        }
    )


def held_well(planter, family, turn):
    """Held past its date as it should be: for a complaint, after a review, for a claim, or for two reasons at once.

    In every second round the day of the hold's review has come, which a report says and no rule objects to.
    """
    soon = 30 + turn % 90
    form, when = turn % 4, soon if turn % 8 in (0, 1, 3, 6) else -(20 + turn % 60)
    if form == 0:
        hold(planter, family, review_in=when)
    elif form == 1:
        said = "The family asked that a later court may see the record"
        hold(planter, family, code="kept_on_review", reason=said, authority="disposal review (made up)", review_in=when)
    elif form == 2:
        said = {"reason": "A claim is before the court", "authority": "Made-up County Court"}
        hold(planter, family, code="litigation", review_in=when, placed_before=320, **said)
    else:
        said = {"reason": "A practice review asked for it", "authority": "Safeguarding partnership (made up)"}
        hold(planter, family, code="safeguarding_review", review_in=when, placed_before=150, **said)
        said = {"reason": "An inquiry asked for records to be kept", "authority": "Made-up Public Inquiry"}
        hold(planter, family, code="inquiry", review_in=when + 60, placed_before=90, **said)


def past_its_date(planter, family, turn):
    """Not held, or (every other time) held once and released."""
    if turn % 2:
        hold(planter, family, review_in=-20, released_before=15)
    planter.found("RT01", family_reference(family))


def held_badly(planter, family, turn):
    """A hold without a review date, or without a reason."""
    if turn % 2:
        hold(planter, family, review_in=60, reason=None)
    else:
        hold(planter, family)
    planter.found("RT02", family_reference(family))


def gone_quiet(planter, family, turn):
    """Another partner's last contact was more than a year ago; the lead, still named, never recorded one."""
    _helper(planter, family, turn, NEVER)
    _helper(planter, family, turn + 1, planter.plan.as_at - 380 - turn % 200)
    _lead(planter, family, _worker(planter, turn), int(planter.plan.opened[family]))
    planter.found("RT03", family_reference(family))


def no_closing_day(planter, family, _turn):
    """The families table already has the reason without the day."""
    planter.found("RT04", family_reference(family))


def no_lead(planter, family, turn):
    """Nobody ever, or somebody until ten days ago."""
    _helper(planter, family, turn, planter.plan.as_at - 20)
    if turn % 2:
        _lead(planter, family, _worker(planter, turn), int(planter.plan.opened[family]), planter.plan.as_at - 10)
    planter.found("LD01", family_reference(family))


def two_leads(planter, family, turn):
    """Two at once, or one day on which the old and the new lead both stand."""
    _helper(planter, family, turn, planter.plan.as_at - 20)
    handover = planter.plan.as_at - 60
    _lead(
        planter,
        family,
        _worker(planter, turn),
        int(planter.plan.opened[family]),
        handover if turn % 2 else NEVER,
    )
    _lead(planter, family, _worker(planter, turn, second=True), handover)
    planter.found("LD02", family_reference(family))


def lead_out_of_touch(planter, family, turn):
    """Last contact of the lead's organisation 91 days or more ago, or on the day it started, as long ago."""
    contact = planter.plan.as_at - 91 - turn % 60
    _helper(planter, family, turn, contact, started=contact if turn % 2 else None)
    _lead(planter, family, _worker(planter, turn), int(planter.plan.opened[family]))
    planter.found("LD03", family_reference(family))


def lead_has_left(planter, family, turn):
    """A worker who left 40 days ago still leads."""
    partner, left = _partner(turn), planter.plan.as_at - 40
    worker = planter.number("W")
    planter.write(
        "practitioners",
        left + 1,
        practitioner=worker,
        organisation=partner,
        name="Former Example-Worker",
        work_email=f"worker{worker[1:]}@example.org",
        active_from=None,
        active_to=iso(left),
    )
    _helper(planter, family, turn, planter.plan.as_at - 20)
    _lead(planter, family, worker, int(planter.plan.opened[family]))
    planter.found("LD04", family_reference(family))


def goal_not_reviewed(planter, family, turn):
    """Last reviewed 91 days ago or more, or never since it was set."""
    set_on, goal = int(planter.plan.opened[family]) + 10, planter.number("G")
    planter.write(
        "goals",
        set_on + 1,
        goal=goal,
        family=family_reference(family),
        area="education",
        instrument="gbo",
        set_on=set_on,
    )
    if turn % 2 == 0:
        reviewed = planter.plan.as_at - 91 - turn % 100
        planter.write("reviews", reviewed + 1, goal=goal, reviewed_on=reviewed, score="4", perspective="family")
    planter.found("OC01", goal)


def old_notice(planter, family, _turn):
    """The only agreement was given before the current notice."""
    before = planter.anchor(family) - int(planter.plan.opened[family]) - 3
    agreement = planter.decide(family, COUNCIL, before=before)
    planter.share(family, COUNCIL, before=before - 20, agreement=agreement)
    planter.found("NV01", agreement)


def silent_partner(planter, family, _turn):
    """A partner that is involved with an otherwise faultless family, and has sent nothing for forty days."""
    partner, today = pool.SILENT[0][0], planter.plan.as_at
    planter.write(
        "practitioners",
        today - 60,
        practitioner=planter.number("W"),
        organisation=partner,
        name="Quiet Example-Worker",
        active_from=iso(today - 900),
    )
    planter.write(
        "involvements",
        today - 40,
        family=family_reference(family),
        organisation=partner,
        started_on=today - 55,
        last_contact_on=today - 45,
    )
    planter.found("FR01", partner)


def dates_at_odds(planter, family, turn):
    """Of a closed family: a last contact before the support started, or after it ended."""
    opened = int(planter.plan.opened[family])
    started, ended, contact = (opened + 30, opened + 60, opened + (80 if turn % 2 else 10))
    planter.write(
        "involvements",
        opened + 90,
        family=family_reference(family),
        organisation=_partner(turn),
        started_on=started,
        ended_on=ended,
        last_contact_on=contact,
    )
    planter.found("DQ01", family_reference(family))


def said_to_go_on(planter, family, turn):
    """A service that never ended its support, which began before the Hub's, and confirmed it without any contact."""
    today = planter.plan.as_at
    planter.write(
        "involvements",
        today - 10,
        family=family_reference(family),
        organisation="LIB",
        started_on=today - 900,
        last_contact_on=today - 366 - 50 * (turn % 2),
    )
    planter.found("DQ02", family_reference(family))


def unregistered_instrument(planter, family, _turn):
    """A goal of a closed family, met, measured with something that the register does not know."""
    closed, goal = planter.anchor(family), planter.number("G")
    planter.write(
        "goals",
        closed + 1,
        goal=goal,
        family=family_reference(family),
        area="health",
        instrument=UNREGISTERED,
        set_on=closed - 100,
        closed_on=closed,
        result="met",
    )
    planter.found("NM01", UNREGISTERED)


FAMILY_FAULTS = {
    "RT01": past_its_date,
    "RT02": held_badly,
    "RT03": gone_quiet,
    "RT04": no_closing_day,
    "LD01": no_lead,
    "LD02": two_leads,
    "LD03": lead_out_of_touch,
    "LD04": lead_has_left,
    "OC01": goal_not_reviewed,
    "NV01": old_notice,
    "FR01": silent_partner,
    "DQ01": dates_at_odds,
    "DQ02": said_to_go_on,
    "NM01": unregistered_instrument,
}


def _partner(turn):
    return pool.PARTNER_CODES[turn % len(pool.PARTNER_CODES)]


def _worker(planter, turn, second=False):
    """A worker of the partner of this turn; the second is a colleague."""
    partners = len(pool.PARTNER_CODES)
    return f"W{1 + turn % partners + (partners if second else 0):06}"


def _helper(planter, family, turn, contact, started=None):
    started = int(planter.plan.opened[family]) if started is None else started
    recorded = max(contact, started) + 2
    planter.write(
        "involvements",
        recorded,
        family=family_reference(family),
        organisation=_partner(turn),
        started_on=started,
        last_contact_on=contact,
    )


def _lead(planter, family, worker, started, ended=NEVER):
    planter.write(
        "leads",
        max(started, ended) + 1,
        family=family_reference(family),
        practitioner=worker,
        started_on=started,
        ended_on=ended,
    )
