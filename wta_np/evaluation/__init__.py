"""How good a code is: what a linear SVM makes of it, how sparse it is, how much of the data it explains."""

from wta_np.evaluation.ais import LogZ, ais_log_z, log_likelihood
from wta_np.evaluation.features import encode_batches, encode_part
from wta_np.evaluation.orientation import orientation_selectivity, share_oriented
from wta_np.evaluation.selection import Choice, Evaluation, choose_C, evaluate_features, evaluate_model
from wta_np.evaluation.sparsity import (
    dead_units,
    explained_variance,
    lifetime_sparsity,
    population_sparsity,
)
from wta_np.evaluation.svm import LinearSVM, NotFittedError

__all__ = [
    "Choice",
    "Evaluation",
    "LinearSVM",
    "LogZ",
    "NotFittedError",
    "ais_log_z",
    "choose_C",
    "dead_units",
    "encode_batches",
    "encode_part",
    "evaluate_features",
    "evaluate_model",
    "explained_variance",
    "lifetime_sparsity",
    "log_likelihood",
    "orientation_selectivity",
    "population_sparsity",
    "share_oriented",
]
