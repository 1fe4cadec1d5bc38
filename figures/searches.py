"""What ``wta-np reproduce NAME --search`` tries for the rows of the tables, in one place.

Settings are arguments of the functions in `figures.recipes`. The choice is what the row of the table uses, with the
settings of `final`: `chosen` gives both, and a test compares them with NAME_search.json.
"""

from figures.recipes import conv, fc, rbm
from figures.scoring import READOUTS, log_odds
from figures.search import RowSearch
from wta_np.evaluation import encode_batches


def search_rbm(job, settings):
    model, row = rbm(job, job.training.flat().x, job.seed, **settings)

    def readout(function):
        return lambda x: function(log_odds(model, x.reshape(len(x), -1)))

    names = ["sigmoid(a)", "softplus(a), unit variance" if model.lifetime is None else "sigmoid(a / 2)"]
    return {name: (readout(READOUTS[name][0]), READOUTS[name][1]) for name in names}, row


def search_fc(job, settings):
    model, row = fc(job, job.training.flat().x, job.seed, **settings)
    return {"codes": (lambda x: model.encode(x.reshape(len(x), -1)), False)}, row


def search_stacked(job, settings):
    """The codes of the first layer, divided by their deviation where `scaled` says so, are what the second learns."""
    first = {name.removeprefix("first_"): v for name, v in settings.items() if name.startswith("first_")}
    second = {n: v for n, v in settings.items() if not n.startswith("first_") and n != "scaled"}
    x = job.training.flat().x
    below, _ = fc(job, x, job.seed, **first)
    z = encode_batches(below, x, 200)
    factor = 1 / float(z.std()) if settings["scaled"] else 1.0
    z *= z.dtype.type(factor)
    above, row = fc(job, z, job.seed, **second)

    def both(x):
        return below.encode(x.reshape(len(x), -1)) * z.dtype.type(factor)

    return {"second layer": (lambda x: above.encode(both(x)), False)}, row


def search_conv(job, settings):
    settings = dict(settings)
    pool, stride = map(int, settings.pop("pool").split("/"))
    model, row = conv(job, job.training.x, job.seed, **settings)
    return {"pooled maps": (lambda x: model.features(x, pool, stride), True)}, row


RBM = {"units": 2000, "epochs": 8, "lr": 0.05, "schedule": "steps", "weight_decay": 0.0001}
WTA = {**RBM, "lifetime": 0.3, "warm_up": 0.5}
FC = {"units": 2000, "lifetime": 0.05, "epochs": 10, "lr": 0.02, "tied": True}
CONV = {"maps": 16, "layers": 2, "lifetime": 0.05, "epochs": 10, "lr": 0.002, "pool": "5/3"}

SEARCHES = {
    "table1": {
        "rbm": RowSearch(
            search_rbm,
            RBM,
            {
                "CD-1, rate 0.05 in steps": {},
                "samples in the positive statistics": {"positive": "samples"},
                "weight decay 0.001": {"weight_decay": 0.001},
                "rate 0.1, falling evenly": {"lr": 0.1, "schedule": "linear"},
                "persistent chains, rate falling evenly": {"persistent": True, "schedule": "linear"},
            },
            final={"units": 3000, "epochs": 12, "readout": "softplus(a), unit variance"},
            quick={"units": 20, "epochs": 1},
        ),
        "wta-rbm": RowSearch(
            search_rbm,
            WTA,
            {
                "constraint after half of the epochs": {},
                "samples in the positive statistics": {"positive": "samples"},
                "rate 0.1, falling evenly": {"lr": 0.1, "schedule": "linear"},
                "30% reached over 60% of the epochs": {"warm_up": 0.0, "falling": 0.6},
                "constraint after three quarters of the epochs": {"warm_up": 0.75},
                "constraint after 60% of the epochs, at a tenth of the rate": {"warm_up": 0.6},
            },
            final={"units": 3000, "epochs": 12, "readout": "sigmoid(a / 2)"},
            quick={"units": 20, "epochs": 1},
        ),
        "fc": RowSearch(search_fc, FC, {"rate 0.02": {}}, quick={"units": 20, "epochs": 1}),
        "stacked": RowSearch(
            search_stacked,
            {
                **{f"first_{name}": value for name, value in FC.items()},
                **FC,
                "lifetime": 0.02,
                "scaled": False,
            },
            {"codes as they are": {}, "codes of unit deviation": {"scaled": True, "lr": 0.002}},
            quick={"first_units": 20, "first_epochs": 1, "units": 20, "epochs": 1},
        ),
    },
    "table2": {
        "conv16": RowSearch(
            search_conv,
            CONV,
            {
                "10 epochs": {},
                "winners falling over 60%": {"falling": 0.6},
                "20 epochs": {"epochs": 20},
            },
            quick={"maps": 2, "epochs": 1},
        ),
    },
}


CHOICES = {  # experiment -> row -> the candidate with the smallest held-out error, as NAME_search.json says
    "table1": {
        "rbm": "CD-1, rate 0.05 in steps",
        "wta-rbm": "constraint after half of the epochs",
    },
}


def chosen(name, row):
    """The settings with which the table computes a row: those of the search's choice, and `final`."""
    search = SEARCHES[name][row]
    return {**search.base, **search.candidates[CHOICES[name][row]], **search.final}
