"""The pipeline: a stanza in, a verdict out, and what the user teaches (text side)."""

from .correspondents import CORRESPONDENT, MAX_CORRESPONDENTS, Correspondents
from .facts import Facts, Listing
from .formula import PRIOR, Thresholds
from .judging import explain, judge, opinion_of
from .learning import LESSON, Lesson, learn
from .reading import Reading, read, read_texts
from .verdict import Action, Reason, Verdict

__all__ = [
    "CORRESPONDENT",
    "LESSON",
    "MAX_CORRESPONDENTS",
    "PRIOR",
    "Action",
    "Correspondents",
    "Facts",
    "Lesson",
    "Listing",
    "Reading",
    "Reason",
    "Thresholds",
    "Verdict",
    "explain",
    "judge",
    "learn",
    "opinion_of",
    "read",
    "read_texts",
]
