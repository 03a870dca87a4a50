"""Many stanzas while the daemon dies again and again: none lost, none twice, each conversation in its order."""

import os
import signal
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

CAPULET, MONTAGUE = "capulet.example", "montague.example"
ROUNDS, STANZAS = (20, 10_000) if "PROVIDENCE_SOAK" in os.environ else (4, 480)
STRANGERS = 3


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_daemon_that_dies_or_freezes_again_and_again_costs_no_stanza(
    how: signal.Signals, capulet: Any, montague: Any, providence: Any, account: Callable[..., str]
) -> None:
    jid = account(capulet, CAPULET)
    strangers = [montague.client(account(montague, MONTAGUE)) for _ in range(STRANGERS)]
    sent: dict[str, list[str]] = defaultdict(list)
    burst = STANZAS // ROUNDS // STRANGERS // 2

    def speak() -> None:
        for _ in range(burst):
            for stranger in strangers:
                words = f"number {len(sent[stranger.jid])}"
                sent[stranger.jid].append(words)
                stranger.say(jid, words)

    received: dict[str, list[str]] = defaultdict(list)

    def listen(client: Any) -> None:
        """Take in as much as was said."""
        for _ in range(sum(map(len, sent.values())) - sum(map(len, received.values()))):
            stanza = client.message()
            received[stanza.get("from")].append(next(c.text for c in stanza if c.tag.endswith("body")))

    with capulet.client(jid) as client:
        assert providence.has(jid, state="open")
        for _ in range(ROUNDS):
            speak()
            if how is signal.SIGKILL:
                providence.stop(how)
                speak()
                providence.start()
                continue
            providence.signal(how)
            try:
                speak()
                listen(client)
            finally:
                providence.signal(signal.SIGCONT)
        listen(client)
        assert [] == client.flush()
        assert sent == received
    for stranger in strangers:
        stranger.close()
    with capulet.client(jid) as client:
        assert [] == client.flush()


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_sender_at_full_speed_is_slowed_down_and_loses_nothing(
    where: str, capulet: Any, montague: Any, providence: Any, account: Callable[..., str]
) -> None:
    jid = account(capulet, CAPULET)
    server, domain = (capulet, "capulet256.example") if where == "here" else (montague, MONTAGUE)
    texts = [f"number {number}" for number in range(1000)]
    with capulet.client(jid) as client, server.client(account(server, domain)) as stranger:
        assert providence.has(jid, state="open")
        stranger.send("".join(f"<message to='{jid}' type='chat'><body>{text}</body></message>" for text in texts))

        assert texts == client.bodies(len(texts))
        assert [] == client.flush()
