"""Known wrong ways to write the functions of babysitting."""

import numpy as np

from autograder.exercise import Bank
from solutions.babysitting import diagnose_losses as right_diagnosis
from solutions.babysitting import sgd_step as right_step

bank = Bank("babysitting")


# --- expected_initial_loss --------------------------------------------------------------------


def squares(weights):
    return sum(np.sum(W**2) for W in weights)


@bank.mistake("expected_initial_loss", fails="value", spot="penalty")
def penalty_missing(num_classes, weights, reg):
    """The penalty is missing from your loss: add 0.5 * reg times the sum of all squared weights."""
    return np.log(num_classes)


@bank.mistake("expected_initial_loss", fails="value", spot="penalty")
def penalty_without_half(num_classes, weights, reg):
    """Your penalty is twice as large as it should be. Here it has the factor 0.5, which some
    courses omit."""
    return np.log(num_classes) + reg * squares(weights)


@bank.mistake("expected_initial_loss", fails="value", spot="penalty")
def penalty_without_reg(num_classes, weights, reg):
    """Your penalty does not depend on reg. Multiply the squares by 0.5 * reg."""
    return np.log(num_classes) + 0.5 * squares(weights)


@bank.mistake("expected_initial_loss", fails="value", spot="penalty")
def penalty_subtracted(num_classes, weights, reg):
    """You subtract the penalty. It makes the loss larger: add it."""
    return np.log(num_classes) - 0.5 * reg * squares(weights)


@bank.mistake("expected_initial_loss", fails="value", spot="loop")
def first_weights_only(num_classes, weights, reg):
    """Your penalty counts the first weight matrix alone. Add up the squares of all of them, and
    return after the loop."""
    return np.log(num_classes) + 0.5 * reg * squares(weights[:1])


@bank.mistake("expected_initial_loss", fails="value", spot="loop")
def last_weights_only(num_classes, weights, reg):
    """Your penalty counts the last weight matrix alone: each one overwrites the one before. Add
    them up with +=."""
    return np.log(num_classes) + 0.5 * reg * squares(weights[-1:])


@bank.mistake("expected_initial_loss", fails="value", spot="squares")
def absolute_weights(num_classes, weights, reg):
    """Your penalty adds absolute values, which is L1. Here it is L2: square the weights."""
    return np.log(num_classes) + 0.5 * reg * sum(np.sum(np.abs(W)) for W in weights)


@bank.mistake("expected_initial_loss", fails="value", spot="squares")
def norms_not_squared(num_classes, weights, reg):
    """Your penalty adds the norms of the weights. It adds their squares, so take no square root."""
    return np.log(num_classes) + 0.5 * reg * sum(np.sqrt(np.sum(W**2)) for W in weights)


@bank.mistake("expected_initial_loss", fails="value", spot="squares")
def squares_averaged(num_classes, weights, reg):
    """Your penalty averages the squared weights. Add them up: np.sum, not np.mean."""
    return np.log(num_classes) + 0.5 * reg * sum(np.mean(W**2) for W in weights)


@bank.mistake("expected_initial_loss", fails="value", spot="chance")
def loss_negative(num_classes, weights, reg):
    """Your data loss has the wrong sign. It is -log(1 / num_classes), which is log(num_classes)."""
    return -np.log(num_classes) + 0.5 * reg * squares(weights)


@bank.mistake("expected_initial_loss", fails="value", spot="chance")
def log10_of_classes(num_classes, weights, reg):
    """You use the logarithm of base 10. Use the natural one: np.log."""
    return np.log10(num_classes) + 0.5 * reg * squares(weights)


@bank.mistake("expected_initial_loss", fails="value", spot="chance")
def log2_of_classes(num_classes, weights, reg):
    """You use the logarithm of base 2. Use the natural one: np.log."""
    return np.log2(num_classes) + 0.5 * reg * squares(weights)


@bank.mistake("expected_initial_loss", fails="value", spot="chance")
def one_class_less(num_classes, weights, reg):
    """You take the logarithm of num_classes - 1, as if the right class did not count. It does:
    log(num_classes)."""
    return np.log(num_classes - 1) + 0.5 * reg * squares(weights)


# --- sgd_step ---------------------------------------------------------------------------------


@bank.mistake("sgd_step", fails="value", spot="sign")
def uphill(params, grads, learning_rate):
    """You add the gradient, which climbs. Subtract it: the gradient points to where the loss
    grows."""
    return right_step(params, grads, -learning_rate)


