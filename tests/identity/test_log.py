"""The audit log: a tree that anyone can check, without personal data in its leaves."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from saola.errors import InputError, IntegrityError
from saola.server.identity import settings as chosen
from saola.server.identity.audit import export, leaf, note, sequence, tree, verify
from saola.server.identity.audit.record import record
from saola.server.identity.models import Event, Head


def _leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(bytes([number % 251, number // 251])) for number in range(count)]


def test_root_of_the_standard_vectors() -> None:
    """The roots of the reference tree of certificate transparency, sizes 0, 1 and 8."""
    entries = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]  # fmt: skip
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in entries]

    roots = {size: tree.root(leaves[:size]).hex() for size in (0, 1, 8)}

    assert {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    } == roots


@given(st.integers(1, 300), st.data())
def test_every_leaf_is_proved_and_nothing_else(size: int, data: Any) -> None:
    """An inclusion proof holds for its leaf and place, and for no other leaf."""
    leaves = _leaves(size)
    index = data.draw(st.integers(0, size - 1))
    top = tree.root(leaves)

    proof = tree.inclusion(leaves, index)

    assert tree.included(leaves[index], index, size, proof, top)
    assert not tree.included(tree.leaf_hash(b"other"), index, size, proof, top)


@given(st.integers(2, 300), st.data())
def test_a_grown_tree_proves_its_past(size: int, data: Any) -> None:
    """A consistency proof holds between any two sizes, and fails for another past."""
    leaves = _leaves(size)
    old = data.draw(st.integers(1, size - 1))
    roots = tree.root(leaves[:old]), tree.root(leaves)

    proof = tree.consistency(leaves, old)

    assert tree.consistent(old, size, *roots, proof=proof)
    assert not tree.consistent(old, size, tree.leaf_hash(b"x"), roots[1], proof=proof)


def test_note_holds_only_by_its_key() -> None:
    """A checkpoint reads back by its own key; another key or a changed size reads nothing."""
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    said = note.Statement("log.example", 7, tree.EMPTY)
    signed = note.sign(said, key)

    public = key.public_key().public_bytes_raw()

    assert said == note.read(signed, public)
    assert note.read(signed, other.public_key().public_bytes_raw()) is None
    assert note.read(signed.replace("\n7\n", "\n8\n"), public) is None
    assert ("log.example", public) == note.read_verifier(note.verifier("log.example", public))


def _exported(**more: Any) -> list[str]:
    sequence.sequence()
    return list(export.export(**more))


def test_export_verifies_and_holds_no_personal_data(person: Any) -> None:
    """The exported log checks out offline, and names nobody."""
    person.sign_in()

    lines = _exported()
    verdict = verify.verify(lines)

    assert verdict.leaves == verdict.covered == Head.objects.get(pk=1).size
    assert person.account.email not in "".join(lines)
    assert "127.0.0.1" not in "".join(lines)


def test_people_can_open_their_own_events(person: Any) -> None:
    """A person's download opens the person's own events, and they match their commitments."""
    person.sign_in()

    lines = _exported(opened_for=person.account.pk)
    verdict = verify.verify(lines)

    assert len(Event.objects.filter(account=person.account.pk)) == verdict.opened


@pytest.mark.parametrize("harm", ["change", "drop", "swap", "forge", "facts"])
def test_tampering_is_found(person: Any, harm: str) -> None:
    """A changed, dropped or moved leaf, another's signature and changed facts are all found."""
    person.sign_in()
    record("one", account=person.account.pk, said="so")
    lines = _exported(opened_for=person.account.pk)
    opened = next(place for place, line in enumerate(lines) if '"salt"' in line)

    lines = _harmed(lines, harm, opened)

    with pytest.raises(IntegrityError):
        verify.verify(lines)


def _harmed(lines: list[str], harm: str, opened: int) -> list[str]:
    row = json.loads(lines[opened])
    if harm == "change":
        row["leaf"]["kind"] = "nothing"
        lines[opened] = json.dumps(row)
    elif harm == "drop":
        del lines[opened]
    elif harm == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    elif harm == "facts":
        row["facts"]["account"] = 0
        lines[opened] = json.dumps(row)
    else:
        thief = Ed25519PrivateKey.generate()
        said = note.Statement(sequence.origin(), 1, leaf.hash_of(row["leaf"]))
        lines.append(json.dumps({"checkpoint": note.sign(said, thief)}))
    return lines


@pytest.mark.parametrize("line", ["", "{}", "[]", "not json", '{"key": "a+b+c"}'])
def test_a_file_that_is_no_log_is_named(line: str) -> None:
    """A file that is no export is an input error, never a verdict."""
    with pytest.raises(InputError):
        verify.verify([line])


def test_an_erased_person_leaves_the_tree_whole(new_person: Any) -> None:
    """Erasing what the log says of a person keeps every leaf and root."""
    gone = new_person()
    gone.sign_in()
    sequence.sequence()

    count = export.erase(gone.account.pk)
    verdict = verify.verify(_exported())

    assert count > 0
    assert not Event.objects.filter(account=gone.account.pk).exists()
    assert verdict.leaves == verdict.covered


def test_event_goes_with_its_transaction(person: Any) -> None:
    """An event written in a transaction that fails is not in the log."""
    with transaction.atomic():
        record("never", account=person.account.pk)
        transaction.set_rollback(True)

    assert not person.events("never")


def test_a_log_keeps_its_name_when_the_issuer_moves(
    person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checkpoints before and after a change of the issuer hold by one key."""
    person.sign_in()
    sequence.sequence()
    monkeypatch.setattr(chosen, "SAOLA_ISSUER", "https://moved.example")
    person.sign_in()
    sequence.sequence()

    verdict = verify.verify(export.export())

    assert verdict.leaves == verdict.covered > 0
    assert "moved" not in sequence.origin()
