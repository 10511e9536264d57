"""What reads a configuration, and what wraps one: the callables of the usual libraries, as data."""

from __future__ import annotations

from reproof.lint.hyperparameters.lexicon import names

# How keys are read: `params["lr"]`, `cfg.lr`, or both ways.
ITEM, ATTRIBUTE, BOTH = "item", "attribute", "both"

# What reads a stream, a text or a path -> the format, and how its values are accessed.
LOADERS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        names(
            "yaml.safe_load yaml.load yaml.full_load yaml.unsafe_load oyaml.safe_load oyaml.load srsly.read_yaml "
            "ruamel.yaml.safe_load ruamel.yaml.load ruamel.yaml.round_trip_load ruamel_yaml.safe_load"
        ),
        ("yaml", ITEM),
    ),
    **dict.fromkeys(
        names(
            "json.load json.loads ujson.load ujson.loads orjson.loads simplejson.load simplejson.loads "
            "srsly.read_json json5.load json5.loads"
        ),
        ("json", ITEM),
    ),
    **dict.fromkeys(
        names(
            "tomllib.load tomllib.loads tomli.load tomli.loads toml.load toml.loads rtoml.load rtoml.loads "
            "tomlkit.load tomlkit.loads tomlkit.parse"
        ),
        ("toml", ITEM),
    ),
    **dict.fromkeys(names("box.Box.from_yaml box.ConfigBox.from_yaml munch.Munch.fromYAML"), ("yaml", BOTH)),
    **dict.fromkeys(names("box.Box.from_json box.ConfigBox.from_json munch.Munch.fromJSON"), ("json", BOTH)),
    **dict.fromkeys(names("box.Box.from_toml box.ConfigBox.from_toml"), ("toml", BOTH)),
    "omegaconf.OmegaConf.load": ("omegaconf", BOTH),
}
FILE_KEYWORDS = ("filename", "stream", "fp", "f", "file_", "file", "path", "fn", "s")
YAML_OBJECTS = frozenset({"ruamel.yaml.YAML", "ruamel_yaml.YAML"})

# What wraps a mapping -> access of the wrapped, and of the mappings inside it.
WRAPPERS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        names(
            "box.Box box.ConfigBox box.DefaultBox easydict.EasyDict munch.Munch munch.munchify bunch.Bunch "
            "munch.Munch.fromDict munch.DefaultMunch.fromDict addict.Dict dotmap.DotMap attrdict.AttrDict "
            "omegaconf.OmegaConf.create omegaconf.DictConfig ml_collections.ConfigDict sklearn.utils.Bunch "
            "ml_collections.config_dict.ConfigDict prodict.Prodict.from_dict"
        ),
        (BOTH, BOTH),
    ),
    **dict.fromkeys(names("dict collections.OrderedDict omegaconf.OmegaConf.to_container"), (ITEM, ITEM)),
    **dict.fromkeys(names("types.SimpleNamespace argparse.Namespace"), (ATTRIBUTE, ITEM)),
}
# Wrappers that answer for every key, so that none is ever missing.
LENIENT = names("addict.Dict dotmap.DotMap box.DefaultBox munch.DefaultMunch.fromDict")
COPIES = frozenset({"copy.copy", "copy.deepcopy"})
DYNACONF = frozenset({"dynaconf.Dynaconf", "dynaconf.LazySettings"})
HYDRA_TYPES = frozenset({"omegaconf.DictConfig", "omegaconf.Container"})
NAMESPACES = frozenset({"argparse.Namespace"})
# The methods of an argument parser that return the command line's options.
PARSING = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
