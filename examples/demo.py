"""What Providence does, in under a minute: run by `scripts/demo`, or `python examples/demo.py`."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

JULIET = "juliet@capulet.example"
PASSWORD = "a rose by any other name"  # noqa: S105 - of a user who lives for a minute
MESSAGES = Path(__file__).with_name("messages.jsonl")
STRANGERS = (
    ("romeo@montague.example", "Hello Juliet, the rehearsal is on Thursday evening, do you have the madrigal?"),
    ("win@prizes.example", "Guaranteed profit from home, claim your bonus and join the channel now!"),
    ("canal@premios.example", "Gana un premio y beneficio garantizado, haz clic y únete al canal ahora"),
    ("sosed@dom.example", "Здравствуйте, вы завтра придёте на занятие в библиотеке?"),
    ("qian@jiangjin.example", "恭喜您，点击链接加入频道，立即领取奖金"),
)
WIDTH = 16
COLUMN = 46
# Shorter words stand in the daemon's own log ("ready"), or turn up by chance.
SHORT = 6


class Show:
    """One temporary folder, and the command `providence` in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "providence.toml"
        self.log = folder / "log"
        self.config.write_text(
            f'[folders]\ndata = "{self.data}"\nhost_key = "{folder}/keys/host.keys"\n'
            f'[socket]\npath = "{folder}/socket"\n'
        )
        (folder / "password").write_text(PASSWORD)

    def run(self, *words: str, text: str = "") -> str:
        """Run one command and return what it prints."""
        command = [sys.executable, "-m", "providence", *words, "--config", str(self.config)]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        return done.stdout

    def unlock(self) -> None:
        """Open Juliet's vault."""
        self.run("unlock", JULIET, "--create", "--secret-file", str(self.folder / "password"))

    def judge(self) -> None:
        """Show what becomes of each stranger's message, and by which reasons."""
        for sender, text in STRANGERS:
            answer = json.loads(self.run("check", JULIET, "--text", "--from", sender, "--json", text=text))
            reasons = "  ".join(f"{name} {log_odds:+.1f}" for name, log_odds in answer["reasons"])
            print(f"   {answer['verdict']:8} {cell(text)} {reasons}")

    def search(self) -> None:
        """Look for every word, address and secret in every file the daemon wrote."""
        words = {word for line in MESSAGES.read_text().splitlines() for word in json.loads(line)["text"].split()}
        words |= {word for _, text in STRANGERS for word in text.split()}
        secrets = {JULIET, PASSWORD, *(sender for sender, _ in STRANGERS)}
        needles = secrets | {word for word in words if len(word.encode()) > SHORT}
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.is_relative_to(self.data)]
        files.append(self.log)
        hay = [path.read_bytes() for path in files]
        hay += [content.lower() for content in hay]
        found = [
            word
            for word in needles
            if any(form.encode() in content for form in (word, word.lower()) for content in hay)
        ]
        size = sum(map(len, hay)) // 2048
        print(
            f"   {len(needles)} words, addresses and secrets searched in {len(files)} files, {size} KiB:"
            f" {len(found)} found"
        )
        largest = max(files, key=lambda path: path.stat().st_size)
        content = largest.read_bytes()
        start = content.rindex(b"PVB1") if b"PVB1" in content else len(content) // 2
        print(f"   a look into {largest.name}, where her table lies:")
        for at in range(start, start + 4 * WIDTH, WIDTH):
            row = content[at : at + WIDTH]
            letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)  # noqa: PLR2004 - printable ASCII
            print(f"   {at:08x}  {row.hex(' ')}  {letters}")
        if found:
            sys.exit(f"error: found {', '.join(found)}")


def cell(text: str) -> str:
    """Cut or pad a text to one column of a terminal, where Chinese letters are twice as wide."""
    shown, room = "", COLUMN
    for char in text:
        room -= 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if room < 0:
            return shown + " "
        shown += char
    return shown + " " * (room + 1)


def main() -> None:
    """Play the five acts."""
    begun = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="providence-"))
    show = Show(folder)
    with show.log.open("wb") as log:
        command = [sys.executable, "-m", "providence", "serve", "--config", str(show.config)]
        daemon = subprocess.Popen(command, stderr=log, stdout=log)
        try:
            while not (folder / "socket").exists():
                if daemon.poll() is not None:
                    sys.exit(show.log.read_text())
                time.sleep(0.05)
            play(show)
        finally:
            daemon.terminate()
            daemon.wait()
            shutil.rmtree(folder)
    print(f"\nDone in {time.monotonic() - begun:.0f} s; the folder is deleted again.")


def play(show: Show) -> None:
    """Teach, judge, lock, judge, unlock, search."""
    print(f"\n1. {JULIET} logs in, which opens her vault. She teaches it {MESSAGES.name}, in eight languages.\n")
    show.unlock()
    print("   " + show.run("learn", JULIET, "--mailbox", str(MESSAGES)).splitlines()[0])
    print("\n2. Strangers write to her. Reasons are log-odds of spam that add up; above +3.5 it is junk.\n")
    show.judge()
    print("\n3. She logs out: the vault is locked, and nobody can look into it. What is not clear waits for her.\n")
    show.run("lock", JULIET)
    show.judge()
    print("\n4. She logs in again: what waited is judged with her vault and delivered, or lies in her junk box.\n")
    show.unlock()
    status = json.loads(show.run("status", JULIET, "--json"))
    print("   " + "   ".join(f"{name} {status[name]}" for name in ("spam", "ham", "junk", "waiting", "released")))
    print("\n5. What whoever steals the data folder sees of all this, and whoever reads the log:\n")
    show.run("lock", JULIET)
    show.search()


if __name__ == "__main__":
    main()
