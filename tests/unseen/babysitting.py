"""Wrong babysitting as students write it."""
# Student code: as it is written, not as it should be.
# ruff: noqa: RET503, SIM118

import math

import numpy as np

from . import student

# --- one mistake that is in no bank -----------------------------------------------------------


@student("expected_initial_loss", "brackets", wrong="the sum is squared, not the weights")
def square_of_the_sum(num_classes, weights, reg):
    loss = math.log(num_classes)
    for w in weights:
        loss += 0.5 * reg * np.sum(w) ** 2
    return loss


@student("expected_initial_loss", "chance", wrong="1 / C in place of its negative logarithm")
def probability_for_loss(num_classes, weights, reg):
    p = 1.0 / num_classes
    penalty = sum(0.5 * reg * (w * w).sum() for w in weights)
    return p + penalty


@student("expected_initial_loss", "np.log1p", wrong="log(C + 1)")
def one_class_more(num_classes, weights, reg):
    return np.log1p(num_classes) + 0.5 * reg * sum(np.sum(w**2) for w in weights)


@student("expected_initial_loss", "mean", wrong="the penalty is divided by the number of classes")
def penalty_per_class(num_classes, weights, reg):
    penalty = 0
    for w in weights:
        penalty += np.sum(np.square(w))
    return np.log(num_classes) + 0.5 * reg * penalty / num_classes


@student("expected_initial_loss", "square", wrong="reg is squared along with the weights")
def reg_squared(num_classes, weights, reg):
    return np.log(num_classes) + sum(0.5 * np.sum((reg * w) ** 2) for w in weights)


@student("sgd_step", "weight decay", wrong="params are added to the gradient: decay")
def with_weight_decay(params, grads, learning_rate):
    for k in params:
        params[k] -= learning_rate * (grads[k] + params[k])
    return params


@student("sgd_step", "clipping", wrong="the gradient is clipped to -0.5 ... 0.5")
def clipped_gradient(params, grads, learning_rate):
    for name, g in grads.items():
        params[name] = params[name] - learning_rate * np.clip(g, -0.5, 0.5)
    return params


@student("sgd_step", "condition", wrong="biases are skipped")
def biases_skipped(params, grads, learning_rate):
    for name in grads:
        if name.startswith("b"):
            continue
        params[name] += -learning_rate * grads[name]
    return params


@student("sgd_step", "mean", wrong="each parameter moves by its mean gradient")
def mean_gradient(params, grads, learning_rate):
    for k in params.keys():
        params[k] = params[k] - learning_rate * np.mean(grads[k])
    return params


@student("update_ratio", "order of steps", wrong="the norm is that of the weights after the update")
def after_the_update(w, dw, learning_rate):
    update = -learning_rate * dw
    w = w + update
    return np.linalg.norm(update) / np.linalg.norm(w)


@student("update_ratio", "elementwise", wrong="the mean of the entries' own ratios")
def mean_of_ratios(w, dw, learning_rate):
    return np.mean(np.abs(learning_rate * dw) / np.abs(w))


@student("update_ratio", "ord=2", wrong="the spectral norm of a matrix, its largest singular value")
def spectral_norm(w, dw, learning_rate):
    return np.linalg.norm(learning_rate * dw, 2) / np.linalg.norm(w, 2)


@student("update_ratio", "np.std", wrong="standard deviations, which forget the means")
def deviations(w, dw, learning_rate):
    return np.std(learning_rate * dw) / np.std(w)


