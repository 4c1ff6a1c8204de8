import numpy as np

f = np.float32


def expected_initial_loss(num_classes, weights, reg):
    squares = [np.sum(np.asarray(W, dtype=f) ** 2) for W in weights]
    return f(np.log(num_classes)) + f(0.5 * reg) * f(sum(squares))


def sgd_step(params, grads, learning_rate):
    for name in params:
        params[name] = np.asarray(params[name], dtype=f) - f(learning_rate) * grads[name].astype(f)
    return params


def update_ratio(w, dw, learning_rate):
    w, dw = w.astype(f), dw.astype(f)
    return f(learning_rate) * np.sqrt(np.sum(dw * dw)) / np.sqrt(np.sum(w * w))


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    x = np.asarray(x, dtype=f)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for part in np.split(order, range(batch_size, len(x), batch_size)):
            loss, grads = loss_and_gradients(params, x[part], y[part])
            losses.append(f(loss))
            sgd_step(params, grads, learning_rate)
    return losses


def diagnose_losses(losses):
    curve = np.asarray(losses, dtype=f)
    first, middle, last = curve[0], curve[len(curve) // 2], curve[-1]
    if not np.isfinite(curve).all() or last > first:
        return "diverged"
    if last > f(0.9) * first:
        return "too low"
    if last > f(0.3) * first and middle <= f(1.05) * last:
        return "too high"
    return "good"
