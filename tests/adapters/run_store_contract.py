"""What every `RunStore` does. A test module subclasses `RunStoreContract` and has a fixture `store`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproof.ports import RunStore
from reproof.runs.record import RunRecord
from tests.runs.acceptances import acceptance
from tests.runs.records import record


def of_commit(made: RunRecord, digit: str) -> RunRecord:
    return replace(made, code=replace(made.code, commit=digit * 40))


OLD = of_commit(record(1, key="aa" * 32), "1")
NEW = of_commit(record(2, key="aa" * 32), "2")
OTHER = of_commit(record(3, key="ab" * 32), "1")
ALL = (OLD, NEW, OTHER)


class RunStoreContract:
    """Each fact on a store that starts empty."""

    def test_an_empty_store_has_nothing(self, store: RunStore) -> None:
        assert list(store.all()) == list(store.same_key("a" * 64)) == list(store.of_commit("1" * 40)) == []
        assert store.newest_recorded(["1" * 40]) is None
        assert list(store.starting_with("")) == list(store.newest(5)) == []

    def test_what_was_added_is_found_oldest_first_in_whatever_order_it_came(self, store: RunStore) -> None:
        store.add([OTHER])
        store.add([NEW, OLD])
        assert tuple(store.all()) == ALL
        assert tuple(store.same_key(OLD.key)) == (OLD, NEW)
        assert tuple(store.of_commit("1" * 40)) == (OLD, OTHER)
        assert tuple(store.of_commit("3" * 40)) == ()

    def test_a_prefix_finds_the_runs_whose_ids_start_with_it(self, store: RunStore) -> None:
        store.add(ALL)
        assert tuple(store.starting_with(NEW.id)) == (NEW,)
        assert tuple(store.starting_with("00000")) == ALL
        assert tuple(store.starting_with("f")) == ()

    def test_the_first_commit_with_a_run_is_found(self, store: RunStore) -> None:
        store.add(ALL)
        assert store.newest_recorded(["9" * 40, "2" * 40, "1" * 40]) == "2" * 40
        assert store.newest_recorded(["1" * 40, "2" * 40]) == "1" * 40
        assert store.newest_recorded(["19" + "1" * 38]) is None
        assert store.newest_recorded([]) is None

    def test_adding_the_same_run_again_keeps_it_once(self, store: RunStore) -> None:
        store.add([OLD, OLD])
        store.add([OLD])
        assert tuple(store.all()) == (OLD,)

    def test_the_newest_are_the_last_added_and_come_oldest_first(self, store: RunStore) -> None:
        for made in ALL:
            store.add([made])
        assert tuple(store.newest(2)) == (NEW, OTHER)
        assert tuple(store.newest(50)) == ALL

    def test_of_several_that_are_added_at_once_all_are_among_the_newest(self, store: RunStore) -> None:
        store.add(ALL)
        assert tuple(store.newest(3)) == ALL

    def test_adding_nothing_changes_nothing(self, store: RunStore) -> None:
        store.add([])
        assert tuple(store.all()) == ()

    @pytest.mark.parametrize("rows", [None, 0, 1204])
    def test_a_run_comes_back_equal(self, store: RunStore, rows: int | None) -> None:
        full = record(7, metrics={"auc": 0.1 + 0.2, "тест": -0.0})
        metrics = tuple(replace(metric, rows=rows, slice=(("a", "b"),)) for metric in full.results.metrics)
        full = replace(full, results=replace(full.results, metrics=metrics))
        store.add([full])
        assert tuple(store.all()) == (full,)

    def test_acceptances_come_back_equal_oldest_first_in_whatever_order_they_came(
        self, store: RunStore
    ) -> None:
        assert tuple(store.accepted()) == ()
        old, new = acceptance(1), acceptance(2, key="ab" * 32, self_reported=True, from_runs=(OLD.id,))
        store.accept(new)
        store.accept(old)
        assert tuple(store.accepted()) == (old, new)

    def test_accepting_the_same_again_keeps_it_once(self, store: RunStore) -> None:
        store.accept(acceptance())
        store.accept(acceptance())
        assert tuple(store.accepted()) == (acceptance(),)

    def test_an_acceptance_is_no_run_and_a_run_no_acceptance(self, store: RunStore) -> None:
        store.accept(acceptance(1, head="9" * 40))
        store.add(ALL)
        store.accept(acceptance(2))
        assert tuple(store.all()) == tuple(store.newest(50)) == ALL
        assert tuple(store.newest(2)) == ALL[1:]
        assert store.newest_recorded(["9" * 40]) is None
        assert len(store.accepted()) == 2

    def test_an_acceptance_holds_any_text_and_numbers_that_are_none(self, store: RunStore) -> None:
        metrics = record(metrics={"auc": float("nan"), "тест": -0.0}).results.metrics
        made = acceptance(why="x\n\x1b[2J " + "é" * 900, who="\udcff", metrics=metrics, from_key=None)
        store.accept(made)
        (back,) = store.accepted()
        assert repr(back) == repr(made)
