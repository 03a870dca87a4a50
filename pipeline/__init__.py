"""The pipeline: a stanza in, a verdict out, and what the user teaches (text side)."""

from .correspondents import CORRESPONDENT, MAX_CORRESPONDENTS, Correspondents
from .exemptions import KINDS, MAX_EXEMPTIONS, Exemption, Exemptions
from .facts import Account, Facts, Listing
from .formula import PRIOR, Thresholds, evidence_of
from .judging import Row, by_lists, explain, judge, opinion_of, recalled
from .learning import LESSON, Lesson, learn
from .reading import NOTHING, REFUSED, Reading, learnable, read, read_texts, study
from .studying import Study
from .verdict import HASTE, Action, Reason, Verdict

__all__ = [
    "CORRESPONDENT",
    "HASTE",
    "KINDS",
    "LESSON",
    "MAX_CORRESPONDENTS",
    "MAX_EXEMPTIONS",
    "NOTHING",
    "PRIOR",
    "REFUSED",
    "Account",
    "Action",
    "Correspondents",
    "Exemption",
    "Exemptions",
    "Facts",
    "Lesson",
    "Listing",
    "Reading",
    "Reason",
    "Row",
    "Study",
    "Thresholds",
    "Verdict",
    "by_lists",
    "evidence_of",
    "explain",
    "judge",
    "learn",
    "learnable",
    "opinion_of",
    "read",
    "read_texts",
    "recalled",
    "study",
]
