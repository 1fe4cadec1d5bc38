"""Laws: property-based tests of the ops, for any implementation.

A law is a function of an implementation: any object with the functions of `wta_np.ops` under their names,
such as that package itself or a student's module. It draws inputs with hypothesis. It returns None where the
law holds, and raises an AssertionError with the smallest counterexample it found where it does not.

>>> from wta_np import ops
>>> from wta_np.testing import laws
>>> laws.each_unit_has_exactly_k_winners(ops)

`LAWS` lists the laws of each op by name. Needs hypothesis (``pip install -e '.[test]'``).
"""

from wta_np.testing.laws.conv import (
    a_single_pixel_gives_the_filter_turned,
    backward_over_rows_equals_dense_backward,
    conv_gradients_agree_with_differences,
    gradient_stays_inside_the_windows_of_active_rows,
    permuting_samples_permutes_the_maps,
    rows_that_are_not_named_are_not_touched,
    shifted_images_give_shifted_maps,
)
from wta_np.testing.laws.deconv import (
    an_atom_appears_upright_where_the_code_says,
    decoding_is_the_adjoint_of_a_convolution,
    decoding_winners_equals_decoding_their_dense_code,
    deconv_gradients_agree_with_differences,
    gradients_from_winners_agree_with_differences,
    only_the_windows_of_winners_are_read,
)
from wta_np.testing.laws.dense import (
    each_unit_has_exactly_k_winners,
    k_is_the_floor_of_rate_times_n,
    lifetime_gradient_agrees_with_differences,
    linear_gradients_agree_with_differences,
    losers_are_zero_and_winners_unchanged,
    loss_gradient_agrees_with_differences,
    no_loser_beats_a_winner,
    only_winners_get_gradient,
    relu_gradient_agrees_with_differences,
    relu_has_no_gradient_at_zero,
    relu_keeps_what_is_positive,
    samples_do_not_mix,
    the_loss_averages_samples_and_sums_pixels,
    the_loss_is_zero_only_for_the_truth,
    the_lower_index_wins_a_tie,
    unit_vectors_give_the_weights,
    units_do_not_compete,
)
from wta_np.testing.laws.im2col import (
    a_row_is_the_window_around_its_position,
    col2im_is_the_adjoint_of_im2col,
    col2im_of_rows_is_the_adjoint_of_im2col_of_rows,
    rows_pick_windows,
    window_rows_are_where_col2im_arrives,
)
from wta_np.testing.laws.pool import (
    pool_gradient_agrees_with_differences,
    pooling_gradients_add_up_at_shared_pixels,
    pooling_keeps_the_largest_of_each_window,
    pooling_points_at_the_first_of_the_largest,
    unpooling_puts_values_back_once,
)
from wta_np.testing.laws.rbm import (
    energy_is_linear_in_each_weight,
    free_energy_does_not_overflow,
    free_energy_gradients_agree_with_differences,
    free_energy_sums_over_the_hidden_states,
    samples_are_zero_or_one_and_certain_where_p_is,
    samples_do_not_depend_on_each_other,
    samples_have_the_probability_p,
    sigmoid_and_softplus_do_not_overflow,
    sigmoid_has_these_log_odds,
    softplus_is_the_integral_of_sigmoid,
)
from wta_np.testing.laws.registry import LAWS
from wta_np.testing.laws.shared import (
    a_rank_sends_no_more_than_its_candidates,
    ranks_choose_the_winners_of_one_process,
)
from wta_np.testing.laws.spatial import (
    each_map_of_each_image_has_one_winner,
    spatial_gradient_agrees_with_differences,
    the_spatial_code_is_zero_but_for_winners,
    the_winner_is_the_first_of_the_largest,
)
from wta_np.testing.laws.winners import (
    each_map_has_at_most_k_positive_winners,
    k_equal_to_n_is_spatial_sparsity_alone,
    permuting_samples_permutes_the_code,
    winners_are_the_masks_nonzeros,
    winners_come_by_map_then_by_sample,
    winners_describe_their_dense_code,
)

__all__ = [
    "LAWS",
    "a_rank_sends_no_more_than_its_candidates",
    "a_row_is_the_window_around_its_position",
    "a_single_pixel_gives_the_filter_turned",
    "an_atom_appears_upright_where_the_code_says",
    "backward_over_rows_equals_dense_backward",
    "col2im_is_the_adjoint_of_im2col",
    "col2im_of_rows_is_the_adjoint_of_im2col_of_rows",
    "conv_gradients_agree_with_differences",
    "decoding_is_the_adjoint_of_a_convolution",
    "decoding_winners_equals_decoding_their_dense_code",
    "deconv_gradients_agree_with_differences",
    "each_map_has_at_most_k_positive_winners",
    "each_map_of_each_image_has_one_winner",
    "each_unit_has_exactly_k_winners",
    "energy_is_linear_in_each_weight",
    "free_energy_does_not_overflow",
    "free_energy_gradients_agree_with_differences",
    "free_energy_sums_over_the_hidden_states",
    "gradient_stays_inside_the_windows_of_active_rows",
    "gradients_from_winners_agree_with_differences",
    "k_equal_to_n_is_spatial_sparsity_alone",
    "k_is_the_floor_of_rate_times_n",
    "lifetime_gradient_agrees_with_differences",
    "linear_gradients_agree_with_differences",
    "losers_are_zero_and_winners_unchanged",
    "loss_gradient_agrees_with_differences",
    "no_loser_beats_a_winner",
    "only_the_windows_of_winners_are_read",
    "only_winners_get_gradient",
    "permuting_samples_permutes_the_code",
    "permuting_samples_permutes_the_maps",
    "pool_gradient_agrees_with_differences",
    "pooling_gradients_add_up_at_shared_pixels",
    "pooling_keeps_the_largest_of_each_window",
    "pooling_points_at_the_first_of_the_largest",
    "ranks_choose_the_winners_of_one_process",
    "relu_gradient_agrees_with_differences",
    "relu_has_no_gradient_at_zero",
    "relu_keeps_what_is_positive",
    "rows_pick_windows",
    "rows_that_are_not_named_are_not_touched",
    "samples_are_zero_or_one_and_certain_where_p_is",
    "samples_do_not_depend_on_each_other",
    "samples_do_not_mix",
    "samples_have_the_probability_p",
    "shifted_images_give_shifted_maps",
    "sigmoid_and_softplus_do_not_overflow",
    "sigmoid_has_these_log_odds",
    "softplus_is_the_integral_of_sigmoid",
    "spatial_gradient_agrees_with_differences",
    "the_loss_averages_samples_and_sums_pixels",
    "the_loss_is_zero_only_for_the_truth",
    "the_lower_index_wins_a_tie",
    "the_spatial_code_is_zero_but_for_winners",
    "the_winner_is_the_first_of_the_largest",
    "unit_vectors_give_the_weights",
    "units_do_not_compete",
    "unpooling_puts_values_back_once",
    "window_rows_are_where_col2im_arrives",
    "winners_are_the_masks_nonzeros",
    "winners_come_by_map_then_by_sample",
    "winners_describe_their_dense_code",
]
