"""gensim: word and document embeddings, topic models, phrases, dictionaries."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "gensim"
ROOTS = ("gensim",)

_EMBEDDINGS = names("Word2Vec Doc2Vec FastText")
_TOPICS = names(
    "AuthorTopicModel EnsembleLda HdpModel LdaModel LdaMulticore LdaSeqModel LsiModel Nmf RpModel TfidfModel "
    "AtireBM25Model LuceneBM25Model OkapiBM25Model"
)
_NO_CHOICE = names(
    "sentences documents corpus corpus_file id2word dictionary workers trim_rule callbacks hashfxn comment "
    "batch_words null_word sorted_vocab dv dv_mapfile distributed eval_every author2doc doc2author "
    "serialization_path time_slice sstats lda_model initialize outputdir max_time random_seed ns_conf "
    "topic_model_class min_cores ensemble_workers distance_workers masking_method wlocal wglobal progress_per "
    "delimiter connector_words dm_tag_count"
)
_DEBATABLE = names("chunksize minimum_probability minimum_phi_value gamma_threshold max_vocab_size batch")
_CALLS: dict[str, dict[str, Row | str]] = {
    "gensim.models.Phrases": {
        "min_count": "preprocessing",
        "threshold": "preprocessing",
        "scoring": "preprocessing",
    },
    "gensim.models.CoherenceModel": {
        "coherence": "evaluation",
        "topn": "evaluation",
        "window_size": "evaluation",
    },
    "gensim.utils.simple_preprocess": {"min_len": "preprocessing", "max_len": "preprocessing"},
}


def read(sources: Sources) -> dict[str, Any]:
    """Models by their signatures, with what they hand to their base classes; methods that train or filter."""
    table: Table = {
        name: rows(of(sources, sources.get(f"gensim.models.{name}")), _kind) for name in _EMBEDDINGS | _TOPICS
    }
    for dotted, kinds in _CALLS.items():
        table[dotted.rpartition(".")[2]] = rows(of(sources, sources.get(dotted)), Only(kinds))
    word2vec = sources.get("gensim.models.Word2Vec")
    dictionary = sources.get("gensim.corpora.Dictionary")
    train = Only({"epochs": "training", "start_alpha": "training", "end_alpha": "training"})
    extremes = Only(dict.fromkeys(("no_below", "no_above", "keep_n"), "preprocessing"))
    methods: Table = {
        "train": rows(of_method(sources, word2vec, "train"), train),
        "filter_extremes": rows(of_method(sources, dictionary, "filter_extremes"), extremes),
    }
    for row in methods["train"].values():
        del row["position"]  # other libraries have a method of this name
    return {"callables": table, "methods": methods}


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return {"kind": "training", "strict": True} if name in _DEBATABLE else {"kind": "training"}
