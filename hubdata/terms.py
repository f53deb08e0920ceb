"""The glossary: every closed list of words that records may hold, each with its label in one sentence.

It must not hold anything that people decide and may change: that is data, in `params/`.
"""

from enum import StrEnum


class Term(StrEnum):
    """A word with a label: `Route.WITHIN_HUB == "within_hub"` and `.label` says it in plain English."""

    label: str

    def __new__(cls, value: str, label: str):
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class OrganisationKind(Term):
    LEAD_PARTNER = "lead_partner", "The council, which keeps the hub's own records"
    PARTNER = "partner", "An organisation working within the Hub"
    COUNCIL_SERVICE = "council_service", "Another service of the council, for example housing"
    OUTSIDE = "outside", "An organisation outside the Hub"


class DutyClass(Term):
    SECTION_11 = "section_11", "A body under section 11 of the Children Act 2004"
    EDUCATION_CHILDCARE = "education_childcare", "A designated education or childcare agency"
    COMMISSIONED = "commissioned", "Provides services arranged by one of those bodies"
    NONE = "none", "Outside the duty to share for a child's welfare"


class Role(Term):
    CHILD = "child", "A child of the family"
    PARENT_CARER = "parent_carer", "A parent or carer"
    EXPECTANT_PARENT = "expectant_parent", "A parent expecting a child"
    OTHER_ADULT = "other_adult", "Another adult of the family"


class GoalResult(Term):
    MET = "met", "The goal was met"
    PARTLY_MET = "partly_met", "The goal was partly met"
    NOT_MET = "not_met", "The goal was not met"
    WITHDRAWN = "withdrawn", "The family withdrew the goal"


class Perspective(Term):
    FAMILY = "family", "Scored by the family"
    WORKER = "worker", "Scored by the worker"
    CHILD = "child", "Scored by the child"


class NeedStatus(Term):
    MET = "met", "A service met the need"
    UNMET = "unmet", "No service met the need"
    DECLINED = "declined", "The family or the service declined"


class Decision(Term):
    AGREED = "agreed", "Agreed to the sharing"
    REFUSED = "refused", "Did not agree; a family does not have to"
    WITHDRAWN = "withdrawn", "Took an earlier agreement back"
    NO_RESPONSE = "no_response", "Was asked and has not answered"
    NOT_SOUGHT = "not_sought", "Was not asked"


class Purpose(Term):
    HUB_WORKING = "hub_working", "So that partners within the Hub can work together"
    ADDITIONAL_SUPPORT = "additional_support", "Referral to other council services or outside organisations"
    EVALUATION = "evaluation", "To understand how well the model works"


class Method(Term):
    WRITTEN = "written", "In writing"
    VERBAL = "verbal", "In conversation"
    ELECTRONIC = "electronic", "On a screen"


class SupersedesAs(Term):
    CORRECTION = "correction", "The earlier entry was wrong, and counts as never written"
    RENEWAL = "renewal", "The earlier decision held, and stands until the day of the new one"


class ShareRoute(Term):
    WITHIN_HUB = "within_hub", "Between partners of the Hub, with agreement"
    ADDITIONAL_SUPPORT = "additional_support", "To another service, discussed and with agreement"
    WITHOUT_AGREEMENT = "without_agreement", "Without agreement, because of a risk to someone"
    LEGAL_DUTY = "legal_duty", "Because a law requires it"


class Told(Term):
    YES = "yes", "The family was told"
    NO = "no", "The family was not told"
    NOT_YET = "not_yet", "The family has not been told yet"


class HoldCode(Term):
    ACCESS_REQUEST = "access_request", "An access request, until it is answered"
    COMPLAINT = "complaint", "A complaint, until its outcome is told"
    LITIGATION = "litigation", "A claim or court case"
    INQUIRY = "inquiry", "A public inquiry asked for records to be kept"
    SAFEGUARDING_REVIEW = "safeguarding_review", "A safeguarding practice review"
    RESTRICTION = "restriction", "The person asked for processing to be restricted"
    OTHER = "other", "Another reason, stated"
    KEPT_ON_REVIEW = "kept_on_review", "A disposal review decided to keep it, with a reason and a next date"


class DisposalStatus(Term):
    REVIEWED = "reviewed", "Reviewed, and waiting for another person's approval"
    REFUSED = "refused", "Approval was refused; nothing was destroyed"
    APPROVED = "approved", "Approved, and not yet carried out"
    RUNNING = "running", "Being carried out; records are being destroyed"
    PROVING = "proving", "Records are destroyed; what they left elsewhere is still being erased and searched for"
    CERTIFIED = "certified", "Destroyed, searched for and certified"
    ENDED = "ended", "Carried out with nothing to destroy: every record in it was kept back"


class ReviewOutcome(Term):
    DISPOSE = "dispose", "To be destroyed"
    KEEP = "keep", "To be kept for a stated reason until a stated day"


