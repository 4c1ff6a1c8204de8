import numpy as np


def expected_initial_loss(num_classes, weights, reg):
    loss = np.array(np.log(num_classes))
    for W in weights:
        loss += 0.5 * reg * np.dot(W.ravel(), W.ravel())
    return loss


def sgd_step(params, grads, learning_rate):
    for name, p in params.items():
        p -= learning_rate * grads[name]
    return params


def update_ratio(w, dw, learning_rate):
    dw *= learning_rate
    return np.sqrt((dw ** 2).sum() / (w ** 2).sum())


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    while epochs > 0:
        order = rng.permutation(x.shape[0])
        while len(order) > 0:
            now, order = order[:batch_size], order[batch_size:]
            loss, grads = loss_and_gradients(params, x[now], y[now])
            losses += [loss]
            for name in grads:
                grads[name] *= learning_rate
                params[name] -= grads[name]
        epochs -= 1
    return np.array(losses)


def diagnose_losses(losses):
    first, last = losses[0], losses[-1]
    middle = losses[len(losses) // 2]
    for loss in losses:
        if not np.isfinite(loss):
            return "diverged"
    if last > first:
        return "diverged"
    if last / first > 0.9:
        return "too low"
    if last / first > 0.3 and middle / last <= 1.05:
        return "too high"
    return "good"