@bank.mistake("sgd_step", fails="value", spot="rate")
def learning_rate_missing(params, grads, learning_rate):
    """You subtract the whole gradient. Multiply it by learning_rate first."""
    return right_step(params, grads, 1.0)


@bank.mistake("sgd_step", fails="value", spot="rate")
def divided_by_learning_rate(params, grads, learning_rate):
    """You divide by learning_rate. Multiply: a small rate makes a small step."""
    return right_step(params, grads, 1 / learning_rate)


@bank.mistake("sgd_step", fails="value", spot="rate")
def learning_rate_hard_coded(params, grads, learning_rate):
    """You always use a learning rate of 0.01. Use the one that you are given."""
    return right_step(params, grads, 0.01)


@bank.mistake("sgd_step", fails="value", spot="loop")
def first_parameter_only(params, grads, learning_rate):
    """You update the first parameter alone: return after the loop, not in it."""
    for name in params:
        params[name] = params[name] - learning_rate * grads[name]
        return params


@bank.mistake("sgd_step", fails="value", spot="stored")
def old_value_lost(params, grads, learning_rate):
    """You store the step in place of the parameter. Subtract the step from the old value:
    params[name] - learning_rate * grads[name]."""
    for name in params:
        params[name] = -learning_rate * grads[name]
    return params


@bank.mistake("sgd_step", fails="value", spot="stored")
def nothing_stored(params, grads, learning_rate):
    """Your parameters stay as they were. Assign the new values to params[name]: a new value in a
    local variable does not reach the dict."""
    for name, value in params.items():
        value = value - learning_rate * grads[name]
    return params


@bank.mistake("sgd_step", fails="value", spot="stored")
def new_dict(params, grads, learning_rate):
    """You return a new dict with the right values, and the dict that you were given keeps the old
    ones. Assign to params[name], and return params."""
    return {name: params[name] - learning_rate * grads[name] for name in params}


@bank.mistake("sgd_step", fails="value", spot="loop")
def nothing_returned(params, grads, learning_rate):
    """You update params, and return nothing. Return params after the loop."""
    right_step(params, grads, learning_rate)


@bank.mistake("sgd_step", advised=True, spot="gradient")
def gradients_scaled_in_place(params, grads, learning_rate):
    """The parameters are right, but the caller's grads have changed: work the step out in an array
    of its own."""
    for name in params:
        grads[name] *= learning_rate
        params[name] = params[name] - grads[name]
    return params


@bank.mistake("sgd_step", fails="value", spot="gradient")
def sign_of_gradient(params, grads, learning_rate):
    """You step by the sign of the gradient. Plain gradient descent uses the gradient itself."""
    return right_step(params, {name: np.sign(g) for name, g in grads.items()}, learning_rate)


@bank.mistake("sgd_step", fails="value", spot="gradient")
def unit_gradient(params, grads, learning_rate):
    """You divide the gradient by its norm. Plain gradient descent uses it as it is."""
    units = {name: g / np.sqrt(np.sum(g**2)) for name, g in grads.items()}
    return right_step(params, units, learning_rate)


@bank.mistake("sgd_step", fails="value", spot="gradient")
def step_times_parameter(params, grads, learning_rate):
    """You multiply the step by the parameter. It is learning_rate * grads[name], whatever the
    parameter's size."""
    return right_step(params, {name: g * params[name] for name, g in grads.items()}, learning_rate)


# --- update_ratio -----------------------------------------------------------------------------


def norm(a):
    return np.sqrt(np.sum(a**2))


@bank.mistake("update_ratio", fails="value", spot="update")
def gradient_not_update(w, dw, learning_rate):
    """You measure the gradient. It is the update that counts: learning_rate * dw."""
    return norm(dw) / norm(w)


@bank.mistake("update_ratio", fails="value", spot="ratio")
def upside_down(w, dw, learning_rate):
    """Your ratio is upside down: divide the norm of the update by the norm of the weights."""
    return norm(w) / norm(learning_rate * dw)


@bank.mistake("update_ratio", fails="value", spot="norm")
def squared_norms(w, dw, learning_rate):
    """Your norms are sums of squares. The Euclidean norm is the square root of that sum."""
    return np.sum((learning_rate * dw) ** 2) / np.sum(w**2)


@bank.mistake("update_ratio", fails="value", spot="norm")
def weights_squared(w, dw, learning_rate):
    """You take the square root above the line and forget it below: divide by the norm of w, not by
    its square."""
    return norm(learning_rate * dw) / np.sum(w**2)