class ActingRole(Term):
    ADMINISTRATOR = "administrator", "Says who may act, and in which roles"
    OFFICER = "officer", "Records, and sees a family's record for a reason"
    REVIEWER = "reviewer", "Reviews what is due to be destroyed, and carries out what was approved"
    APPROVER = "approver", "Approves, as another person, what was reviewed"
    PUBLISHER = "publisher", "Publishes figures"
    AUDITOR = "auditor", "Reads findings, reports and the ledger"
    OPERATOR = "operator", "Runs the schedule, backups and partners' returns"


class ProofKind(Term):
    PASSPHRASE = "passphrase", "A passphrase"
    KEY = "key", "A key of their own"
    SIGN_IN = "sign_in", "A team's sign-in"


class TryOutcome(Term):
    TRIED = "tried", "Somebody gave a proof under this name"
    PROVED = "proved", "The proof was right"


class RequestKind(Term):
    ACCESS = "access", "A copy of what is held (Article 15)"
    RECTIFICATION = "rectification", "To have what is wrong corrected (Article 16)"
    ERASURE = "erasure", "To have what is held erased (Article 17)"
    RESTRICTION = "restriction", "To have what is held kept but not used (Article 18)"
    PORTABILITY = "portability", "To take what they gave to another service (Article 20)"
    OBJECTION = "objection", "To object to how it is used (Article 21)"
    COMPLAINT = "complaint", "A complaint about data protection (section 164A)"


class RequestStep(Term):
    RECEIVED = "received", "The request or complaint came"
    ID_REQUESTED = "id_requested", "Proof of who asks was asked for"
    ID_RECEIVED = "id_received", "Who asks is confirmed"
    AUTHORITY_REQUESTED = "authority_requested", "Proof that they may act for the person was asked for"
    AUTHORITY_RECEIVED = "authority_received", "That they may act for the person is confirmed"
    FEE_REQUESTED = "fee_requested", "A fee was asked for"
    FEE_RECEIVED = "fee_received", "The fee was paid"
    CLARIFICATION_ASKED = "clarification_asked", "The person was asked what they mean"
    CLARIFICATION_RECEIVED = "clarification_received", "The person said what they mean"
    EXTENDED = "extended", "The person was told that it takes longer, and why"
    RESPONDED = "responded", "What was asked was done or given"
    REFUSED = "refused", "Refused, for a reason in law"
    WITHDRAWN = "withdrawn", "The person took it back"
    ACKNOWLEDGED = "acknowledged", "The complaint was acknowledged"
    PROGRESS_TOLD = "progress_told", "The person was told how their complaint is going"
    CLOSED = "closed", "The outcome of the complaint was told"
    PARTNER_PENDING = "partner_pending", "A partner was asked for its part"
    PARTNER_COMPLETE = "partner_complete", "A partner has done its part"
    PARTNER_ERROR = "partner_error", "A partner's part failed"
    PARTNER_SUSPENDED = "partner_suspended", "A partner's part stands still"


class ItemOutcome(Term):
    DISCLOSE = "disclose", "To be given in the person's copy"
    WITHHOLD = "withhold", "To be left out of the person's copy, for a reason in law"


class LetterKind(Term):
    ACKNOWLEDGE = "acknowledge", "That a request or complaint came, and what happens next"
    CLARIFY = "clarify", "A question about what the person means"
    EXTEND = "extend", "That it takes longer, and why"
    REFUSE = "refuse", "That it is refused, and for which reason in law"
    SEND = "send", "The copy, or that what was asked is done"
    PROGRESS = "progress", "How a complaint is going"
    OUTCOME = "outcome", "The outcome of a complaint"


class SendingWay(Term):
    POST = "post", "By post"
    BY_HAND = "by_hand", "Handed over"
    ELECTRONIC = "electronic", "Electronically, encrypted to the person"


class Media(Term):
    PDF = "pdf", "A PDF document"
    JPEG = "jpeg", "A picture (JPEG)"
    PNG = "png", "A picture (PNG)"
    TIFF = "tiff", "A scan (TIFF)"
    DOCX = "docx", "A document of a word processor (.docx)"
    EMAIL = "email", "An e-mail as it was sent (.eml)"
    TEXT = "text", "Plain text"


class RecallCause(Term):
    WITHDRAWAL = "withdrawal", "The family withdrew its agreement"
    CORRECTION = "correction", "What was shared has been corrected"
    DISPOSAL = "disposal", "The hub's record has been destroyed"


class FindingStatus(Term):
    OPEN = "open", "Nobody has it in hand, or its waiver has run out"
    IN_HAND = "in_hand", "Somebody is putting it right"
    WAIVED = "waived", "Accepted for a reason until a stated day; it is still a finding"


class PairOutcome(Term):
    SAME = "same", "The two records are of one family"
    DIFFERENT = "different", "The two records are of different families"
    UNSURE = "unsure", "It cannot be told yet"
    UNDONE = "undone", "What was decided is taken back"


class Severity(Term):
    BREACH = "breach", "A promise of the notice is broken"
    CHECK = "check", "A person must look and judge"


def terms() -> list[type[Term]]:
    """Every closed list above, in the order written."""
    return Term.__subclasses__()
