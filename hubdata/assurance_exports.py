"""What each assurance export is: its title, its question, and its sections in order; it makes none of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A heading, the sentence below it, and the parts that follow by name."""

    heading: str
    sentence: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """One export; `decided` are the first letters of the policy values that it says."""

    title: str
    question: str
    families: tuple[str, ...]
    decided: tuple[str, ...]
    sections: tuple[Section, ...]


ABOUT = (
    Section("What an officer must confirm", "These are used until somebody decides.", ("assumptions",)),
    Section("About this export", "The same records and decisions give it again, to the byte.", ("about", "policy")),
)
RECORD = Export(
    "Record of processing activities",
    "**What is kept, why, about whom, who receives it and for how long?** For information governance officers, and for "
    "the regulator when it asks (UK GDPR, Article 30). It is made from the declarations that the workbench obeys.",
    ("retention",),
    ("controller.", "lawful_basis.", "legal_power.", "regulator.name", "receipt.storage_location", "categories",
     "retention.rules", "retention.backup_days", "retention.disposal_cap", "releases.disclosure",
     "rights.pack_kept_days"),
    (
        Section("Who answers for it", "Article 30(1)(a).", ("controller", "partners")),
        Section("What it is for", "Article 30(1)(b); the promises are the notice's.", ("purposes", "grounds")),
        Section("Whose details, and which", "Article 30(1)(c).", ("people", "details")),
        Section("Who receives them", "Article 30(1)(d).", ("recipients", "recipients_by_name")),
        Section("Transfers", "Article 30(1)(e).", ("transfers",)),
        Section("Until when", "Article 30(1)(f).", ("schedule",)),
        Section("How it is protected", "Article 30(1)(g), in general terms.", ("measures",)),
        Section("What belongs with it", "The regulator advises to link these.", ("links", "evidence")),
        *ABOUT,
        Section("Data dictionary", "Every column that may exist, with its passport.", ("dictionary",)),
    ),
)  # fmt: skip
GAPS = Export(
    "Partners and notices",
    "**What do partners still owe, and which families agreed under an earlier notice?** For information governance "
    'officers. The notice says that families can ask for a copy of "how they manage your data and how long they keep '
    'it". (P5, P11, P12)',
    ("partners", "notices"),
    ("notice_versions", "legal_power.welfare"),
    (
        Section("What is missing of partners", "The most is missing of the first.", ("organisations",)),
        Section("What partners have given", "A family that asks is sent here.", ("on_record",)),
        Section("Under which notice", "A family counts by its latest agreement.", ("notices", "old_notice")),
        Section("Without an agreement", "Nobody has to agree; all are told of the notice.", ("without_agreement",)),
        Section("Every check, and what to do", "Each needs a person to look.", ("findings",)),
        Section("Checks that did not run", "With nothing to judge a check says nothing.", ("not_run",)),
        *ABOUT,
    ),
)
EXPORTS = {"record_of_processing": RECORD, "partners_and_notices": GAPS}
