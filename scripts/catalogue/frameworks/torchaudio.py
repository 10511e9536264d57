"""torchaudio: spectrograms and their sizes, masks of an augmentation, the names of pretrained pipelines' models."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "torchaudio"
ROOTS = ("torchaudio",)

_DEBATABLE: Row = {"kind": "preprocessing", "strict": True}
_TRANSFORM = Only(
    {
        **dict.fromkeys(
            names(
                "n_fft win_length hop_length n_mels n_mfcc n_lfcc n_filter f_min f_max top_db new_freq "
                "n_steps factor factors freq_mask_param time_mask_param n_time_masks n_freq_masks p "
                "fixed_rate coeff cmn_window gain"
            ),
            "preprocessing",
        ),
        # Properties of the recordings, or of a function's form.
        **dict.fromkeys(
            names("sample_rate orig_freq pad power norm mel_scale dct_type resampling_method"), _DEBATABLE
        ),
    }
)
_RESAMPLE = Only({"new_freq": "preprocessing", "orig_freq": _DEBATABLE})


def read(sources: Sources) -> dict[str, Any]:
    """The transforms, and `functional.resample`."""
    table: Table = {}
    for found in sources.classes("torchaudio.transforms"):
        table[found.name] = rows(of(sources, found), _TRANSFORM)
    table["resample"] = rows(of(sources, sources.get("torchaudio.functional.resample")), _RESAMPLE)
    return {"callables": table}
