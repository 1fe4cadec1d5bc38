"""The exercises in their order: what each asks for, and the laws that judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wta_np.grading.filenames import number_in
from wta_np.grading.laws import (
    capstone,
    cases_conv,
    cases_dense,
    cases_machine,
    cd1,
    conv,
    conv_capstone,
    decode,
    dense,
    fcwta,
    further,
    rbm,
)
from wta_np.grading.signature import Signature
from wta_np.testing import laws


def _as_it_is(implementation):
    return implementation


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    number : int
        Its place in the order, from 1.
    name : str
        As in the name of its file.
    lines : list of str
        Its functions, see `wta_np.grading.signature.Signature`.
    laws : list of callable
        Functions of an implementation that raise an AssertionError where they do not hold. One point each.
    call_time : float
        Seconds that a call may take.
    slow : str
        What to ask whoever takes longer.
    adapt : callable
        Makes what the laws get of the functions of `wta_np.ops` with those of the student in their place.
    atoms : callable, optional
        ``atoms(functions)`` -> atoms that the student's code has learned, and their shape as an image.
    variant : str
        What a variant asks for, see `wta_np.grading.variants`; empty for the exercise itself.
    seed : int, optional
        That has chosen the variant.
    """

    number: int
    name: str
    lines: list
    laws: list
    call_time: float = 5.0
    slow: str = "does a loop not end?"
    adapt: Callable = _as_it_is
    atoms: Callable | None = None
    variant: str = ""
    seed: int | None = None

    @property
    def signatures(self) -> list:
        """The functions that the student writes."""
        return [Signature.parse(line) for line in self.lines]

    @property
    def filename(self) -> str:
        """The name of its file in ``tutorials/exercises``."""
        seed = "" if self.seed is None else f"_seed{self.seed}"
        return f"ex{self.number:02d}_{self.name}{seed}.py"

    @property
    def title(self) -> str:
        """Number and name, and of a variant its seed."""
        seed = "" if self.seed is None else f", variant of seed {self.seed}"
        return f"exercise {self.number}, {self.name}{seed}"


FCWTA = "x: N D, W_enc: D M, b_enc: M, W_dec: M D, b_dec: D, k: int"
WEIGHTS = "W_enc: D M, b_enc: M, W_dec: M D, b_dec: D"
GRADIENTS = "dW_enc: D M, db_enc: M, dW_dec: M D, db_dec: D"
MACHINE = "v: N D, W: D M, b_v: D, b_h: M"
WINNERS = "n: R, y: R, x: R, f: R, value: R, shape: (N H W)"
CONV_WTA = "W: kh kw C F, b: F, D: F dh dw C, c: C"

