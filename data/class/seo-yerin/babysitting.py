import numpy as np


def expected_initial_loss(num_classes, weights, reg):
    # softmax with all probabilities 1/C gives -log(1/C)
    data_loss = -np.log(1.0 / num_classes)
    reg_loss = 0
    for W in weights:
        reg_loss += 0.5 * reg * np.sum(np.square(W))
    return data_loss + reg_loss


def sgd_step(params, grads, learning_rate):
    for name in grads:
        params[name] -= learning_rate * grads[name]
    return params


def update_ratio(w, dw, learning_rate):
    update = -learning_rate * dw
    return np.linalg.norm(update.ravel()) / np.linalg.norm(w.ravel())


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    N = x.shape[0]
    losses = []
    for epoch in range(epochs):
        # new order in each epoch, same for x and y
        order = np.arange(N)
        rng.shuffle(order)
        start = 0
        while start < N:
            idx = order[start:start + batch_size]
            loss, grads = loss_and_gradients(params, x[idx], y[idx])
            losses.append(loss)
            params = sgd_step(params, grads, learning_rate)
            start += batch_size
    return losses


def diagnose_losses(losses):
    losses = np.array(losses)
    first, middle, last = losses[0], losses[len(losses) // 2], losses[-1]
    if np.any(np.isnan(losses)) or np.any(np.isinf(losses)) or last > first:
        return 'diverged'
    elif last > 0.9 * first:
        return 'too low'
    elif last > 0.3 * first and middle <= 1.05 * last:
        return 'too high'
    else:
        return 'good'
