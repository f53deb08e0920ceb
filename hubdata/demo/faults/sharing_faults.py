"""Plants one share for each way of breaking the promises about sharing; each names a recipient of its own.

That is why several may live in one family of a small hub. Odd turns plant the second form of a fault where it
has one.
"""

from hubdata.demo.faults.planter import COUNCIL, DECIDED, NARROW

PROTECTING = {"purpose": "safeguarding", "about": (1,), "categories": "risk_to_person"}
JUSTIFIED = {"reason": "A child may be at risk of harm at home", "risk_to": "a child of the family"}
TOLD = {"told_family": "yes"}


def no_decision(planter, family, turn):
    """Nobody was asked; or nobody answered."""
    if turn % 2:
        planter.decide(family, "DAS", decision="no_response")
    planter.found("SH01", planter.share(family, "DAS"))


def refused(planter, family, turn):
    """Refused by name; or agreed, then refused for everyone."""
    if turn % 2:
        planter.decide(family, "HVS", before=85)
    planter.decide(family, None if turn % 2 else "HVS", decision="refused")
    planter.found("SH02", planter.share(family, "HVS"))


def withdrawn(planter, family, turn):
    """Taken back for one recipient, which was recorded after the share; or for everyone."""
    planter.decide(family, "SNS")
    to, recorded = (None, None) if turn % 2 else ("SNS", 20)
    planter.decide(family, to, before=60, decision="withdrawn", recorded_before=recorded)
    planter.found("SH03", planter.share(family, "SNS"))


def expired(planter, family, turn):
    """Expired ten days before the share, or on the day before."""
    planter.decide(family, "MID", expires_before=41 if turn % 2 else 50)
    planter.found("SH04", planter.share(family, "MID"))


def not_named(planter, family, turn):
    """Somebody else was named; or the recipient was named and excluded."""
    if turn % 2:
        planter.decide(family, f"{COUNCIL};NUR", exclusions="NUR")
    else:
        planter.decide(family, COUNCIL)
    planter.found("SH05", planter.share(family, "NUR"))


def outside_what_was_agreed(planter, family, _turn):
    """Two people, each covered, and a category that was not agreed."""
    planter.decide(family, "PRI", covers=(0, 1), categories=NARROW)
    planter.found("SH06", planter.share(family, "PRI", about=(0, 1)), times=2)


def not_this_person(planter, family, _turn):
    """The parent decided for themself only; the share is about a child too."""
    planter.decide(family, "DAS")
    planter.found("SH07", planter.share(family, "DAS", about=(0, 1)))


def another_purpose(planter, family, turn):
    """Agreed to working together, or to a referral; used for another purpose."""
    if turn % 2:
        planter.decide(family, "HOU", purpose="additional_support")
        planter.found("SH08", planter.share(family, "HOU"))
    else:
        planter.decide(family, COUNCIL)
        planter.found("SH08", planter.share(family, COUNCIL, purpose="evaluation"))


def recorded_later(planter, family, _turn):
    """Agreed in time, recorded after the share."""
    planter.decide(family, "YTH", recorded_before=30)
    planter.found("SH09", planter.share(family, "YTH"))


def not_discussed(planter, family, turn):
    """A referral never discussed, or discussed three days too late."""
    planter.decide(family, "HOU", purpose="additional_support", discussed=False)
    share = planter.share(
        family,
        "HOU",
        purpose="additional_support",
        route="additional_support",
        discussed_before=37 if turn % 2 else None,
    )
    planter.found("SH10", share)


def unjustified(planter, family, turn):
    """No reason, or nobody named at risk."""
    given = dict(JUSTIFIED)
    given.pop("risk_to" if turn % 2 else "reason")
    planter.found("SH11", planter.share(family, "CSC", route="without_agreement", **PROTECTING, **given, **TOLD))


def not_told(planter, family, turn):
    """Not told, and no reason; or nothing recorded about telling."""
    told = None if turn % 2 else "no"
    share = planter.share(family, "CSC", route="legal_duty", **PROTECTING, **JUSTIFIED, told_family=told)
    planter.found("SH12", share)


def not_yet_told(planter, family, _turn):
    """Still "not yet" forty days later."""
    share = planter.share(family, "POL", route="without_agreement", **PROTECTING, **JUSTIFIED, told_family="not_yet")
    planter.found("SH13", share)


def no_sharing_agreement(planter, family, turn):
    """The recipient never had a sharing agreement, or it has ended."""
    to = "MUS" if turn % 2 else "TOY"
    planter.decide(family, to)
    planter.found("SH14", planter.share(family, to))


def against_a_refusal(planter, family, turn):
    """Shared because of a risk although refused: allowed, and always visible."""
    planter.decide(family, None if turn % 2 else "CMH", decision="refused")
    share = planter.share(family, "CMH", route="without_agreement", **JUSTIFIED, **TOLD)
    planter.found("SH15", share)


def called_consent(planter, family, _turn):
    """Rightly shared because of a risk, by somebody who takes the parent's agreement for the lawful basis."""
    planter.decide(family, "CSC", before=45)
    given = JUSTIFIED | TOLD | {"reason": "Parent gave consent by telephone; a child may be at risk of harm at home"}
    share = planter.share(family, "CSC", route="without_agreement", **PROTECTING | {"about": (0,)}, **given)
    planter.found("LB01", share)


def says_too_much(planter, family, turn):
    """Rightly shared because of a risk, with a telephone number or an e-mail address written beside the reason."""
    more = "; write to nobody@example.org" if turn % 2 else "; ring 01632 960001 first"
    given = JUSTIFIED | TOLD | {"reason": JUSTIFIED["reason"] + more}
    planter.found("LM01", planter.share(family, "POL", route="without_agreement", **PROTECTING, **given))


def contrary(planter, family, turn):
    """Agreed, and refused or taken back, at one moment; nothing was shared."""
    for decision in ("agreed", "withdrawn" if turn % 2 else "refused"):
        planter.found("DQ03", planter.decide(family, "LIB", decision=decision, purpose="additional_support"))


def of_another(planter, family, turn):
    """Asked about a child of another family, or asked another family's parent; nobody answered, nothing was shared."""
    other = planter.person(planter.neighbour(family), 0 if turn % 2 else 1)
    given = {"given_by": other} if turn % 2 else {"covers": other}
    asked = planter.decide(family, None, decision="no_response", purpose="additional_support", **given)
    planter.found("DQ04", asked)


def untimely(planter, family, turn):
    """A child of four decides alone, or somebody decides who had died; nothing was shared."""
    day = planter.anchor(family) - DECIDED
    who = planter.member(family, died=day - 3) if turn % 2 else planter.member(family, born=day - 4 * 365 - 100)
    given = {"given_by": who, "covers": who, "purpose": "additional_support"}
    planter.found("DQ05", planter.decide(family, "LIB", **given))


SHARING_FAULTS = {
    "SH01": no_decision,
    "SH02": refused,
    "SH03": withdrawn,
    "SH04": expired,
    "SH05": not_named,
    "SH06": outside_what_was_agreed,
    "SH07": not_this_person,
    "SH08": another_purpose,
    "SH09": recorded_later,
    "SH10": not_discussed,
    "SH11": unjustified,
    "SH12": not_told,
    "SH13": not_yet_told,
    "SH14": no_sharing_agreement,
    "SH15": against_a_refusal,
    "LB01": called_consent,
    "LM01": says_too_much,
    "DQ03": contrary,
    "DQ04": of_another,
    "DQ05": untimely,
}
