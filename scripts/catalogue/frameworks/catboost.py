"""CatBoost: models, `train` and `cv`, pools, its own searches, and the synonyms that its source lists."""

from __future__ import annotations

import ast
from typing import Any

from scripts.catalogue.frameworks.xgboost import rows_without_places
from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "catboost"
ROOTS = ("catboost",)

# How it runs, what it writes, and what describes the data.
_NO_CHOICE = names(
    "thread_count random_seed silent logging_level metric_period name train_dir save_snapshot snapshot_file "
    "snapshot_interval used_ram_limit gpu_ram_part pinned_memory_size allow_writing_files task_type "
    "device_config devices store_all_simple_ctr has_time allow_const_label classes_count class_names "
    "class_weights dev_score_calc_obj_block_size dev_efb_max_buckets gpu_cat_features_storage data_partition "
    "input_borders output_borders ctr_description metadata feature_weights callback fixed_binary_splits "
    "use_best_model langevin posterior_sampling boost_from_average approx_on_full_history ctr_history_unit "
    "fold_permutation_block per_object_feature_penalties first_feature_use_penalties"
)
_FEATURES = names("cat_features text_features embedding_features ignored_features")
_EVALUATION = names("eval_metric custom_metric custom_loss")
_DEBATABLE = names("loss_function objective tokenizers dictionaries feature_calcers text_processing nan_mode")
_CLASSES = names("CatBoostClassifier CatBoostRegressor CatBoostRanker")
_PARAMS: Row = {"kind": "training", "holds": "params"}
_FIT: dict[str, Row | str] = {
    "cat_features": "features",
    "text_features": "features",
    "embedding_features": "features",
}
_TRAIN: dict[str, Row | str] = {
    "params": _PARAMS,
    "iterations": "training",
    "num_boost_round": "training",
    "early_stopping_rounds": "training",
    "fold_count": "split",
    "nfold": "split",
}
_SEARCH: dict[str, Row | str] = {
    "param_grid": {"kind": "training", "holds": "grid"},
    "param_distributions": {"kind": "training", "holds": "grid"},
    "cv": "split",
    "n_iter": "training",
    "train_size": "split",
}


def read(sources: Sources) -> dict[str, Any]:
    """A params dict may hold what the models take."""
    table: Table = {name: rows(of(sources, sources.get(f"catboost.{name}")), _kind) for name in _CLASSES}
    known = rows_without_places({name: row for rows_of in table.values() for name, row in rows_of.items()})
    for name, kinds in (("CatBoost", {"params": _PARAMS}), ("train", _TRAIN), ("cv", _TRAIN)):
        table[name] = rows(of(sources, sources.get(f"catboost.{name}")), Only(kinds))
    table["Pool"] = rows(of(sources, sources.get("catboost.Pool")), Only(_FIT))
    model = sources.get("catboost.CatBoost")
    methods: Table = {
        name: rows(of_method(sources, model, name), Only(_SEARCH))
        for name in ("grid_search", "randomized_search")
    }
    methods["select_features"] = rows(
        of_method(sources, model, "select_features"),
        Only({"num_features_to_select": {"kind": "preprocessing"}, "features_for_select": "features"}),
    )
    aliases = synonyms(sources)
    return {
        "aliases": {alias: name for alias, name in aliases.items() if alias in known},
        "parameters": {name: row for name, row in known.items() if name not in aliases},
        "callables": table,
        "methods": methods,
    }


def synonyms(sources: Sources) -> dict[str, str]:
    """Synonym -> the name that it is turned into, from the lists in CatBoost's own source."""
    node = sources.get("catboost.core._process_synonyms_groups").node
    found: dict[str, str] = {"objective": "loss_function"}
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.List):
            first, *others = ast.literal_eval(call.args[0])
            found |= dict.fromkeys(others, first)
    return found


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    if name in _FEATURES:
        return {"kind": "features"}
    if name in _EVALUATION:
        return {"kind": "evaluation"}
    return {"kind": "training", "strict": True} if name in _DEBATABLE else {"kind": "training"}