EXERCISES = [
    Exercise(
        1,
        "linear_backward",
        ["linear_backward(dy: N M, x: N D, W: D M) -> dx: N D, dW: D M, db: M"],
        [*dense.LINEAR, cases_dense.LINEAR],
    ),
    Exercise(
        2,
        "relu_backward",
        ["relu_backward(dh: ..., a: ...) -> da: ..."],
        [laws.relu_has_no_gradient_at_zero, dense.RELU, cases_dense.RELU],
    ),
    Exercise(
        3,
        "lifetime_mask",
        [
            "winners_per_unit(rate: float, n: int) -> k: int",
            "lifetime_mask(h: N ..., k: int) -> mask: N ... bool",
        ],
        [
            laws.k_is_the_floor_of_rate_times_n,
            laws.each_unit_has_exactly_k_winners,
            laws.no_loser_beats_a_winner,
            laws.the_lower_index_wins_a_tie,
            laws.units_do_not_compete,
            cases_dense.RATE,
            cases_dense.MASK,
        ],
    ),
    Exercise(
        4,
        "lifetime_backward",
        ["lifetime_backward(dz: N ..., mask: N ...) -> dh: N ..."],
        [laws.only_winners_get_gradient, dense.LIFETIME, cases_dense.LIFETIME],
    ),
    Exercise(
        5,
        "fcwta_step",
        [
            f"fcwta_loss_and_grads({FCWTA}) -> loss: float, {GRADIENTS}",
            f"fcwta_step({FCWTA}, lr: float) -> {WEIGHTS}",
        ],
        [
            fcwta.the_loss_is_half_the_squared_error_of_a_sample,
            *fcwta.FC_GRADIENTS,
            fcwta.a_step_goes_down_the_gradient,
            cases_machine.FCWTA,
            cases_machine.STEP,
        ],
    ),
    Exercise(
        6,
        "momentum",
        ["momentum_step(w: ..., v: ..., dw: ..., lr: float, mu: float) -> w: ..., v: ..."],
        [
            dense.the_first_step_is_plain_gradient_descent,
            dense.without_a_gradient_the_velocity_fades,
            dense.a_constant_slope_is_taken_at_its_final_speed,
            cases_dense.MOMENTUM,
        ],
    ),
    Exercise(
        7,
        "free_energy",
        [
            f"free_energy_forward({MACHINE}) -> F: N",
            "free_energy_backward(dF: N, v: N D, W: D M, b_h: M) -> dW: D M, db_v: D, db_h: M",
        ],
        [
            laws.free_energy_sums_over_the_hidden_states,
            laws.free_energy_does_not_overflow,
            *rbm.FREE_ENERGY,
            cases_machine.ENERGY,
            cases_machine.ENERGY_BACK,
        ],
    ),
    Exercise(
        8,
        "cd1_statistics",
        [f"cd1_statistics({MACHINE}, u_h: N M, u_v: N D) -> dW: D M, db_v: D, db_h: M"],
        [
            cd1.the_positive_phase_lowers_the_energy_of_the_data,
            cd1.the_negative_phase_raises_the_energy_of_what_came_back,
            cd1.the_chain_goes_down_from_a_sample,
            cd1.one_step_of_the_chain_as_a_whole,
            cases_machine.CD1,
        ],
    ),
    Exercise(
        9,
        "im2col",
        ["im2col(x: N H W C, kh: int, kw: int) -> cols: N*H*W kh*kw*C"],
        [
            conv.windows_of_one_pixel_are_the_image,
            conv.the_middle_of_a_window_is_its_own_pixel,
            laws.a_row_is_the_window_around_its_position,
            cases_conv.IM2COL,
        ],
    ),
    Exercise(
        10,
        "col2im",
        ["col2im(cols: R Q, shape: (N H W C), kh: int, kw: int) -> x: N H W C"],
        [
            conv.windows_of_one_pixel_come_back_as_the_image,
            conv.ones_count_the_windows_that_show_a_pixel,
            laws.col2im_is_the_adjoint_of_im2col,
            cases_conv.COL2IM,
        ],
    ),
    Exercise(
        11,
        "conv_backward",
        ["conv2d_backward(dy: N H W F, x: N H W C, W: kh kw C F) -> dx: N H W C, dW: kh kw C F, db: F"],
        [*conv.CONV, cases_conv.CONV],
    ),
    Exercise(
        12,
        "spatial_winners",
        [
            "spatial_forward(h: N H W F) -> z: N H W F, mask: N H W F bool",
            "spatial_backward(dz: N H W F, mask: N H W F) -> dh: N H W F",
        ],
        [
            laws.each_map_of_each_image_has_one_winner,
            laws.the_winner_is_the_first_of_the_largest,
            laws.the_spatial_code_is_zero_but_for_winners,
            laws.spatial_gradient_agrees_with_differences,
            cases_conv.SPATIAL,
            cases_conv.SPATIAL_BACK,
        ],
    ),
    Exercise(
        13,
        "decode_winners",
        [
            f"decode_winners({WINNERS}, D: F kh kw C, b: C) -> x_hat: N H W C",
            "value_gradient(dy: N H W C, n: R, y: R, x: R, f: R, D: F kh kw C) -> dvalue: R",
        ],
        [
            decode.no_winners_leave_the_bias,
            decode.the_bias_is_added_once,
            laws.an_atom_appears_upright_where_the_code_says,
            decode.winners_at_one_place_add_up,
            decode.decoding_gives_the_sum_of_scaled_atoms,
            decode.a_value_gets_what_its_atom_sees,
            decode.VALUE,
            cases_conv.DECODE,
            cases_conv.VALUE,
        ],
        adapt=decode.winners_as_lists,
    ),
    Exercise(
        14,
        "squared_hinge",
        [
            "squared_hinge_forward(s: N K, t: N K, C: float) -> f: float",
            "squared_hinge_backward(s: N K, t: N K, C: float) -> ds: N K",
            "svm_backward(x: N D, W: D K, t: N K, C: float) -> dW: D K",
        ],
        [
            rbm.the_hinge_is_the_squared_shortfall,
            rbm.samples_beyond_the_margin_pull_no_more,
            rbm.HINGE,
            rbm.without_samples_that_pull_only_the_weights_are_left,
            rbm.SVM,
            cases_machine.HINGE,
            cases_machine.HINGE_BACK,
            cases_machine.SVM,
        ],
    ),
    Exercise(
        15,
        "train_fcwta",
        [
            "train(x: N D, n_hidden: int, lifetime: float, seed: int) -> "
            "W_enc: D n_hidden floats, b_enc: n_hidden floats, W_dec: n_hidden D floats, b_dec: D floats"
        ],
        capstone.LAWS,
        call_time=20.0,
        slow=capstone.SLOW,
        adapt=capstone.trained_once,
        atoms=capstone.atoms,
    ),
    Exercise(
        16,
        "stacking",
        [
            "top_loss_and_grads(z: N D, W: D M, b_enc: M, b_dec: D, k: int) -> loss: float, dz: N D, dW: D M",
        ],
        further.STACK,
    ),
    Exercise(
        17,
        "costs",
        [
            "operations(n: int, d: int, m: int) -> count: int",
            "bytes_moved(n: int, d: int, m: int, itemsize: int) -> count: int",
            "attainable(operations: int, n_bytes: int, rate: float, bus: float) -> speed: float",
        ],
        further.COSTS,
    ),
    Exercise(
        18,
        "relatives",
        [
            "per_sample_mask(h: N M, k: int) -> mask: N M bool",
            "over_batch_mask(h: N M, k: int) -> mask: N M bool",
        ],
        further.RELATIVES,
    ),
    Exercise(
        19,
        "max_pool",
        [
            "max_pool_forward(x: N H W C, size: int, stride: int, windows: (P Q)) "
            "-> y: N P Q C, argmax: N P Q C ints",
            "max_pool_backward(dy: N P Q C, argmax: N P Q C, shape: (N H W C)) -> dx: N H W C",
        ],
        further.POOLING,
    ),
    Exercise(
        20,
        "conv_capstone",
        [
            f"conv_wta_step(x: N H W C, {CONV_WTA}, k: int, lr: float) -> loss: float, {CONV_WTA}",
            "train(x: N H W C, n_maps: int, size: int, lifetime: float, seed: int) -> W: size size C n_maps floats, "
            "b: n_maps floats, D: n_maps size size C floats, c: C floats",
            "features(x: N H W C, W: kh kw C F, b: F, size: int, stride: int, windows: (P Q)) -> f: N P*Q*F",
            "classify(f: N Q, t: N K, g: B Q) -> labels: B ints",
        ],
        conv_capstone.LAWS,
        call_time=40.0,
        slow=conv_capstone.SLOW,
        adapt=conv_capstone.trained_once,
        atoms=conv_capstone.atoms,
    ),
]


def exercise(number: Any) -> Any:
    """The exercise of a number; ValueError if there is none."""
    if not 1 <= number <= len(EXERCISES):
        raise ValueError(f"there is no exercise {number}, expected 1 to {len(EXERCISES)}")
    return EXERCISES[number - 1]


def as_asked(asked: Exercise, filename: str = "", seed: Any = None) -> Exercise:
    """An exercise, or its variant where a seed is given or stands in a file's name; ValueError if it has none."""
    from wta_np.grading import variants  # which are made of exercises

    if seed is None:
        seed = variants.seed_in(filename) if asked.number in variants.NUMBERS else None
    return asked if seed is None else variants.judged(asked.number, seed)


def exercise_of(filename: str) -> Any:
    """The exercise that a file's name tells, such as ``ex03`` or ``lifetime_mask``; ValueError if none."""
    number = number_in(filename, [exercise.name for exercise in EXERCISES])
    if number is None:
        raise ValueError(
            f"{filename} does not say which exercise it is, expected ex01 to ex{len(EXERCISES)} in it"
        )
    return exercise(number)
