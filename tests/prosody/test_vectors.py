from pathlib import Path

from providence.tests.prosody.verona.plays import needs_lua, play

ROOT = Path(__file__).parents[2]


@needs_lua
def test_the_module_reads_and_writes_what_every_program_of_pnp_does() -> None:
    vectors = sorted(map(str, (ROOT / "tests" / "vectors" / "pnp").glob("*.txt")))

    assert [] == play("vectors", "pnp", *vectors)
