from providence.tests.prosody.verona.plays import needs_lua, play

EXPECTED = """
romeo@montague.example chat stranger judged
romeo@montague.example invite stranger judged
juliet@capulet.example chat known judged
capulet.example chat known judged
nurse@capulet.example chat known judged
friend@verona.example chat known judged
asked@verona.example chat known judged
approved@verona.example chat known judged
noted@verona.example chat stranger judged
channel@mix.example groupchat known unjudged
somebody@irc.gateway.example chat known judged
irc.gateway.example chat known judged
garden@rooms.example groupchat known judged
nurse@there.example chat known judged
other@rooms.example groupchat stranger judged
other@rooms.example groupchat stranger unjudged
other@rooms.example groupchat stranger unjudged
ball@rooms.verona.example invite known judged
ball@verona.example invite known judged
ball@rooms.capulet.example invite known judged
ball@rooms.example invite stranger judged
ball@evilverona.example invite stranger judged
ball@rooms.verona.example invite stranger judged
ball@rooms.verona.example invite stranger judged
whispered	garden@rooms.example	stranger
whispered	channel@mix.example	known
composing chat stranger unjudged
words chat stranger judged
other@rooms.example groupchat stranger judged
groups	["Choir","Verona"]
groups	nil
"""


@needs_lua
def test_contacts_gateways_joined_rooms_and_invitations_of_contacts_are_known_and_others_are_not() -> None:
    assert EXPECTED.split("\n")[1:-1] == play("strangers", "strangers")
