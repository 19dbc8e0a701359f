"""scikit-learn's StandardScaler is the oracle."""

import torch
from sklearn.preprocessing import StandardScaler

from course_lib.data.scaling import standardise


def test_it_is_scikit_learns_scaler() -> None:
    train, test = torch.randn(23, 5) * 7 + 3, torch.randn(11, 5)
    train[:, 2] = 0.1  # a mean of 0.1s is not exactly 0.1
    scaler = StandardScaler().fit(train.double().numpy())
    for ours, rows in zip(standardise(train, test), (train, test), strict=True):
        theirs = torch.from_numpy(scaler.transform(rows.double().numpy())).float()
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)
