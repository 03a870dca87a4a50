"""The pipeline: a stanza in, a verdict out, and what the user teaches (text side)."""

from .correspondents import CORRESPONDENT, MAX_CORRESPONDENTS, Correspondents
from .facts import Facts, Listing
from .formula import Thresholds
from .judging import explain, judge
from .learning import LESSON, Lesson, learn
from .reading import REFUSED, Reading, read, study
from .studying import Study
from .verdict import Action, Reason, Verdict

__all__ = [
    "CORRESPONDENT",
    "LESSON",
    "MAX_CORRESPONDENTS",
    "REFUSED",
    "Action",
    "Correspondents",
    "Facts",
    "Lesson",
    "Listing",
    "Reading",
    "Reason",
    "Study",
    "Thresholds",
    "Verdict",
    "explain",
    "judge",
    "learn",
    "read",
    "study",
]
