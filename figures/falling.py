"""Models whose share of winners falls over the first mini-batches of a training."""

from wta_np import ConvWTA
from wta_np.models import RBM


class Falling:
    """What is added to a model class: `falling` mini-batches over which the rate falls evenly from 1 to `lifetime`.

    The rate is that of training alone: `reconstruct` uses `lifetime`, and `encode` no constraint at all.
    """

    def __init__(self, *sizes, falling=0, **options):
        super().__init__(*sizes, **options)
        self.falling, self._trained = falling, 0  # mini-batches

    @property
    def config(self):
        """The arguments that make a model of this kind again."""
        return {**super().config, "falling": self.falling}

    def rate(self):
        """Share of the next mini-batch of training on which a unit may be active."""
        if self._trained >= self.falling:
            return self.lifetime
        return 1 - self._trained / self.falling * (1 - self.lifetime)

    def loss_and_grads(self, x, **options):
        """As the model's, at the rate of this mini-batch."""
        last, self.lifetime = self.lifetime, self.rate()
        try:
            return super().loss_and_grads(x, **options)
        finally:
            self.lifetime = last
            self._trained += 1

    def state(self):
        """What the next step depends on beside the parameters: also how many mini-batches there were."""
        state, arrays = super().state()
        return {**state, "trained": self._trained}, arrays

    def restore_state(self, state, arrays):
        """Go on where `state` was taken."""
        self._trained = state.get("trained", 0)
        super().restore_state({k: v for k, v in state.items() if k != "trained"}, arrays)


class FallingRBM(Falling, RBM):
    """WTA-RBM whose constraint is brought in gradually."""


class FallingConvWTA(Falling, ConvWTA):
    """CONV-WTA whose winners become fewer."""