@student("train", "schedule", wrong="the learning rate is halved after every ten epochs")
def rate_decays(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    history = []
    n = x.shape[0]
    for e in range(epochs):
        if e and e % 10 == 0:
            learning_rate *= 0.5
        idx = rng.permutation(n)
        for i in range(0, n, batch_size):
            b = idx[i : i + batch_size]
            loss, grads = loss_and_gradients(params, x[b], y[b])
            history.append(loss)
            for k in params:
                params[k] = params[k] - learning_rate * grads[k]
    return history


@student("train", "momentum", wrong="a velocity with momentum 0.5 replaces the plain step")
def with_momentum(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    v = {k: np.zeros_like(p) for k, p in params.items()}
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for s in range(0, len(x), batch_size):
            take = order[s : s + batch_size]
            loss, grads = loss_and_gradients(params, x[take], y[take])
            losses.append(loss)
            for k in params:
                v[k] = 0.5 * v[k] - learning_rate * grads[k]
                params[k] = params[k] + v[k]
    return losses


@student("train", "slicing", wrong="batches overlap: the start moves by half of the batch size")
def overlapping_batches(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        p = rng.permutation(len(x))
        xs, ys = x[p], y[p]
        for s in range(0, len(x), batch_size // 2):
            loss, g = loss_and_gradients(params, xs[s : s + batch_size], ys[s : s + batch_size])
            losses.append(loss)
            for k in params:
                params[k] = params[k] - learning_rate * g[k]
    return losses


@student("train", "divided", wrong="each loss is divided by the size of its batch")
def losses_per_example(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for s in range(0, len(x), batch_size):
            rows = order[s : s + batch_size]
            loss, grads = loss_and_gradients(params, x[rows], y[rows])
            losses.append(loss / len(rows))
            for name in params:
                params[name] = params[name] - learning_rate * grads[name]
    return losses


@student(
    "diagnose_losses",
    "lower middle",
    wrong="of an even number of losses the middle is one too early",
    alike=("levelling-off-called-good",),
)
def middle_too_early(losses):
    first, last, middle = losses[0], losses[-1], losses[(len(losses) - 1) // 2]
    if not np.isfinite(losses).all() or last > first:
        return "diverged"
    if last > 0.9 * first:
        return "too low"
    return "too high" if last > 0.3 * first and middle <= 1.05 * last else "good"


@student(
    "diagnose_losses",
    "np.median",
    wrong="the median of the losses is taken for the one in the middle",
    alike=("levelling-off-called-good",),
)
def median_for_middle(losses):
    first, last, middle = losses[0], losses[-1], np.median(losses)
    if not np.isfinite(losses).all() or last > first:
        return "diverged"
    if last > 0.9 * first:
        return "too low"
    return "too high" if last > 0.3 * first and middle <= 1.05 * last else "good"


@student("diagnose_losses", ">=", wrong="all comparisons take the bounds in")
def bounds_taken_in(losses):
    first, last, middle = losses[0], losses[-1], losses[len(losses) // 2]
    if not np.isfinite(losses).all() or last >= first:
        return "diverged"
    if last >= 0.9 * first:
        return "too low"
    return "too high" if last >= 0.3 * first and middle < 1.05 * last else "good"


@student("diagnose_losses", "threshold", wrong="half of the loss has to go, not a tenth")
def half_has_to_go(losses):
    first, last = losses[0], losses[-1]
    if not np.isfinite(losses).all() or last > first:
        return "diverged"
    if last > 0.4 * first:
        return "too low"
    return "good"


@student("diagnose_losses", "NaN first", wrong='NaN and infinity are called "too high"')
def nan_called_too_high(losses):
    a = np.asarray(losses, dtype=float)
    if np.isnan(a).any() or np.isinf(a).any():
        return "too high"
    if a[-1] > a[0]:
        return "diverged"
    if a[-1] > 0.9 * a[0]:
        return "too low"
    if a[-1] > 0.3 * a[0] and a[len(a) // 2] <= 1.05 * a[-1]:
        return "too high"
    return "good"


@student("diagnose_losses", "capitals", wrong='"Diverged", "Good": capital letters')
def capital_letters(losses):
    first, middle, last = losses[0], losses[len(losses) // 2], losses[-1]
    if not np.all(np.isfinite(losses)) or last > first:
        answer = "diverged"
    elif last > 0.9 * first:
        answer = "too low"
    elif last > 0.3 * first and middle <= 1.05 * last:
        answer = "too high"
    else:
        answer = "good"
    return answer.capitalize()


@student("diagnose_losses", "constant", wrong='always "good"')
def always_good(losses):
    return "good"


@student("sgd_step", "wrong name", wrong="grads is returned, not params")
def grads_returned(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads[name]
    return grads


@student("sgd_step", "square", wrong="the gradient is squared")
def squared_gradient(params, grads, learning_rate):
    for p in params:
        params[p] = params[p] - learning_rate * grads[p] * grads[p]
    return params


@student("update_ratio", "power", wrong="the learning rate is squared")
def rate_squared(w, dw, learning_rate):
    step = learning_rate * dw
    return learning_rate * np.sqrt((step**2).sum() / (w**2).sum())


@student("train", "two permutations", wrong="x and y are shuffled apart, each in its own order")
def shuffled_apart(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        xs, ys = rng.permutation(x), rng.permutation(y)
        for s in range(0, len(x), batch_size):
            e = s + batch_size
            loss, grads = loss_and_gradients(params, xs[s:e], ys[s:e])
            losses.append(loss)
            for k in params:
                params[k] = params[k] - learning_rate * grads[k]
    return losses


@student("train", "sorted keys", wrong="only the first parameter is updated")
def first_parameter_trained(
    loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng
):
    losses = []
    first = next(iter(params))
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for s in range(0, len(x), batch_size):
            rows = order[s : s + batch_size]
            loss, grads = loss_and_gradients(params, x[rows], y[rows])
            losses.append(loss)
            params[first] = params[first] - learning_rate * grads[first]
    return losses


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "expected_initial_loss",
    "return in the loop",
    wrong="only the first matrix counts, and the half is forgotten",
    pair=("first-weights-only", "penalty-without-half"),
)
def returned_too_early(num_classes, weights, reg):
    loss = np.log(num_classes)
    for w in weights:
        loss += reg * np.sum(w * w)
        return loss


@student(
    "expected_initial_loss",
    "np.log10",
    wrong="the logarithm is of base 10, and the penalty is subtracted",
    pair=("log10-of-classes", "penalty-subtracted"),
)
def base_ten_minus_penalty(num_classes, weights, reg):
    return np.log10(num_classes) - sum(0.5 * reg * np.sum(w**2) for w in weights)


@student(
    "sgd_step",
    "+=",
    wrong="the gradient is added, and whole",
    pair=("uphill", "learning-rate-missing"),
)
def whole_gradient_added(params, grads, learning_rate):
    for name in params:
        params[name] += grads[name]
    return params


@student(
    "sgd_step",
    "sign and norm",
    wrong="the first parameter alone moves, by the sign of its gradient",
    pair=("first-parameter-only", "sign-of-gradient"),
)
def first_by_sign(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * np.sign(grads[name])
        return params


@student(
    "update_ratio",
    "one line",
    wrong="the gradient is measured, and upside down",
    pair=("gradient-not-update", "upside-down"),
)
def weights_over_gradient(w, dw, learning_rate):
    return np.linalg.norm(w) / np.linalg.norm(dw)


@student(
    "update_ratio",
    "np.sum",
    wrong="the gradient is measured, and both norms are squared",
    pair=("gradient-not-update", "squared-norms"),
)
def squares_of_gradient(w, dw, learning_rate):
    return np.sum(dw**2) / np.sum(w**2)


@student(
    "train",
    "whole batches",
    wrong="the last batch is dropped, and gradients are divided by the batch size",
    pair=("last-batch-dropped", "divided-by-batch-size"),
)
def whole_batches_divided(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for b in range(len(x) // batch_size):
            rows = order[b * batch_size : (b + 1) * batch_size]
            loss, grads = loss_and_gradients(params, x[rows], y[rows])
            losses.append(loss)
            for k in params:
                params[k] = params[k] - learning_rate * grads[k] / batch_size
    return losses


@student(
    "train",
    "no shuffling",
    wrong="the order is always the same, and the loss is that after the step",
    pair=("same-order-each-epoch", "loss-after-update"),
)
def in_order_and_late(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        for s in range(0, len(x), batch_size):
            xb, yb = x[s : s + batch_size], y[s : s + batch_size]
            _, grads = loss_and_gradients(params, xb, yb)
            for k in params:
                params[k] = params[k] - learning_rate * grads[k]
            losses.append(loss_and_gradients(params, xb, yb)[0])
    return losses


@student(
    "diagnose_losses",
    "underscores",
    wrong="words with underscores, and losses that hardly move are called good",
    pair=("underscores", "hardly-moving-called-good"),
)
def underscore_and_good(losses):
    if not np.all(np.isfinite(losses)) or losses[-1] > losses[0]:
        return "diverged"
    if losses[-1] > 0.9 * losses[0]:
        return "good"
    if losses[-1] > 0.3 * losses[0] and losses[len(losses) // 2] <= 1.05 * losses[-1]:
        return "too_high"
    return "good"


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "expected_initial_loss",
    "float32 softmax",
    wrong="the half of the penalty is forgotten",
    seen="penalty-without-half",
)
def by_softmax(num_classes, weights, reg):
    scores = np.zeros((1, num_classes), dtype=np.float32)
    p = np.exp(scores) / np.exp(scores).sum()
    flat = np.concatenate([w.ravel() for w in weights])
    return np.float32(-np.log(p[0, 0]) + reg * flat.dot(flat))


@student(
    "sgd_step",
    "new dict",
    wrong="the step itself is stored, the old value is lost",
    seen="old-value-lost",
)
def only_the_step(params, grads, learning_rate):
    steps = {name: -learning_rate * g for name, g in grads.items()}
    params.update(steps)
    return params


@student(
    "train",
    "rng.choice per step",
    wrong="each batch is drawn afresh from all rows",
    seen="batches-drawn-afresh",
)
def random_batches(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    steps = epochs * math.ceil(len(x) / batch_size)
    losses = []
    for _ in range(steps):
        mask = rng.choice(np.arange(len(x)), size=batch_size, replace=False)
        loss, grads = loss_and_gradients(params, x[mask], y[mask])
        losses.append(float(loss))
        for k in grads:
            params[k] = params[k] - learning_rate * grads[k]
    return losses


@student(
    "diagnose_losses",
    "order of the rules",
    wrong='"too high" is tried before "too low", and hardly moving losses are level too',
    seen="hardly-moving-called-too-high",
)
def rules_in_another_order(losses):
    first, middle, last = losses[0], losses[len(losses) // 2], losses[-1]
    if any(not math.isfinite(v) for v in losses) or last > first:
        return "diverged"
    if last > 0.3 * first and middle <= 1.05 * last:
        return "too high"
    if last > 0.9 * first:
        return "too low"
    return "good"
