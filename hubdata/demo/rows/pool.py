"""The words of a made-up hub: organisations, names, lists; everything here is evidently invented."""

from dataclasses import dataclass

# code, name, kind, duty class. PARTNERS may be involved with a family and lead; SERVICES receive referrals.
COUNCIL = [("NNC", "Invented Council, Family Hubs team", "lead_partner", "section_11")]
PARTNERS = [
    ("HVS", "Invented Valley Health Visiting", "partner", "section_11"),
    ("SNS", "Invented Valley School Nursing", "partner", "section_11"),
    ("MID", "Invented Valley Midwifery", "partner", "section_11"),
    ("CMH", "Invented Valley Children's Mental Health", "partner", "section_11"),
    ("PRI", "Example Lane Primary School", "partner", "education_childcare"),
    ("NUR", "Sample Street Nursery", "partner", "education_childcare"),
    ("YTH", "Made-up Youth Charity", "partner", "commissioned"),
    ("DAS", "Pretend Haven Domestic Abuse Service", "partner", "commissioned"),
    ("EHT", "Invented Council, Early Help team", "council_service", "section_11"),
]
SERVICES = [
    ("HOU", "Invented Council, Housing", "council_service", "section_11"),
    ("BEN", "Invented Council, Benefits Advice", "council_service", "section_11"),
    ("SUB", "Pretend Road Recovery Service", "outside", "commissioned"),
    ("DEB", "Example Debt Advice", "outside", "none"),
    ("FBK", "Sample Square Food Bank", "outside", "none"),
]
PROTECTORS = [
    ("CSC", "Invented Council, Children's Social Care", "council_service", "section_11"),
    ("POL", "Invented Valley Police", "outside", "section_11"),
]
WITHOUT_SHARING_AGREEMENT = [
    ("TOY", "Pretend Toy Library", "outside", "none"),
    ("MUS", "Made-up Museum Learning", "outside", "none"),
]
WITHOUT_POLICY = [
    ("PLG", "Pretend Playgroup", "partner", "education_childcare"),
    ("LIB", "Invented Council, Libraries", "council_service", "none"),
]
SILENT = [("SPT", "Example Sports Trust", "partner", "commissioned")]

LEAD_PARTNER = "NNC"
PARTNER_CODES = [code for code, *_ in PARTNERS]
SERVICE_CODES = [code for code, *_ in SERVICES]
PROTECTOR_CODES = [code for code, *_ in PROTECTORS]

HUBS = ["corby", "kettering", "wellingborough", "rushden", "east_northants"]
AREAS = [
    "education",
    "early_years",
    "health",
    "substance_use",
    "family_relationships",
    "safety",
    "crime",
    "domestic_abuse",
    "housing",
    "financial_stability",
]
INSTRUMENTS = ["gbo", "family_star_plus_2"]
CLOSURES = ["goals met", "family moved away", "support no longer wanted", "stepped up to social care"]
# What is agreed, from widest to narrowest; AGREED[n] covers all of SHARED but the last n.
AGREED = [
    "contact_details;family_members;lead_worker;support_needs;goals_progress;service_involvement;appointments",
    "contact_details;lead_worker;support_needs;goals_progress;appointments",
    "contact_details;lead_worker;support_needs;appointments",
]
SHARED = [
    "contact_details",
    "contact_details;support_needs",
    "lead_worker;appointments",
    "support_needs",
    "appointments",
    "contact_details;lead_worker;support_needs",
    "goals_progress;appointments",
    "family_members;service_involvement",
]
FOR_EVALUATION = "goals_progress;support_needs;service_involvement"
ABOUT_A_RISK = "contact_details;risk_to_person"
UNMET = ["no_service", "full", "too_far", "not_eligible", "declined_by_service", "lost_in_referral"]
REASONS = [
    "A child may be at risk of harm at home",
    "An adult may be at risk from a partner",
    "A young person may be exploited by others",
    "A carer may harm themself",
]
AT_RISK = ["a child of the family", "an adult of the family", "a young person outside the family"]
NOT_TOLD = [
    "Telling the family could put a child at more risk",
    "The police asked us not to tell anybody yet",
]
SURNAME_STARTS = ["Example", "Sample", "Testcase", "Made-Up", "Pretend", "Invented"]


# What a reader is told was planted.
PLANTED = {
    "RT01": "past its date, not held",
    "RT02": "held past its date without a reason and review date",
    "RT03": "open, but no contact or review for a year",
    "RT04": "a reason for closing, but no day",
    "LD01": "open family without a lead",
    "LD02": "two leads on one day",
    "LD03": "lead's last contact too old",
    "LD04": "lead has left",
    "OC01": "goal without a review in time",
    "SH01": "no decision at all",
    "SH02": "shared although refused",
    "SH03": "shared after the agreement was withdrawn",
    "SH04": "shared after the agreement expired",
    "SH05": "recipient not named, or excluded",
    "SH06": "a category outside what was agreed",
    "SH07": "others of the family decided, not this person",
    "SH08": "decided for another purpose only",
    "SH09": "agreement recorded on a later day than the share",
    "SH10": "additional support not discussed by the day of the share",
    "SH11": "without agreement: no reason, or nobody named at risk",
    "SH12": "without agreement: family not told, and no reason why",
    "SH13": 'told "not yet" for too long',
    "SH14": "recipient has no sharing agreement in force",
    "SH15": "shared without agreement although the family had refused or withdrawn",
    "FR01": "partner has not updated in time",
    "DQ01": "dates that cannot both be true",
    "DQ02": "said to support the family, but without contact for a year",
    "DQ03": "contrary decisions on one day",
    "DQ04": "a row that names a person of another family",
    "DQ05": "a decision after a death, or of a child too young to decide alone",
    "PP01": "partner's retention policy or rights contact unknown",
    "NM01": "a hub, instrument or notice version that is not registered",
    "NV01": "agreement under a superseded notice",
    "NV02": "a notice in use that does not say that one may complain to the council",
    "LM01": "something outside the limited record",
    "RR01": "request past its date",
    "RR02": "request or complaint due within a week",
    "RR03": "complaint not acknowledged in time",
    "LB01": "'consent' written as the basis of a share",
}


@dataclass(frozen=True)
class Names:
    """Pools of names: given names as in England, family names that nobody bears."""

    given: list[str]
    family: list[str]


def names(seed: int) -> Names:
    """A few hundred of each, the same for the same seed."""
    from faker import Faker  # takes 0.4 s to import, and only a new hub needs it

    faker = Faker("en_GB")
    faker.seed_instance(seed)
    given = sorted({faker.first_name() for _ in range(400)})
    ends = sorted({faker.last_name() for _ in range(120)})
    return Names(given, [f"{start}-{end}" for start in SURNAME_STARTS for end in ends])
