"""Wrong preprocessing as students write it."""
# Student code: as it is written, not as it should be.
# ruff: noqa: PT028, RUF059

import numpy as np

from . import student

# --- one mistake that is in no bank -----------------------------------------------------------


@student("zero_center", "np.median", wrong="the median is subtracted, not the mean")
def median_for_mean(x, mean=None):
    center = np.median(x, axis=0) if mean is None else mean
    return x - center, center


@student("zero_center", "loop", wrong="the loop stops before the last feature")
def last_feature_forgotten(x, mean=None):
    if mean is None:
        mean = x.mean(axis=0)
    out = x.astype(float)
    for j in range(x.shape[1] - 1):
        out[:, j] -= mean[j]
    return out, mean


@student("zero_center", "sum and divide", wrong="the sum is divided by D, not by N")
def divided_by_features(x, mean=None):
    if mean is None:
        N, D = x.shape
        mean = np.sum(x, axis=0) / D
    return x - mean, mean


@student("zero_center", "too much", wrong="the result is also divided by the standard deviation")
def standardised(x, mean=None):
    if mean is None:
        mean = np.mean(x, axis=0)
    c = x - mean
    return c / np.std(x, axis=0), mean


@student("zero_center", "// for /", wrong="whole-number division cuts the mean off")
def floor_division(x, mean=None):
    if mean is None:
        mean = np.sum(x, axis=0) // len(x)
    return x - mean, mean


@student("zero_center", "early return missing", wrong="with a mean given, the own one goes too")
def both_means(x, mean=None):
    own = x.mean(axis=0)
    centered = x - own
    if mean is not None:
        return centered - mean, mean
    return centered, own


@student("normalize", "if / else", wrong="std is used as given, but the mean is measured anew")
def own_mean_only(x, mean=None, std=None, eps=1e-8):
    mean = np.mean(x, axis=0)
    if std is None:
        std = np.std(x, axis=0)
    return (x - mean) / (std + eps), mean, std


