"""Names that hold columns: lists of features, the label, one column by what is in it."""

from __future__ import annotations

from reproof.lint.hyperparameters.words import names, remembered, squeeze, words

FEATURES = """
    features feature_cols feature_columns feature_list numeric_features numerical_features
    categorical_features numeric_cols numerical_cols categorical_cols num_cols cat_cols num_features
    cat_features numeric_columns numerical_columns categorical_columns selected_features x_cols x_columns
    categorical numerical numeric categoricals numericals
    input_features predictors features_to_use use_cols drop_cols cols_to_drop columns_to_drop drop_columns
    """
# Words of longer names that hold columns: the first alone, the second beside one of the third.
_VARIABLES = names("features feature feats variables vars predictors covariates regressors")
_TABLE_COLUMNS = names("cols columns col")
_CHOSEN = names(
    "num numeric numerical cat categorical categoric drop dropped remove removed keep kept select selected input "
    "inputs train training model used use exclude excluded text ordinal onehot ohe encode encoded scale scaled "
    "impute binary nominal continuous discrete feature features target leak leakage skewed x"
)
_COLUMN_WORDS = names("col cols column columns field var variable feature")
# `LABEL_COLUMN_NAME`: nothing but what it is, and that it is a column.
_LABEL_WORDS = names("label labels target targets y outcome response dependent")
_LABEL_COLUMN = _COLUMN_WORDS | _LABEL_WORDS | names("name names")
# What one column holds, by its name: what a model sees, and what it should say.
_ONE_COLUMN = names("col column field colname")
_WHICH_COLUMN = names("name key default the raw clean cleaned main")
_HOLDS_INPUT = names(
    "text texts source src prompt question context document article sentence premise hypothesis "
    "image img audio review comment passage query dialogue user item product feature x input 1 2 a b"
)
_HOLDS_ANSWER = names("summary answer answers rating label target y class sentiment response completion")
_NO_COLUMNS = names(
    "plot plots env environment display show print names name labels label report csv output out"
)
LABELS = """
    target target_col target_column target_name target_var target_variable target_feature target_label label_col
    label_column label_key label_name y_col y_column dependent_variable response_variable outcome_col
    """

_COLUMNS = {squeeze(name): "features" for name in FEATURES.split()} | {
    squeeze(name): "labels" for name in LABELS.split()
}


def known(name: str) -> str | None:
    """ "features" or "labels" for a name that is listed as a whole; a report has `time_features` as well."""
    return _COLUMNS.get(squeeze(name))


@remembered
def feature(name: str) -> str | None:
    """ "features" or "labels" for a name that holds columns; None for all others."""
    whole = known(name)
    if whole is not None:
        return whole
    spoken = words(name)
    if _LABEL_COLUMN.issuperset(spoken) and not (
        _COLUMN_WORDS.isdisjoint(spoken) or _LABEL_WORDS.isdisjoint(spoken)
    ):
        return "labels"
    if len(spoken) < 2 or not _NO_COLUMNS.isdisjoint(spoken):
        return None
    if not _VARIABLES.isdisjoint(spoken):
        return "features"
    return "features" if not _TABLE_COLUMNS.isdisjoint(spoken) and not _CHOSEN.isdisjoint(spoken) else None


@remembered
def input_column(name: str) -> str | None:
    """ "features" or "labels" for a name that holds one column, by what is in it: `text_col`, `summary_field`."""
    spoken = words(name)
    if len(spoken) < 2 or _ONE_COLUMN.isdisjoint(spoken[-2:]):
        return None
    said = [word for word in spoken if word not in _ONE_COLUMN and word not in _WHICH_COLUMN]
    if not said or not _HOLDS_INPUT.union(_HOLDS_ANSWER).issuperset(said):
        return None
    return "features" if _HOLDS_ANSWER.isdisjoint(said) else "labels"
