"""What numbers refer to: remembered for a bounded number of users, and by nothing that says who is who."""

from providence.control import Conversation, Conversations
from providence.control.conversations import MAX_CONVERSATIONS, MAX_NUMBERED, Topic


def test_numbers_go_on_until_a_new_list_begins() -> None:
    conversation = Conversation()
    conversation.begin(Topic.JUNK)

    assert [conversation.number([b"a", b"b"]), conversation.number([b"c"])] == [1, 3]
    assert conversation.names == [b"a", b"b", b"c"]
    conversation.begin(Topic.CONTACTS)
    assert conversation.names == []


def test_a_list_has_a_bounded_number_of_numbers() -> None:
    conversation = Conversation()
    conversation.number(bytes([0]) for _ in range(MAX_NUMBERED + 1))

    assert len(conversation.names) == MAX_NUMBERED


def test_the_conversation_longest_silent_gives_way() -> None:
    conversations = Conversations()
    first = conversations.of(b"first")
    for number in range(MAX_CONVERSATIONS - 1):
        conversations.of(number.to_bytes(4))
    assert conversations.of(b"first") is first
    conversations.of(b"one more")

    assert len(conversations) == MAX_CONVERSATIONS
    assert conversations.of(b"first") is first


def test_a_locked_vaults_conversation_is_forgotten() -> None:
    conversations = Conversations()
    before = conversations.of(b"uid")
    conversations.forget(b"uid")

    assert len(conversations) == 0
    assert conversations.of(b"uid") is not before


def test_an_address_has_another_mark_in_each_conversation() -> None:
    one, other = Conversation(), Conversation()

    assert one.mark("a@b.example") == one.mark("a@b.example")
    assert one.mark("a@b.example") != other.mark("a@b.example")
