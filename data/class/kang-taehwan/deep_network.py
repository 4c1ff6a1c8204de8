import numpy as np


def forward_deep(x, weights, activation, normalize=False):
	hidden = []
	out = x
	for W in weights:
		out = np.dot(out, W)
		if normalize:
			mu = np.mean(out, axis=0, keepdims=True)
			var = np.mean((out - mu) ** 2, axis=0, keepdims=True)
			out = (out - mu) / np.sqrt(var + 1e-5)
		out = activation(out)
		hidden.append(out)
	return hidden


def layer_statistics(hidden, saturation=0.99):
	table = np.zeros((len(hidden), 4))
	for i, act in enumerate(hidden):
		print "layer", i, act.shape
		table[i, 0] = np.mean(act)
		table[i, 1] = np.std(act)
		table[i, 2] = np.sum(np.abs(act) > saturation) / act.size
		table[i, 3] = np.sum(np.max(np.abs(act), axis=0) == 0) / act.shape[1]
	return table
