"""The rules of a key in many hands: any two open it, no one does, and nothing can be exchanged."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.storage.custody import _outer, parts_of, recover
from portal.storage.sealing import (
    PHRASE_SIGNS,
    Unreadable,
    bound_to,
    close_by_phrase,
    new_pair,
    new_phrase,
    open_by_phrase,
    open_with,
    read_phrase,
    seal_to,
)
from tests.promises.figures import leave, times

OWNER = uuid4()


def in_hands_of(number: int) -> tuple[bytes, dict[UUID, bytes], dict[tuple[UUID, UUID], bytes]]:
    """A procurement's private key, its openers' private keys, and its parts."""
    pairs = {uuid4(): new_pair() for _n in range(number)}
    private, _public = new_pair()
    parts = parts_of(private, OWNER, {key: public for key, (_own, public) in pairs.items()})
    return private, {key: own for key, (own, _public) in pairs.items()}, parts


@pytest.mark.trust
def test_any_two_of_the_openers_recover_the_key_and_none_alone() -> None:
    tried = opened_alone = 0
    for _n in range(times(2, 200)):
        private, own, parts = in_hands_of(3)
        for lost in own:
            left = [key for key in own if key != lost]
            for a, b in permutations(left, 2):
                peeled = open_with(own[a], parts[a, b], _outer(OWNER, a, b))
                assert recover(OWNER, a, b, peeled, own[b]) == private
            tried += 1
        for a, b in parts:
            peeled = open_with(own[a], parts[a, b], _outer(OWNER, a, b))
            for alone in own.keys() - {b}:
                try:
                    recover(OWNER, a, b, peeled, own[alone])
                    opened_alone += 1
                except Unreadable:
                    pass
    assert opened_alone == 0
    leave("opener_lost", "rules", {"openers dropped": tried, "opened by one alone": opened_alone})


def test_a_part_of_one_procurement_or_pair_is_none_of_another() -> None:
    _private, own, parts = in_hands_of(3)
    a, b, c = own
    for wrong in (_outer(uuid4(), a, b), _outer(OWNER, a, c), _outer(OWNER, b, a)):
        with pytest.raises(Unreadable):
            open_with(own[a], parts[a, b], wrong)
    peeled = open_with(own[a], parts[a, b], _outer(OWNER, a, b))
    for owner, outer in ((uuid4(), a), (OWNER, c)):
        with pytest.raises(Unreadable):
            recover(owner, outer, b, peeled, own[b])


def test_what_is_sealed_twice_looks_different_and_a_changed_bit_is_seen() -> None:
    private, public = new_pair()
    binding = bound_to("test", OWNER)
    sealed = seal_to(public, b"the same", binding)
    assert sealed != seal_to(public, b"the same", binding)
    for place in range(0, len(sealed), 7):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises((Unreadable, ValueError)):
            open_with(private, bytes(changed), binding)
    with pytest.raises(Unreadable):
        open_with(new_pair()[0], sealed, binding)


def test_a_phrase_is_random_and_long_and_uses_no_sign_that_looks_like_another() -> None:
    phrases = {new_phrase() for _n in range(200)}
    assert len(phrases) == 200
    for phrase in phrases:
        signs = phrase.replace("-", "")
        assert len(signs) * 5 >= 100
        assert set(signs) <= set(PHRASE_SIGNS)
        assert not set(signs) & set("OILU")


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_phrase_is_read_whatever_its_case_spaces_and_dashes(data: st.DataObject) -> None:
    phrase = new_phrase()
    typed = "".join(
        data.draw(st.sampled_from((sign, sign.lower(), f" {sign}", f"{sign}-", f"{sign}\t")))
        for sign in phrase.replace("-", "")
    )
    typed = typed.replace("0", data.draw(st.sampled_from("0Oo")))
    typed = typed.replace("1", data.draw(st.sampled_from("1IiLl")))
    assert read_phrase(typed) == phrase.replace("-", "")
    private, _public = new_pair()
    closed = close_by_phrase(phrase, private, b"binding")
    assert open_by_phrase(typed, closed, b"binding") == private
    with pytest.raises(Unreadable):
        open_by_phrase(new_phrase(), closed, b"binding")
    with pytest.raises(Unreadable):
        open_by_phrase(phrase, closed, b"another binding")
