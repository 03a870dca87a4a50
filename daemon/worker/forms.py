"""What a worker takes: all that clients may ask, and what only the router says."""

from ...pnp import VERBS, Form, Forms, one_of

WORKER_FORMS: Forms = {
    **{verb: form for verb, form in VERBS.items() if verb not in {"PING", "COMPACT"}},
    "ABOUT": Form(),
    "GONE": Form(frozenset({"connection"})),
    "EPOCH": Form(frozenset({"step"}), {"step": one_of("begin turn retire follow")}),
}
