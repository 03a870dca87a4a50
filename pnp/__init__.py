"""PNP, the Providence Network Protocol (text side): frames between server and daemon.

docs/spec/pnp.md is the specification. Bytes that passed here are wiped behind
themselves.
"""

from .async_clients import AsyncClient, attach
from .buffers import wipe
from .clients import Client
from .connections import FrameProtocol, Handler
from .contexts import tls_client_context, tls_server_context
from .faults import log_fault, place_of, quiet_exception_handler
from .frames import Frame, encode_reply, encode_request
from .heads import VERSION
from .limits import MAX_BODY, MAX_PIPELINE, MAX_USER
from .peers import Peer, Peers
from .readers import FrameReader
from .refusals import Refusal, RefusalError
from .replies import Reply
from .servers import Server, serve_tls, serve_unix
from .slots import (
    SECRET_BYTES,
    SlotKind,
    SlotName,
    format_slots,
    parse_slots,
    split_secrets,
)
from .statuses import Status, status_of
from .verbs import VERBS, Body, Form, Forms, check_request, one_of

__all__ = [
    "MAX_BODY",
    "MAX_PIPELINE",
    "MAX_USER",
    "SECRET_BYTES",
    "VERBS",
    "VERSION",
    "AsyncClient",
    "Body",
    "Client",
    "Form",
    "Forms",
    "Frame",
    "FrameProtocol",
    "FrameReader",
    "Handler",
    "Peer",
    "Peers",
    "Refusal",
    "RefusalError",
    "Reply",
    "Server",
    "SlotKind",
    "SlotName",
    "Status",
    "attach",
    "check_request",
    "encode_reply",
    "encode_request",
    "format_slots",
    "log_fault",
    "one_of",
    "parse_slots",
    "place_of",
    "quiet_exception_handler",
    "serve_tls",
    "serve_unix",
    "split_secrets",
    "status_of",
    "tls_client_context",
    "tls_server_context",
    "wipe",
]
