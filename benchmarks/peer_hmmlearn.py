"""hmmlearn on rows in a file; run by `hmm_training.py`. Usage: `peer_hmmlearn.py FILE SCALING`.

It begins from the same guesses and stops at the same gain a round as ours. No prior, no floor that
counts: what is compared is the same sum.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings

import numpy as np
from hmmlearn.hmm import GaussianHMM  # type: ignore[import-not-found]


def main() -> None:
    """Train from each guess, and print seconds of processor time and what came of it."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    file, scaling = sys.argv[1:]
    given = np.load(file)
    rows, tolerance = given["rows"], float(given["tolerance"])
    likelihoods: list[float] = []
    rounds: list[int] = []
    models: list[list[list[float]]] = []
    began = time.process_time()
    for k in range(given["start"].shape[0]):
        model = GaussianHMM(
            given["start"].shape[1],
            "diag",
            n_iter=5000,
            tol=tolerance,
            init_params="",
            implementation=scaling,
            covars_prior=0.0,
            covars_weight=1.0,
            min_covar=1e-12,
        )
        model.startprob_, model.transmat_ = given["start"][k], given["transition"][k]
        model.means_, model.covars_ = given["means"][k], given["variances"][k]
        model.fit(rows)
        likelihoods.append(float(model.monitor_.history[-1]))
        rounds.append(int(model.monitor_.iter))
        variances = np.array([np.diag(each) for each in model.covars_])
        parts = (model.startprob_, model.transmat_, model.means_, variances)
        models.append([each.ravel().tolist() for each in parts])
    seconds = time.process_time() - began
    told = {"seconds": seconds, "likelihoods": likelihoods, "rounds": rounds, "models": models}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
