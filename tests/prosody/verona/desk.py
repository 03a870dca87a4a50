"""A user before a terminal: two servers, the daemon behind one of them, and Profanity.

Juliet has an account at Capulet's server; whoever else there is writes to her from another one.
"""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from .authority import Authority, NameServer, free_ports
from .box import JunkBox
from .client import Client
from .processes import Daemon, Prosody
from .terminal import Terminal
from .words import SPAM

HERE, THERE, PRIZES = "capulet.example", "montague.example", "prizes.example"
JULIET, NURSE, BOT = f"juliet@{HERE}", f"nurse@{HERE}", f"junk.{HERE}"
ROMEO, ROSALINE = f"romeo@{THERE}", f"rosaline@{THERE}"
WIN, BONUS, DATE = f"win@{PRIZES}", f"bonus@{PRIZES}", f"date@{PRIZES}"
MESSAGE = f"<message to='{JULIET}' type='chat'><body>{SPAM}</body></message>"
REQUEST = f"<presence to='{JULIET}' type='subscribe'><status>{SPAM}</status></presence>"
LETTERS = (
    "My bounty is as boundless as the sea",
    "The tenor part is with me",
    "Hi, it is I",
    "Do you come to the choir tonight?",
    "My love as deep",
    "Parting is such sweet sorrow",
    "I still have your book",
    "See you at the orchard wall",
    "Is Rosaline well?",
    "Say hello to Peter",
)
MAX_REPORTS = 20
REPORT = "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/>"
CLIENT = ["profanity"]
FILES = {
    ".config/profanity/profrc": "[ui]\nroster=false\noccupants=false\n",
    ".local/share/profanity/accounts": f"""\
[{JULIET}]
enabled=true
jid={JULIET}
password=pencil
resource=laptop
server=127.0.0.1
port=PORT
tls.policy=trust
""",
}


class Desk:
    """Two servers, one daemon, and Juliet before her terminal."""

    def __init__(self, folder: Path, screens: Path, stack: ExitStack) -> None:
        self.screens = screens
        authority = Authority(folder / "pki")
        for domain in (HERE, THERE, PRIZES):
            authority.certify(domain)
        names, c2s, s2s, secure_web, c2s_there, s2s_there = free_ports(6)
        name_server = NameServer(names, {HERE: s2s, BOT: s2s, **dict.fromkeys((THERE, PRIZES), s2s_there)})
        name_server.start()
        stack.callback(name_server.close)
        self.daemon = Daemon(folder)
        hosts = f'providence_socket = "{self.daemon.socket}"\nhttp_external_url = "https://{HERE}/"\n'
        self.capulet = Prosody(
            folder / "c",
            authority,
            (c2s, s2s, names),
            f'{hosts}VirtualHost "{HERE}"\n',
            '"carbons", "mam", "http", "providence"',
            secure_web=secure_web,
        )
        hosts = f'VirtualHost "{THERE}"\nVirtualHost "{PRIZES}"\n'
        self.world = Prosody(folder / "m", authority, (c2s_there, s2s_there, names), hosts, "")
        for process in (self.daemon, self.capulet, self.world):
            process.start()
            stack.callback(process.stop)
        for jid in (JULIET, NURSE):
            self.capulet.register(jid)
        for jid in (ROMEO, ROSALINE, WIN, BONUS, DATE):
            self.world.register(jid)
        home = folder / "home"
        for name, text in FILES.items():
            (home / name).parent.mkdir(parents=True)
            (home / name).write_text(text.replace("PORT", str(c2s)))
        self.terminal = stack.enter_context(Terminal(folder, CLIENT, {"HOME": str(home)}))

    def log_in(self) -> None:
        """Log Juliet in."""
        self.terminal.wait("Type '/help'")
        self.see((f"/connect {JULIET}", "logged in successfully"))
        assert self.daemon.has(JULIET, state="open")

    def fill(self, junk: int) -> None:
        """Wait until there is so much in Juliet's junk box."""
        assert self.daemon.has(JULIET, junk=junk)

    def see(self, *steps: tuple[str, str]) -> None:
        """Type lines, and wait after each for what is to be seen."""
        for line, words in steps:
            self.terminal.type(line)
            self.terminal.wait(words)

    def go(self, window: str) -> None:
        """Go to a window, and empty it."""
        self.terminal.type(window)
        self.terminal.type("/clear")
        self.terminal.until(lambda lines: not any(lines[1:-1]), "an empty window")

    def keep(self, name: str) -> None:
        """Write down what is on the screen."""
        (self.screens / f"{name}.txt").write_text(self.terminal.fitting())

    def chat(self, name: str, *steps: tuple[str, str]) -> None:
        """Say something to the junk box, and write down what is seen."""
        self.go(f"/msg {BOT}")
        self.see(*steps)
        self.keep(name)

    def console(self) -> None:
        """Go to the window where Profanity itself speaks."""
        self.go("/win 1")

    def send(self, sender: str, stanza: str) -> None:
        """Have a stranger send something, and wait until our server has it."""
        with self.world.client(sender, resource="phone") as client:
            client.send(stanza)
            client.reach(HERE)

    @property
    def junk(self) -> int:
        """How much is in Juliet's junk box."""
        return int(self.daemon.status(JULIET)["junk"])

    def live(self) -> None:
        """Let Juliet write letters and report spam, on her phone, until such spam is junk without her."""
        with self.capulet.client(JULIET, resource="phone") as phone:
            for letter in LETTERS:
                phone.say(NURSE, letter)
            for name, stanza in (("gain", MESSAGE), ("offer", REQUEST)):
                self._report(phone, name, stanza)
            box = JunkBox(phone)
            box.say("list")
            box.say("delete all")

    def _report(self, phone: Client, name: str, stanza: str) -> None:
        before = self.junk
        for number in range(MAX_REPORTS):
            sender = f"{name}{number}@{PRIZES}"
            self.world.register(sender)
            self.send(sender, stanza)
            assert self.daemon.until(partial(self._has_come, phone, sender, before))
            if self.junk > before:
                return
            phone.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{sender}'>{REPORT}</item></block>")

    def _has_come(self, phone: Client, sender: str, before: int) -> bool:
        return self.junk > before or any((each.get("from") or "").startswith(sender) for each in phone.arrived())
