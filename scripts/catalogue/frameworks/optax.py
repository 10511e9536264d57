"""optax: optimizers, gradient transformations, schedules, losses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "optax"
ROOTS = ("optax",)

_OPTIMIZERS = ("optax", "optax.contrib", "optax.schedules", "optax.transforms")
# Arrays, trees and functions that are handed through, and how a number is kept.
_NO_CHOICE = names(
    "updates state params key mask weight_decay_mask trust_ratio_mask mu_dtype dtype_momentum "
    "accumulator_dtype state_dtype param_dtype axis seed inner opt optimizer base_optimizer adv_optimizer "
    "linesearch transforms param_labels schedules inner_factory static_args opt_state new_tensors "
    "old_tensors tree grads axis_name logits labels predictions targets measure measure_name measures "
    "max_consecutive_errors batch_axis_name verbose print_win_rate_every_n_steps count step max_int "
    "weight_dimension_numbers muon_weight_dimension_numbers dimension_numbers should_transform_fn "
    "value_and_grad_fun fun value random_seed is_leaf ord where freeze_mask should_skip_update_fn "
    "model_fn unroll microbatch_size"
)
_VALUE = names("constant_schedule")  # whose `value` is the schedule
_DETAILS = names("mode variant preconditioning interpolate_type")  # how it is computed
# The sign of a descent, and where a warm-up begins.
_NEUTRAL = {"step_size": ["-1", "-1.0"], "init_value": ["0", "0.0"]}
_LOSS = Only(dict.fromkeys(names("alpha gamma delta margin temperature epsilon smooth beta"), "training"))
# These prepare numbers for the functions above, or are no part of an optimizer.
_PLUMBING = names(
    "apply_updates global_norm safe_norm safe_root_mean_squares safe_increment safe_int32_increment "
    "tree_map_params inject_hyperparams inject_stateful_hyperparams masked partition multi_transform "
    "named_chain chain hutchinson_estimator_diag_hessian make_perturbed_fun scale_gradient "
    "power_iteration matrix_inverse_pth_root bias_correction update_moment update_infinity_moment "
    "update_moment_per_elem_norm with_extra_args_support convex_kl_divergence hvp hessian_diag "
    "fisher_diag snapshot monitor measure_with_ema apply_if_finite orthogonalize_via_newton_schulz nnls "
    "nnls_rmsprop micro_vmap microbatch gen_microbatch per_example_global_norm_clip "
    "per_example_layer_norm_clip skip_large_updates skip_not_finite stateless stateless_with_tree_map "
    "tree_cast scan_gradients second_moment_per_elem_norm"
)


def read(sources: Sources) -> dict[str, Any]:
    """The public functions that take a choice, and `MultiSteps`."""
    table: Table = {}
    for name, found in _functions(sources):
        entry = rows(of(sources, found), _choice)
        if name in _VALUE:
            entry = {"value": {"kind": "training", "position": 0}}
        table[name] = entry
    for name, found in sources.public("optax.losses").items():
        if not found.is_class:
            table[name] = rows(of(sources, found), _LOSS)
    steps = rows(of(sources, sources.get("optax.MultiSteps")), Only({"every_k_schedule": "training"}))
    return {"callables": {**table, "MultiSteps": steps}}


def _functions(sources: Sources) -> Iterator[tuple[str, Found]]:
    for module in _OPTIMIZERS:
        for name, found in sources.public(module).items():
            ours = found.module.name.startswith(
                ("optax._src", "optax.contrib", "optax.schedules", "optax.transforms")
            )
            tested = found.module.name.endswith("_test")
            if ours and not found.is_class and not tested and name not in _PLUMBING:
                yield name, found


def _choice(name: str) -> Row | None:
    if name in _NO_CHOICE or name.endswith("_fn"):
        return None
    if name in _DETAILS:
        return {"kind": "training", "strict": True}
    neutral = _NEUTRAL.get(name)
    return {"kind": "training", "neutral": neutral} if neutral else {"kind": "training"}