@bank.mistake("update_ratio", fails="value", spot="ratio")
def not_relative(w, dw, learning_rate):
    """You return the norm of the update alone. Divide it by the norm of w."""
    return norm(learning_rate * dw)


@bank.mistake("update_ratio", fails="value", spot="norm")
def norm_per_column(w, dw, learning_rate):
    """You return a ratio for each column. The norm is over all entries of the matrix: no axis."""
    column_norms = [np.sqrt(np.sum(a**2, axis=0)) for a in (learning_rate * dw, w)]
    return column_norms[0] / column_norms[1]


@bank.mistake("update_ratio", fails="value", spot="ratio")
def logarithm_of_ratio(w, dw, learning_rate):
    """You return the logarithm of the ratio. Return the ratio itself, about 0.001 when all is
    well."""
    return np.log10(norm(learning_rate * dw) / norm(w))


@bank.mistake("update_ratio", fails="value", spot="norm")
def absolute_values(w, dw, learning_rate):
    """You add or average absolute values. The Euclidean norm is the square root of the sum of
    squares."""
    return np.sum(np.abs(learning_rate * dw)) / np.sum(np.abs(w))


@bank.mistake("update_ratio", fails="value", spot="norm")
def largest_entries(w, dw, learning_rate):
    """You compare the largest entries. The Euclidean norm is over all entries: the square root of
    the sum of squares."""
    return np.max(np.abs(learning_rate * dw)) / np.max(np.abs(w))


# --- train: the right loop, with another order or other arguments -----------------------------


def shuffled(n, rng):
    return rng.permutation(n)


def unshuffled(n, rng):
    return np.arange(n)


def with_replacement(n, rng):
    return rng.integers(n, size=n)


def by_epoch(f, params, x, y, rate, epochs, size, rng, order=shuffled):
    """Train, and return a list of losses for each epoch."""
    losses = []
    for _ in range(epochs):
        rows = order(len(x), rng)
        losses.append([])
        for start in range(0, len(x), size):
            batch = rows[start : start + size]
            loss, grads = f(params, x[batch], y[batch])
            losses[-1].append(loss)
            right_step(params, grads, rate)
    return losses


def loop(f, params, x, y, rate, epochs, size, rng, order=shuffled):
    losses = by_epoch(f, params, x, y, rate, epochs, size, rng, order)
    return [loss for epoch in losses for loss in epoch]


# which losses come back


@bank.mistake("train", fails="steps", spot="recorded")
def loss_after_update(f, params, x, y, rate, epochs, size, rng):
    """You record the loss after the update. Record the one that came with the gradients, before the
    step."""
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), size):
            batch = order[start : start + size]
            _, grads = f(params, x[batch], y[batch])
            right_step(params, grads, rate)
            losses.append(f(params, x[batch], y[batch])[0])
    return losses


@bank.mistake("train", fails="epochs", spot="recorded")
def last_loss_of_each_epoch(f, params, x, y, rate, epochs, size, rng):
    """You record one loss per epoch, that of its last step. Record the loss of every step: append
    in the inner loop."""
    return [epoch[-1] for epoch in by_epoch(f, params, x, y, rate, epochs, size, rng)]


@bank.mistake("train", fails="epochs", spot="recorded")
def mean_loss_of_each_epoch(f, params, x, y, rate, epochs, size, rng):
    """You record the mean loss of each epoch. Record the loss of every step."""
    return [np.mean(epoch) for epoch in by_epoch(f, params, x, y, rate, epochs, size, rng)]


@bank.mistake("train", fails=("steps", "epochs"), spot="loops")
def last_epoch_only(f, params, x, y, rate, epochs, size, rng):
    """You return the losses of the last epoch alone: make the list before the loop over epochs, not
    in it."""
    return by_epoch(f, params, x, y, rate, epochs, size, rng)[-1]


# which examples are visited


@bank.mistake("train", fails="epochs", spot="order")
def same_order_each_epoch(f, params, x, y, rate, epochs, size, rng):
    """Every epoch has the same order: you shuffle once, or never. Draw a new order from rng in each
    epoch."""
    return loop(f, params, x, y, rate, epochs, size, rng, unshuffled)


@bank.mistake("train", fails=("steps", "epochs"), spot="batches")
def drawn_with_replacement(f, params, x, y, rate, epochs, size, rng):
    """You draw rows with replacement, so an epoch visits some again and others never. Use a random
    order of all rows: rng.permutation."""
    return loop(f, params, x, y, rate, epochs, size, rng, with_replacement)


