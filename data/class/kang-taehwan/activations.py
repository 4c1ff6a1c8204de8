"""
Activation functions, forward and backward.
I multiply with 0/1 masks everywhere because then forward and backward look the same.
"""
import numpy as np


def sigmoid_forward(x):
	# two formulas, depending on the sign, so exp never sees a big positive number
	positive = (x >= 0)
	z = np.exp(-np.abs(x))
	out = positive * (1 / (1 + z)) + (1 - positive) * (z / (1 + z))
	return out, {'out': out}


def sigmoid_backward(dout, memo):
	out = memo['out']
	return dout * (out * (1 - out))


def tanh_forward(x):
	out = np.tanh(x)
	memo = {'out': out}
	return out, memo


def tanh_backward(dout, memo):
	local_gradient = 1 - np.square(memo['out'])
	return dout * local_gradient


def relu_forward(x):
	mask = (x > 0)
	return x * mask, {'mask': mask}


def relu_backward(dout, memo):
	return dout * memo['mask']


def leaky_relu_forward(x, alpha=0.01):
	slope = (x > 0) + alpha * (x <= 0)
	return x * slope, {'slope': slope}


def leaky_relu_backward(dout, memo):
	return dout * memo['slope']


def elu_forward(x, alpha=1.0):
	pos = (x > 0)
	# minimum() so that the exp of the positive side is exp(0), otherwise inf * 0 = nan
	e = alpha * np.exp(np.minimum(x, 0))
	out = x * pos + (e - alpha) * (1 - pos)
	return out, {'pos': pos, 'e': e}


def elu_backward(dout, memo):
	slope = memo['pos'] + memo['e'] * (1 - memo['pos'])
	return dout * slope


def prelu_forward(x, alpha):
	neg = (x < 0)
	out = x * (1 - neg) + alpha * x * neg
	return out, {'x': x, 'neg': neg, 'alpha': alpha}


def prelu_backward(dout, memo):
	x, neg, alpha = memo['x'], memo['neg'], memo['alpha']
	dx = dout * ((1 - neg) + alpha * neg)
	dalpha = np.sum(dout * x * neg, axis=0, keepdims=True)
	return dx, dalpha


def maxout_forward(x, w1, b1, w2, b2):
	h1 = np.dot(x, w1) + b1
	h2 = np.dot(x, w2) + b2
	mask = (h1 >= h2)
	out = h1 * mask + h2 * (1 - mask)
	memo = {'x': x, 'w1': w1, 'w2': w2, 'mask': mask}
	return out, memo


def maxout_backward(dout, memo):
	x = memo['x']
	dh1 = dout * memo['mask']
	dh2 = dout * (1 - memo['mask'])
	dx = np.dot(dh1, memo['w1'].T) + np.dot(dh2, memo['w2'].T)
	dw1 = np.dot(x.T, dh1)
	dw2 = np.dot(x.T, dh2)
	db1 = np.sum(dh1, axis=0, keepdims=True)
	db2 = np.sum(dh2, axis=0, keepdims=True)
	return dx, dw1, db1, dw2, db2
