"""What a worker takes: all that clients may ask, and the steps of an erasure, which only the router asks."""

from ...pnp import VERBS, Form, Forms, one_of

WORKER_FORMS: Forms = {
    **{verb: form for verb, form in VERBS.items() if verb not in {"PING", "COMPACT"}},
    "EPOCH": Form(frozenset({"step"}), {"step": one_of("begin turn retire follow")}),
}
