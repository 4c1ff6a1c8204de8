import numpy as np


def expected_initial_loss(num_classes, weights, reg):
	loss = np.log(num_classes)
	for W in weights:
		loss += 0.5 * reg * np.sum(W * W)
	return loss


def sgd_step(params, grads, learning_rate):
	for p in params:
		params[p] += -learning_rate * grads[p]
	return params


def update_ratio(w, dw, learning_rate):
	# from the course notes
	param_scale = np.linalg.norm(w.ravel())
	update = -learning_rate * dw
	update_scale = np.linalg.norm(update.ravel())
	return update_scale / param_scale


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
	num_train = x.shape[0]
	loss_history = []
	for epoch in range(epochs):
		order = rng.permutation(num_train)
		for start in range(0, num_train, batch_size):
			batch = order[start:start + batch_size]
			loss, grads = loss_and_gradients(params, x[batch], y[batch])
			loss_history.append(loss)
			sgd_step(params, grads, learning_rate)
	return loss_history


def diagnose_losses(losses):
	first = losses[0]
	last = losses[-1]
	middle = losses[len(losses) // 2]
	if not np.all(np.isfinite(losses)) or last > first:
		return 'diverged'
	if last > 0.9 * first:
		return 'too low'
	if last > 0.3 * first and middle <= 1.05 * last:
		return 'too high'
	return 'good'
