"""The settings as users read them: what there is to choose, and what each choice means."""

OPTIONS = {
    "opening": (
        "Your vault is open",
        {
            "session": "while you are online",
            "linger": "while you are online and for some hours after it",
            "resident": "always: I can judge while you are away, and so can whoever gets hold of this server's key",
        },
    ),
    "mode": (
        "What becomes of spam",
        {
            "": "what this server does with it",
            "enforce": "it goes into your junk box",
            "mark": "it is delivered with a mark",
            "passive": "it is delivered, and I only note what I would have done",
            "off": "I do nothing at all",
        },
    ),
    "doubtful": (
        "What looks like spam and may be none",
        {"flag": "is delivered with a flag", "delay": "waits until you decide"},
    ),
}
FLAGS = {
    "digest": "Tell me once a day what came into my junk box",
    "program": "Test program: tell me each decision, and I say whether it was right",
    "forward": "Pass my spam reports on to others when my client asks for it by itself",
}
HOURS = "Hours that your vault stays open after you left, if you chose so"

# How the empty choice is called where something must be written.
_AS_SERVER = "server"


def written(value: str) -> str:
    """Return how a choice is written."""
    return value or _AS_SERVER


def chosen_in(text: str) -> str:
    """Return the choice that is written so."""
    return "" if text == _AS_SERVER else text
