"""A reliability diagram: how many of the messages that were called spam with some probability were it."""

from collections.abc import Mapping, Sequence
from html import escape

from providence.benchmarks.metrics import Score, chance

BINS = 10
SIDE, MARGIN = 300, 48
LEAST = 20
"""Messages in a bin of a set, below which it is not drawn for that set."""


def bins(scores: Sequence[Score]) -> list[tuple[float, float, int]]:
    """Give for each tenth of the probability what was said in the mean, what was, and of how many messages."""
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score in scores:
        said = chance(score.value)
        inside[min(BINS - 1, int(said * BINS))].append((said, score.spam))
    return [
        (sum(said for said, _ in each) / len(each), sum(spam for _, spam in each) / len(each), len(each))
        if each
        else (0.0, 0.0, 0)
        for each in inside
    ]


def mean_bins(sets: Mapping[str, Sequence[Score]]) -> list[tuple[float, float, float]]:
    """Give the same of several sets that weigh alike; the last number is the share of messages in the bin."""
    shares = [[(said, was, count / len(scores)) for said, was, count in bins(scores)] for scores in sets.values()]
    found = []
    for column in zip(*shares, strict=True):
        total = sum(share for _, _, share in column)
        said, was = (sum(each[at] * each[2] for each in column) / total if total else 0.0 for at in (0, 1))
        found.append((said, was, total / len(sets)))
    return found


def diagram(sets: Mapping[str, Sequence[Score]]) -> str:
    """Draw it as SVG: a thin line for each set, dots for the mean, as large as their share of the messages."""
    size = SIDE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="12">',
        "<title>Reliability diagram: share of spam by the probability that was said</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        *_axes(),
        *(
            f'<polyline points="{_line(bins(scores))}" fill="none" stroke="#9bb" stroke-width="1">'
            f"<title>{escape(name)}</title></polyline>"
            for name, scores in sets.items()
        ),
    ]
    for said, was, share in mean_bins(sets):
        if share:
            x, y = _place(said, was)
            title = f"said {100 * said:.0f} %, was {100 * was:.0f} %, {100 * share:.1f} % of the messages"
            dot = f'<circle cx="{x}" cy="{y}" r="{3 + 12 * share**0.5:.1f}" fill="#05a" fill-opacity=".6">'
            parts.append(f"{dot}<title>{title}</title></circle>")
    return "\n".join([*parts, "</svg>", ""])


def _place(said: float, was: float) -> tuple[str, str]:
    return f"{MARGIN + SIDE * said:.1f}", f"{MARGIN + SIDE * (1 - was):.1f}"


def _line(found: Sequence[tuple[float, float, int]]) -> str:
    return " ".join(",".join(_place(said, was)) for said, was, count in found if count >= LEAST)


def _axes() -> list[str]:
    end = MARGIN + SIDE
    lines = [
        f'<path d="M{MARGIN} {MARGIN}V{end}H{end}" fill="none" stroke="#333"/>',
        f'<path d="M{MARGIN} {end}L{end} {MARGIN}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<text x="{MARGIN + SIDE / 2}" y="{end + 36}" text-anchor="middle">probability of spam that was said</text>',
        f'<text transform="translate(14 {MARGIN + SIDE / 2}) rotate(-90)" text-anchor="middle">share of spam</text>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(tick, tick)
        lines.append(f'<text x="{x}" y="{end + 16}" text-anchor="middle">{tick:g}</text>')
        lines.append(f'<text x="{MARGIN - 6}" y="{y}" dy="4" text-anchor="end">{tick:g}</text>')
    return lines
