"""wta_np as scikit-learn estimators: for `Pipeline`, `GridSearchCV`, `clone` and data frames.

An estimator holds a model of the package and calls `wta_np.fit`; nothing is computed in another way. Data are rows
(N, D), as scikit-learn has them, of any numbers. An encoder converts them to the dtype of its model.

>>> from sklearn.pipeline import make_pipeline
>>> import wta_np
>>> from wta_np.sklearn import FCWTAEncoder, LinearSVMClassifier
>>> data = wta_np.load("sample").flat()
>>> steps = FCWTAEncoder(50, tied=True, epochs=2, random_state=0), LinearSVMClassifier()
>>> pipeline = make_pipeline(*steps).fit(data.x_train[:1000], data.y_train[:1000])
>>> bool(pipeline.score(data.x_test, data.y_test) > 0.7)
True

scikit-learn comes with ``pip install 'wta_np[sklearn]'``, and is imported only when this module is.
"""

try:
    from sklearn.utils.validation import validate_data  # noqa: F401  since 1.6
except ImportError as error:
    raise ImportError(
        "wta_np.sklearn needs scikit-learn 1.6 or later: pip install 'wta_np[sklearn]'"
    ) from error

from wta_np.sklearn.conv import ConvWTAEncoder
from wta_np.sklearn.fc import FCWTAEncoder
from wta_np.sklearn.rbm import RBMEncoder
from wta_np.sklearn.svm import LinearSVMClassifier
from wta_np.sklearn.whitening import ZCAWhitener

__all__ = ["ConvWTAEncoder", "FCWTAEncoder", "LinearSVMClassifier", "RBMEncoder", "ZCAWhitener"]
