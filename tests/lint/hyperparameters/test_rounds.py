"""What a training repeats, remembers and tries: rounds by other names, replay memories, values of a loop."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for i in range(20):\n    actor.train_net(memory)", [("iterations", "20")]),
        ("for j in range(5000):\n    loss = ann.do_epoch()", [("iterations", "5000")]),
        ("for n_epi in range(300):\n    play()", [("episodes", "300")]),
        ("for it in range(900):\n    sess.run([D_solver, D_loss])", [("iterations", "900")]),
        ("if memory.size() > 1000:\n    learn()", [("learning_starts", "1000")]),
        ("if len(replay_buffer) >= 500:\n    learn()", [("learning_starts", "500")]),
        ("memory.put((s, a, r / 10.0, done))", [("reward_scale", "10.0")]),
        ("if epoch_counter >= 10:\n    scheduler.step()", [("change_at", "10")]),
        ("target_entropy = -1.0", [("target_entropy", "-1.0")]),
        ("buffer_limit = 50000\nd_steps = 3\nmb_size = 32", None),
        ("num_hiddens1, num_hiddens2 = 256, 128", [("num_hiddens1", "256"), ("num_hiddens2", "128")]),
        # nothing is trained, remembered or scaled here
        ("for i in range(20):\n    show_epoch(i)", []),
        ("for i in range(20):\n    trainer.report(i)", []),
        ("if len(names) > 1000:\n    stop()", []),
        ("if memory.size() > limit:\n    learn()", []),
        ("rows.append((r * width, done))", []),
        ("memory_limit = 50000\nn_epi = 3", []),
        ("start_index = -1", []),
    ],
)
def test_rounds_and_memories(code: str, expected: list[tuple[str, str]] | None) -> None:
    told = found(code)
    assert len(told) == len(code.splitlines()) if expected is None else told == expected


def test_a_loop_whose_name_another_loop_binds_beside_others() -> None:
    code = (
        "from sklearn.cluster import KMeans\n"
        "for i, row in enumerate(rows):\n    show(row)\n"
        "for i in range(2, 11):\n    KMeans(n_clusters=i).fit(data)\n"
    )
    assert found(code) == [("n_clusters", "range(2, 11)")]
