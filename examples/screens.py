"""What a user of the junk box sees: run by `scripts/screens`, or `python examples/screens.py [--short] [--to FOLDER]`.

Two real Prosody servers, the module and the daemon on loopback. Juliet sits before Profanity in a terminal (tmux), and
strangers write to her. A scene is what she types and what she sees then; each becomes a file in docs/screens, and where
the guide, docs/junk-box.md, has a line `<!-- screens/NAME.txt -->`, the block after it is written anew. `--to` writes
the files elsewhere and leaves the guide alone, `--short` ends after the first scenes.
"""

import argparse
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from providence.tests.prosody.verona.desk import (
    BONUS,
    BOT,
    DATE,
    MESSAGE,
    PRIZES,
    REQUEST,
    ROMEO,
    ROSALINE,
    WIN,
    Desk,
)
from providence.tests.prosody.verona.words import SPAM

DOCS = Path(__file__).parents[1] / "docs"
GUIDE, SCREENS = DOCS / "junk-box.md", DOCS / "screens"
BLOCK = re.compile(r"(?<=<!-- screens/)([a-z-]+)(\.txt -->\n```text\n).*?(?=```\n)", re.DOTALL)

FOUND = MESSAGE.replace(SPAM, f"Look what I got: {SPAM} Did you get it, too? Romeo")
ASKED = MESSAGE.replace(SPAM, f"Is this from you? {SPAM} Rosaline")
COMMAND = "/cmd exec urn:providence:0:junk"


def report(desk: Desk) -> None:
    """Report the first spam of its kind, which was delivered."""
    desk.console()
    desk.send(WIN, MESSAGE)
    desk.terminal.wait(f"chat message: {WIN}")
    desk.see((f"/blocked report-spam {WIN}", f"User {WIN} successfully blocked."))
    desk.keep("report")


def box(desk: Desk) -> None:
    """Look into the junk box: there is spam, and there are messages of friends who cite it."""
    desk.live()
    desk.see(("/close all", "Closed"))
    sent = (ROSALINE, ASKED), (DATE, REQUEST), (BONUS, MESSAGE), (ROMEO, FOUND)
    for number, (sender, stanza) in enumerate(sent, 1):
        desk.send(sender, stanza)
        desk.fill(number)
    desk.chat("help", ("help", "no word of it."))
    desk.chat("list", ("list", "`why 1` explains it."))
    desk.chat("show", ("show 1", "What: message"), ("why 1", "Most against"))
    desk.chat("ok", ("ok 1", "let through what comes from there"))
    desk.see((f"/msg {ROMEO}", "Did you get it, too?"))
    desk.keep("released")


def forms(desk: Desk) -> None:
    """Do the same by ad-hoc commands."""
    desk.console()
    desk.see(("/cmd list", "junk#waiting"))
    desk.keep("commands")
    desk.console()
    desk.see((f"{COMMAND}#list", "/form help"))
    desk.terminal.type("/field1 add ", "Tab")
    desk.see(("", f"message from {ROSALINE}"))
    desk.keep("form")
    desk.terminal.type("/field2 release")
    desk.terminal.until(lambda lines: sum("[field2]" in line for line in lines) == len(("before", "after")), "a choice")
    desk.terminal.type("/form submit")
    desk.see(("/win 1", "will be delivered now."), ("", f"chat message: {ROSALINE}"))
    desk.keep("submitted")


def choices(desk: Desk) -> None:
    """Choose, in both ways."""
    desk.chat("settings", ("settings", "For example"), ("settings doubtful delay", "waits until you decide"))
    desk.console()
    desk.see((f"{COMMAND}#settings", "/form help"))
    desk.keep("settings-form")


def program(desk: Desk) -> None:
    """Take part in the test program."""
    desk.go(f"/msg {BOT}")
    desk.see(("join", "`leave` ends it."))
    desk.send(BONUS, MESSAGE)
    desk.terminal.wait("Was that right?")
    name = re.findall(r"valid\s+(d\d+)", "\n".join(desk.terminal.screen()))[0]
    desk.see((f"valid {name}", "I learnt from it."))
    desk.keep("program")
    desk.see(("leave", "Thank you for your answers."))


def data(desk: Desk) -> None:
    """Look after what is known, and take it along."""
    desk.chat("status", ("status", "My last decisions"))
    desk.chat(
        "rules",
        (f"exempt deny {PRIZES}", "junk from now on"),
        ("exempt allow group Choir", "whatever comes from there."),
        ("contacts", "makes a stranger"),
    )
    desk.chat("recovery", ("recovery", "clear this chat"))
    desk.chat("export", ("export", "/providence/export?key="))
    desk.chat("lock", ("lock", "opens it again."), ("list", "Your junk box is locked."))


SHORT = (report, box, forms)
SCENES = (*SHORT, choices, program, data)


def play(scenes: Sequence[Callable[[Desk], None]], screens: Path) -> None:
    """Play scenes, and write down their screens."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pv-screens-")))
        desk = Desk(folder, screens, stack)
        desk.log_in()
        for scene in scenes:
            scene(desk)


def illustrate() -> None:
    """Put the screens into the guide."""
    guide = GUIDE.read_text()
    GUIDE.write_text(BLOCK.sub(lambda found: f"{found[1]}{found[2]}{(SCREENS / f'{found[1]}.txt').read_text()}", guide))


def main() -> None:
    """Read the command line, and play."""
    parser = argparse.ArgumentParser(description="What a user of the junk box sees.")
    parser.add_argument("--short", action="store_true", help="only the first scenes")
    parser.add_argument("--to", type=Path, default=SCREENS, help="a folder for the screens (docs/screens)")
    options = parser.parse_args()
    options.to.mkdir(exist_ok=True)
    play(SHORT if options.short else SCENES, options.to)
    if options.to == SCREENS:
        illustrate()


if __name__ == "__main__":
    main()
