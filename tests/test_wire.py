"""The codec: everything honest travels, everything forged is an error or a value, never more."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox import wire
from autograder.sandbox.wire import Given, Handle, Opaque, WireError, decode, encode

arrays = st.sampled_from(wire.DTYPES).flatmap(
    lambda name: hnp.arrays(
        np.dtype(name), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    )
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(),
    st.binary(),
    st.builds(Handle, st.integers(0, 1000)),
    st.builds(Given, st.sampled_from(["tanh", "softplus"])),
    st.builds(Opaque, st.text(max_size=20)),
    arrays,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=5), st.integers(-5, 5)), inner, max_size=4),
    ),
    max_leaves=12,
)


def same(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and (one.tobytes() == other.tobytes())
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    return one == other or (one != one and other != other)


@given(values)
def test_a_value_comes_back_as_it_was(value):
    assert same(decode(encode(value)), value)


@given(values, st.data())
def test_a_cut_or_changed_payload_is_an_error_or_a_value(value, data):
    payload = bytearray(encode(value))
    position = data.draw(st.integers(0, len(payload) - 1))
    if data.draw(st.booleans()):
        del payload[position:]
    else:
        payload[position] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        decode(bytes(payload))


def array_header(code, *lengths):
    return (
        b"a" + struct.pack("<BB", code, len(lengths)) + struct.pack(f"<{len(lengths)}q", *lengths)
    )


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"?",
        b"NN",
        b"i\x00",
        b"s" + struct.pack("<q", -1),
        b"s" + struct.pack("<q", 2) + b"\xff\xfe",
        b"l" + struct.pack("<q", 10**12),
        b"l" + struct.pack("<q", -1),
        b"d" + struct.pack("<q", 2) + b"s" + struct.pack("<q", 1) + b"aN",
        b"d" + struct.pack("<q", 1) + b"NN",
        b"d" + struct.pack("<q", 2) + 2 * (b"s" + struct.pack("<q", 1) + b"aN"),
        (b"l" + struct.pack("<q", 1)) * 1000 + b"N",
        array_header(0, 2**62, 2**62),
        array_header(0, -1, -8),
        array_header(0, 0, 2**62),
        array_header(0, 3),
        array_header(9, 0),
        b"a" + struct.pack("<BB", 0, 32) + struct.pack("<32q", *[1] * 32) + bytes(8),
    ],
    ids=lambda payload: payload[:12].hex() or "empty",
)
def test_a_forged_payload_is_refused(payload):
    with pytest.raises(WireError):
        decode(payload)


def test_many_small_values_are_refused():
    with pytest.raises(WireError, match="many"):
        decode(
            encode([None] * (wire.MAX_ITEMS + 1))
            if False
            else b"l" + struct.pack("<q", wire.MAX_ITEMS) + b"N" * wire.MAX_ITEMS
        )


def test_a_frame_over_the_limit_is_refused_by_its_header():
    with pytest.raises(WireError, match="limit"):
        wire.frame_length(struct.pack("<Q", wire.MAX_FRAME + 1))


def test_a_forged_boolean_is_true_or_false():
    payload = array_header(wire.DTYPES.index("|b1"), 2) + b"\x07\x00"
    assert decode(payload).tolist() == [True, False]


@pytest.mark.parametrize(
    "value", [object(), {1.5: 2}, 2**63, np.zeros(2, complex), {"a": {1, 2}}, np.zeros([1] * 9)]
)
def test_what_has_no_tag_is_not_encoded(value):
    with pytest.raises(WireError):
        encode(value)


def test_decoded_arrays_are_read_only_unless_asked_for():
    payload = encode(np.zeros(3))
    assert not decode(payload).flags.writeable
    assert decode(payload, writable=True).flags.writeable
