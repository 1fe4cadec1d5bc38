"""The data sets that the package knows by name. A new one is a `DataSource` in this list."""

from __future__ import annotations

from wta_np.data import cifar10, dead_leaves, mnist, sample, svhn
from wta_np.data.source import DataSource

SOURCES: dict[str, DataSource] = {
    source.name: source
    for source in (
        sample.SOURCE,
        mnist.MNIST,
        mnist.FASHION_MNIST,
        cifar10.SOURCE,
        svhn.SVHN,
        svhn.SVHN_EXTRA,
        dead_leaves.SOURCE,
    )
}