@student("normalize", "by hand", wrong="std is measured from 0: the root of the mean square")
def std_about_zero(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = x.sum(axis=0) / x.shape[0]
    if std is None:
        std = np.sqrt((x**2).sum(axis=0) / x.shape[0])
    return (x - mean) / (std + eps), mean, std


@student("normalize", "min-max", wrong="the range max - min is used as the scale")
def range_for_std(x, mean=None, std=None, eps=1e-8):
    mean = x.mean(0) if mean is None else mean
    std = x.max(0) - x.min(0) if std is None else std
    return (x - mean) / (std + eps), mean, std


@student("normalize", "brackets", wrong="x - mean / std: only the mean is divided")
def brackets_missing(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = np.mean(x, axis=0)
    if std is None:
        std = np.std(x, axis=0)
    return x - mean / (std + eps), mean, std


@student("normalize", "in place on a copy", wrong="multiplied by std, not divided")
def multiplied(x, mean=None, std=None, eps=1e-8):
    mean = np.mean(x, axis=0) if mean is None else mean
    std = np.std(x, axis=0) if std is None else std
    y = np.array(x, dtype=float)
    y -= mean
    y *= std + eps
    return y, mean, std


@student("normalize", "measured again", wrong="the std returned is that of the result, about 1")
def std_of_the_result(x, mean=None, std=None, eps=1e-8):
    mean = x.mean(axis=0) if mean is None else mean
    used = x.std(axis=0) if std is None else std
    y = (x - mean) / (used + eps)
    return y, mean, y.std(axis=0)


@student("pca_whiten", "SVD of the covariance", wrong="rotated by the eigenvectors' transpose")
def transposed_rotation(x_train, x_test, eps=1e-5):
    mean = x_train.mean(axis=0)
    Xtr, Xte = x_train - mean, x_test - mean
    cov = Xtr.T.dot(Xtr) / Xtr.shape[0]
    U, S, V = np.linalg.svd(cov)
    return Xtr.dot(V) / np.sqrt(S + eps), Xte.dot(V) / np.sqrt(S + eps)


@student("pca_whiten", "sorted eigenvalues", wrong="eigenvalues are sorted, eigenvectors are not")
def values_sorted_alone(x_train, x_test, eps=1e-5):
    mean = x_train.mean(axis=0)
    a, b = x_train - mean, x_test - mean
    values, vectors = np.linalg.eigh(a.T @ a / len(a))
    values = np.sort(values)[::-1]
    return a @ vectors / np.sqrt(values + eps), b @ vectors / np.sqrt(values + eps)


@student("pca_whiten", "np.corrcoef", wrong="the correlation matrix replaces the covariance")
def correlation(x_train, x_test, eps=1e-5):
    mean = np.mean(x_train, axis=0)
    c = np.corrcoef(x_train, rowvar=False)
    U, S, _ = np.linalg.svd(c)
    scale = np.sqrt(S + eps)
    return (x_train - mean) @ U / scale, (x_test - mean) @ U / scale


@student("pca_whiten", "two steps", wrong="the test split is rotated but not scaled")
def test_split_not_scaled(x_train, x_test, eps=1e-5):
    mu = x_train.mean(axis=0)
    train = x_train - mu
    U, S, _ = np.linalg.svd(train.T @ train / train.shape[0])
    train_rot = train @ U
    test_rot = (x_test - mu) @ U
    return train_rot / np.sqrt(S + eps), test_rot


@student("pca_whiten", "in place", wrong="one scale for all components: the mean eigenvalue")
def one_scale(x_train, x_test, eps=1e-5):
    mu = x_train.mean(axis=0)
    train, test = x_train - mu, x_test - mu
    values, vectors = np.linalg.eigh(np.cov(train.T, bias=True))
    s = np.sqrt(values.mean() + eps)
    train, test = train @ vectors, test @ vectors
    train /= s
    test /= s
    return train, test


@student("zero_center", "first row", wrong="the first example is subtracted, not the mean")
def first_row_subtracted(x, mean=None):
    if mean is None:
        mean = x[0].astype(float)
    return x - mean, mean


@student("pca_whiten", "standardised first", wrong="features are scaled before the covariance")
def standardised_first(x_train, x_test, eps=1e-5):
    mu, sigma = x_train.mean(0), x_train.std(0)
    a, b = (x_train - mu) / sigma, (x_test - mu) / sigma
    U, S, _ = np.linalg.svd(a.T @ a / len(a))
    return a @ U / np.sqrt(S + eps), b @ U / np.sqrt(S + eps)


@student("normalize", "order of results", wrong="std and mean are returned in the wrong order")
def results_exchanged(x, mean=None, std=None, eps=1e-8):
    mean = x.mean(0) if mean is None else mean
    std = x.std(0) if std is None else std
    return (x - mean) / (std + eps), std, mean


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "zero_center",
    "one line",
    wrong="one mean for the whole table, and it is added",
    pair=("one-mean-for-all-features", "mean-added"),
)
def one_mean_added(x, mean=None):
    m = np.mean(x) if mean is None else mean
    return x + m, m


@student(
    "zero_center",
    "helper",
    wrong="rows are averaged, and a given mean is ignored in favour of them",
    pair=("mean-of-each-row", "own-mean-for-the-test-split"),
)
def row_means_always(x, mean=None):
    mean = x.mean(axis=1).reshape(-1, 1)
    return x - mean, mean


@student(
    "normalize",
    "ddof",
    wrong="std divides by N - 1, and eps is missing",
    pair=("divided-by-n-minus-one", "eps-missing"),
)
def ddof_without_eps(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = np.mean(x, axis=0)
    if std is None:
        std = np.std(x, axis=0, ddof=1)
    return (x - mean) / std, mean, std


@student(
    "normalize",
    "whole table",
    wrong="statistics without an axis, and eps is in the std that is returned",
    pair=("one-scale-for-all-features", "eps-in-the-returned-std"),
)
def one_scale_with_eps(x, mean=None, std=None, eps=1e-8):
    m = x.mean() if mean is None else mean
    s = (x.std() if std is None else std) + eps
    return (x - m) / s, m, s


@student(
    "normalize",
    "one line",
    wrong="x is not centred, and std is the variance",
    pair=("mean-not-subtracted", "variance-for-std"),
)
def uncentered_over_variance(x, mean=None, std=None, eps=1e-8):
    mean = np.mean(x, axis=0) if mean is None else mean
    std = np.var(x, axis=0) if std is None else std
    return x / (std + eps), mean, std


@student(
    "pca_whiten",
    "SVD of the data",
    wrong="divided by the singular values: no 1 / N, and no eps",
    pair=("covariance-not-divided-by-n", "whitened-without-eps"),
)
def divided_by_singular_values(x_train, x_test, eps=1e-5):
    mu = np.mean(x_train, axis=0)
    U, S, Vt = np.linalg.svd(x_train - mu, full_matrices=False)
    return (x_train - mu) @ Vt.T / S, (x_test - mu) @ Vt.T / S


@student(
    "pca_whiten",
    "np.cov",
    wrong="np.cov divides by N - 1, and the test split has its own mean",
    pair=("covariance-divided-by-n-minus-one", "own-mean-for-the-test-rows"),
)
def cov_and_own_mean(x_train, x_test, eps=1e-5):
    Xtr = x_train - x_train.mean(0)
    Xte = x_test - x_test.mean(0)
    U, S, _ = np.linalg.svd(np.cov(Xtr, rowvar=False))
    W = U / np.sqrt(S + eps)
    return Xtr @ W, Xte @ W


@student(
    "pca_whiten",
    "eigh",
    wrong="divided by the eigenvalues, and the test split is not centred",
    pair=("divided-by-eigenvalues", "uncentered-test-rows"),
)
def eigenvalues_and_uncentered(x_train, x_test, eps=1e-5):
    Xtr = x_train - x_train.mean(axis=0)
    S, U = np.linalg.eigh(np.dot(Xtr.T, Xtr) / Xtr.shape[0])
    return np.dot(Xtr, U) / (S + eps), np.dot(x_test, U) / (S + eps)


@student(
    "normalize",
    "given statistics ignored",
    wrong="the given mean and std are ignored, and std divides by N - 1",
    pair=("own-statistics-for-the-test-split", "divided-by-n-minus-one"),
)
def always_own_with_ddof(x, mean=None, std=None, eps=1e-8):
    mean, std = x.mean(axis=0), x.std(axis=0, ddof=1)
    return (x - mean) / (std + eps), mean, std


@student(
    "normalize",
    "half ignored",
    wrong="the given std is ignored, and eps is missing",
    pair=("own-std-for-the-test-split", "eps-missing"),
)
def own_std_without_eps(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = x.mean(axis=0)
    std = x.std(axis=0)
    return (x - mean) / std, mean, std


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "normalize",
    "by hand in loops",
    wrong="std divides by N - 1",
    seen="divided-by-n-minus-one",
)
def sums_in_loops(x, mean=None, std=None, eps=1e-8):
    N, D = x.shape
    if mean is None:
        mean = np.array([sum(x[:, j]) / N for j in range(D)])
    if std is None:
        std = np.zeros(D)
        for j in range(D):
            total = 0.0
            for i in range(N):
                total += (x[i, j] - mean[j]) ** 2
            std[j] = (total / (N - 1)) ** 0.5
    return (x - mean) / (std + eps), mean, std


@student(
    "pca_whiten",
    "ZCA by SVD",
    wrong="np.cov divides by N - 1",
    seen="covariance-divided-by-n-minus-one",
)
def zca_with_cov(x_train, x_test, eps=1e-5):
    mu = x_train.mean(0)
    U, S, Vt = np.linalg.svd(np.cov(x_train, rowvar=False))
    W = U @ np.diag(1 / np.sqrt(S + eps)) @ U.T
    return (x_train - mu) @ W, (x_test - mu) @ W
