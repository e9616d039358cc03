"""The circuit: when it opens, which calls it lets through, and how it closes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.ngnpro.circuit import Circuit


class Clock:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit(failures=3, pause=1.0, clock=clock)


def fail(circuit: Circuit, times: int) -> None:
    for _ in range(times):
        circuit.failed()


def test_it_stays_closed_until_enough_failures_in_a_row(circuit: Circuit) -> None:
    fail(circuit, 2)
    assert circuit.admits()

    circuit.succeeded()
    fail(circuit, 2)
    assert circuit.admits()

    circuit.failed()
    assert not circuit.admits()


def test_it_lets_one_through_after_a_pause(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.now += 1.0

    assert [circuit.admits() for _ in range(3)] == [True, False, False]


def test_it_closes_as_soon_as_one_succeeds(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 5)
    clock.now += 1.0
    assert circuit.admits()

    circuit.succeeded()

    assert [circuit.admits() for _ in range(3)] == [True, True, True]
    assert circuit.since is None


def test_it_waits_again_if_that_one_fails(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.now += 1.0
    circuit.admits()

    circuit.failed()

    assert not circuit.admits()
    clock.now += 1.0
    assert circuit.admits()


def test_a_trial_call_that_never_ends_does_not_block_for_ever(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.now += 1.0
    circuit.admits()

    clock.now += 1.0

    assert circuit.admits()


def test_it_records_since_when_the_server_does_not_answer(circuit: Circuit) -> None:
    before = datetime.now(UTC)
    fail(circuit, 1)
    first = circuit.since
    fail(circuit, 3)

    assert first is not None
    assert before <= first <= datetime.now(UTC)
    assert circuit.since == first


def test_a_server_that_is_back_is_tried_within_two_seconds() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)
    fail(circuit, 50)

    clock.now += 2.0

    assert circuit.admits()