@bank.mistake("train", fails="epochs", spot="batches")
def batches_drawn_afresh(f, params, x, y, rate, epochs, size, rng):
    """You draw each mini-batch from all rows, so an epoch visits some again and others never. Cut
    one random order of all rows into mini-batches."""
    losses = []
    for _ in range(epochs * -(-len(x) // size)):
        batch = rng.choice(len(x), size, replace=False)
        loss, grads = f(params, x[batch], y[batch])
        losses.append(loss)
        right_step(params, grads, rate)
    return losses


@bank.mistake("train", fails="epochs", spot="batches")
def last_batch_dropped(f, params, x, y, rate, epochs, size, rng):
    """You leave out the last mini-batch of an epoch where batch_size does not divide N. It is
    shorter than the others and counts too."""
    whole = len(x) // size * size
    losses = []
    for _ in range(epochs):
        rows = rng.permutation(len(x))[:whole]
        losses += loop(f, params, x[rows], y[rows], rate, 1, size, rng)
    return losses


@bank.mistake("train", fails="epochs", spot="batches")
def batch_size_ignored(f, params, x, y, rate, epochs, size, rng):
    """You take one step per epoch with all examples. Take one with each mini-batch of
    batch_size."""
    return loop(f, params, x, y, rate, epochs, len(x), rng)


@bank.mistake("train", fails=("steps", "epochs", "overfit"), spot="loops")
def one_epoch(f, params, x, y, rate, epochs, size, rng):
    """You pass over the data once. Repeat that for every epoch."""
    return loop(f, params, x, y, rate, 1, size, rng)


@bank.mistake("train", fails=("steps", "epochs", "overfit"), spot="order")
def labels_not_shuffled(f, params, x, y, rate, epochs, size, rng):
    """You shuffle x and not y, so examples lose their labels. Use the same order for both."""
    losses = []
    for _ in range(epochs):
        shuffled_x = x[rng.permutation(len(x))]
        losses += loop(f, params, shuffled_x, y, rate, 1, size, rng, unshuffled)
    return losses


# what the steps do


@bank.mistake("train", fails=("epochs", "overfit"), spot="params")
def trained_a_copy(f, params, x, y, rate, epochs, size, rng):
    """You train a copy of the parameters, and the caller's stay untrained. Update the dict that you
    were given."""
    return loop(f, dict(params), x, y, rate, epochs, size, rng)


@bank.mistake("train", fails=("steps", "epochs", "overfit"), spot="step")
def never_updated(f, params, x, y, rate, epochs, size, rng):
    """Your parameters never change. Take a step after each mini-batch: sgd_step(params, grads,
    learning_rate)."""
    return loop(f, params, x, y, 0.0, epochs, size, rng)


@bank.mistake("train", fails=("steps", "epochs", "overfit"), spot="step")
def trained_uphill(f, params, x, y, rate, epochs, size, rng):
    """Your steps go uphill: the loss grows. Subtract the gradient."""
    return loop(f, params, x, y, -rate, epochs, size, rng)


@bank.mistake("train", fails="steps", spot="step")
def learning_rate_ignored(f, params, x, y, rate, epochs, size, rng):
    """Your steps subtract the whole gradient. Multiply it by learning_rate."""
    return loop(f, params, x, y, 1.0, epochs, size, rng)


@bank.mistake("train", fails=("steps", "epochs", "overfit"), spot="step")
def divided_by_batch_size(f, params, x, y, rate, epochs, size, rng):
    """You divide the gradients by batch_size. loss_and_gradients answers those of the mean loss:
    use them as they are."""
    return loop(f, params, x, y, rate / size, epochs, size, rng)


@bank.mistake("train", advised=True, spot="order")
def data_shuffled_in_place(f, params, x, y, rate, epochs, size, rng):
    """You shuffle x and y themselves, and the caller finds them in another order. Shuffle row
    numbers instead: x[order], y[order]."""
    losses = loop(f, params, x, y, rate, epochs, size, rng)
    order = rng.permutation(len(x))
    x[:], y[:] = x[order], y[order]
    return losses


# --- diagnose_losses --------------------------------------------------------------------------


@bank.mistake("diagnose_losses", fails="too-high", spot="diverged")
def nan_not_seen(losses):
    """You miss a NaN in the middle of the losses: NaN is neither less nor greater than anything,
    and the last loss alone does not show it. Test all of them: np.all(np.isfinite(losses))."""
    return right_diagnosis([loss for loss in losses if not np.isnan(loss)])


@bank.mistake("diagnose_losses", fails="too-high", spot="diverged")
def infinity_not_seen(losses):
    """You look for NaN and miss infinity. Neither is finite: np.all(np.isfinite(losses)) sees
    both."""
    return right_diagnosis([loss for loss in losses if not np.isinf(loss)])


@bank.mistake("diagnose_losses", fails="too-high", spot="diverged")
def middle_not_seen(losses):
    """You miss a NaN or an infinity in the middle of the losses: the last one alone does not show
    it. Test all of them: np.all(np.isfinite(losses))."""
    return right_diagnosis([loss for loss in losses if np.isfinite(loss)])


@bank.mistake("diagnose_losses", fails="too-high", spot="diverged")
def growth_not_seen(losses):
    """You find "diverged" only where a loss is not finite. Losses that grow have diverged too: last
    > first."""
    found = right_diagnosis(losses)
    return "too low" if found == "diverged" and np.all(np.isfinite(losses)) else found


@bank.mistake("diagnose_losses", fails="too-low", spot="level")
def low_level_called_too_high(losses):
    """You call losses that level off at a good value "too high". That needs last > 0.3 * first as
    well."""
    found = right_diagnosis(losses)
    level = losses[len(losses) // 2] <= 1.05 * losses[-1]
    return "too high" if found == "good" and level else found


@bank.mistake("diagnose_losses", fails="too-high", spot="level")
def slow_fall_called_too_high(losses):
    """You call losses "too high" that are still falling. That needs a curve that has levelled off:
    middle <= 1.05 * last."""
    found = right_diagnosis(losses)
    return "too high" if found == "good" and losses[-1] > 0.3 * losses[0] else found


@bank.mistake("diagnose_losses", fails=("too-high", "too-low"), spot="words")
def high_and_low_swapped(losses):
    """Your "too low" and "too high" have changed places. A rate that is too low hardly moves the
    loss; one that is too high makes it level off early."""
    swapped = {"too low": "too high", "too high": "too low"}
    return swapped.get(right_diagnosis(losses), right_diagnosis(losses))


@bank.mistake("diagnose_losses", fails="too-high", spot="words")
def diverged_called_too_high(losses):
    """You call losses that blow up "too high". They have an answer of their own: "diverged"."""
    return right_diagnosis(losses).replace("diverged", "too high")


@bank.mistake("diagnose_losses", fails="too-high", spot="level")
def levelling_off_called_good(losses):
    """You call losses that level off at a bad value "good". They are "too high" when last > 0.3 *
    first and middle <= 1.05 * last; the 1.05 leaves room, as a curve goes on falling a little."""
    return right_diagnosis(losses).replace("too high", "good")


@bank.mistake("diagnose_losses", fails="too-low", spot="low")
def hardly_moving_called_too_high(losses):
    """You call losses that hardly move "too high". Less than a tenth is gone when last > 0.9 *
    first; that is "too low", and it is tried before "too high"."""
    return right_diagnosis(losses).replace("too low", "too high")


@bank.mistake("diagnose_losses", fails="too-low", spot="low")
def hardly_moving_called_good(losses):
    """You call losses that hardly move "good". When last > 0.9 * first, less than a tenth of the
    loss is gone: "too low"."""
    return right_diagnosis(losses).replace("too low", "good")


@bank.mistake("diagnose_losses", fails=("too-high", "too-low"), spot="low")
def falling_called_too_low(losses):
    """Your comparison for "too low" is the wrong way round: it is last > 0.9 * first, when most of
    the loss is still there."""
    if right_diagnosis(losses) == "diverged":
        return "diverged"
    return "too low" if losses[-1] < 0.9 * losses[0] else "too high"


@bank.mistake("diagnose_losses", fails=("too-high", "too-low"), spot="words")
def only_divergence_seen(losses):
    """You tell "diverged" from "good" and nothing else. Losses that hardly move are "too low", and
    those that level off at a bad value are "too high"."""
    return "diverged" if right_diagnosis(losses) == "diverged" else "good"


@bank.mistake("diagnose_losses", fails=("too-high", "too-low"), spot="words")
def underscores(losses):
    """Your words have an underscore. The answers are written with a space: "too low" and "too
    high"."""
    return right_diagnosis(losses).replace(" ", "_")
