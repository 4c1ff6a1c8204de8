"""Activation functions and their gradients (CS231n lecture 5, "Activation functions").

Every activation comes as a pair:

    out, cache = f_forward(x, ...)        computes the activation
    gradients  = f_backward(dout, cache)  sends the upstream gradient dout back through it

dout is the gradient of the loss with respect to out and has the shape of out. By the chain rule
every gradient returned is the gradient of the *loss*, so dout takes part in each of them.
The gradients come back in the order of the forward's arguments. The cache is yours: put into it
whatever your backward needs (a tuple, a dict, one array); nobody else looks inside.

In this whole file:
    * x may hold floats or integers; results are float arrays (float32 stays float32, if you like).
    * sigmoid, tanh, ReLU, leaky ReLU and ELU work entry by entry, on arrays of any shape.
    * The caller's arrays are never changed: neither x nor dout.
    * Nothing is summed or averaged over the batch unless the docstring says so.
    * No function checks its arguments or raises an error of its own.
"""

import numpy as np


def sigmoid_forward(x):
    """Squash every entry into the interval from 0 to 1.

    Formula: out = 1 / (1 + exp(-x))

    Arguments:
        x: array of any shape, floats or integers (integers still give a float result).

    Returns:
        out: float array with the shape of x.
        cache: anything sigmoid_backward needs.

    Convention: x = -1000 gives 0 and x = 1000 gives 1, never NaN.

    Lecture 5, "Activation functions", sigmoid.
    """
    # Hint: exp of a large positive number overflows, exp of a large negative one is simply 0.
    # Multiply the formula above and below by exp(x) to get a second form of it.
    raise NotImplementedError("sigmoid_forward is not written yet")


def sigmoid_backward(dout, cache):
    """Send the upstream gradient back through the sigmoid.

    Formula: dx = dout * (slope of the sigmoid at x), entry by entry

    Arguments:
        dout: float array with the shape of x, gradient of the loss with respect to out.
        cache: the one made by sigmoid_forward.

    Returns:
        dx: float array with the shape of x, gradient of the loss with respect to x.

    Lecture 5, "Activation functions", sigmoid.
    """
    # Hint: the slope can be written in terms of the output alone.
    raise NotImplementedError("sigmoid_backward is not written yet")


def tanh_forward(x):
    """Squash every entry into the interval from -1 to 1.

    Formula: out = (exp(x) - exp(-x)) / (exp(x) + exp(-x))

    Arguments:
        x: array of any shape, floats or integers (integers still give a float result).

    Returns:
        out: float array with the shape of x.
        cache: anything tanh_backward needs.

    Convention: x = -1000 gives -1 and x = 1000 gives 1, never NaN.

    Lecture 5, "Activation functions", tanh.
    """
    # Hint: NumPy has this function, and its version does not overflow.
    raise NotImplementedError("tanh_forward is not written yet")


def tanh_backward(dout, cache):
    """Send the upstream gradient back through tanh.

    Formula: dx = dout * (slope of tanh at x), entry by entry

    Arguments:
        dout: float array with the shape of x, gradient of the loss with respect to out.
        cache: the one made by tanh_forward.

    Returns:
        dx: float array with the shape of x, gradient of the loss with respect to x.

    Lecture 5, "Activation functions", tanh.
    """
    # Hint: as for the sigmoid, the output is all you need to remember.
    raise NotImplementedError("tanh_backward is not written yet")


def relu_forward(x):
    """Keep the positive entries and set all others to zero.

    Formula: out = max(x, 0)

    Arguments:
        x: array of any shape.

    Returns:
        out: float array with the shape of x.
        cache: anything relu_backward needs.

    Lecture 5, "Activation functions", ReLU.
    """
    # Hint: np.max reduces an array to its largest entry; here two things are compared.
    raise NotImplementedError("relu_forward is not written yet")


def relu_backward(dout, cache):
    """Send the upstream gradient back through ReLU.

    Formula: dx = dout * (slope of ReLU at x), entry by entry

    Arguments:
        dout: float array with the shape of x, gradient of the loss with respect to out.
        cache: the one made by relu_forward.

    Returns:
        dx: float array with the shape of x, gradient of the loss with respect to x.

    Convention: at exactly x = 0 there is a kink; any slope from 0 to 1 is accepted there.

    Lecture 5, "Activation functions", ReLU.
    """
    # Hint: which array decides whether the gate is open?
    raise NotImplementedError("relu_backward is not written yet")


def leaky_relu_forward(x, alpha=0.01):
    """Keep the positive entries and scale the negative ones by alpha.

    Formula: out = x where x > 0, and alpha * x where x <= 0

    Arguments:
        x: array of any shape.
        alpha: number, slope on the negative side. It is fixed, not learned, and may exceed 1.

    Returns:
        out: float array with the shape of x.
        cache: anything leaky_relu_backward needs.

    Lecture 5, "Activation functions", Leaky ReLU.
    """
    raise NotImplementedError("leaky_relu_forward is not written yet")


def leaky_relu_backward(dout, cache):
    """Send the upstream gradient back through the leaky ReLU.

    Formula: dx = dout * (slope of the leaky ReLU at x), entry by entry

    Arguments:
        dout: float array with the shape of x, gradient of the loss with respect to out.
        cache: the one made by leaky_relu_forward.

    Returns:
        dx: float array with the shape of x. There is no gradient for alpha: it is fixed.

    Convention: at exactly x = 0 any slope between alpha and 1 is accepted.

    Lecture 5, "Activation functions", Leaky ReLU.
    """
    # Hint: there are two slopes, one on each side of zero, and dout is multiplied by both.
    raise NotImplementedError("leaky_relu_backward is not written yet")


def elu_forward(x, alpha=1.0):
    """Keep the positive entries and bend the negative ones towards -alpha.

    Formula: out = x where x > 0, and alpha * (exp(x) - 1) where x <= 0

    Arguments:
        x: array of any shape, floats or integers (integers still give a float result).
        alpha: positive number, fixed, not learned.

    Returns:
        out: float array with the shape of x.
        cache: anything elu_backward needs.

    Convention: x = 1000 gives 1000, never NaN or infinity.

    Lecture 5, "Activation functions", ELU.
    """
    # Hint: np.where works out both of its branches for every entry, also the one it throws away.
    # Look up np.expm1, and give it no positive numbers.
    raise NotImplementedError("elu_forward is not written yet")


def elu_backward(dout, cache):
    """Send the upstream gradient back through ELU.

    Formula: dx = dout * (slope of ELU at x), entry by entry

    Arguments:
        dout: float array with the shape of x, gradient of the loss with respect to out.
        cache: the one made by elu_forward.

    Returns:
        dx: float array with the shape of x. There is no gradient for alpha: it is fixed.

    Convention: at exactly x = 0 any slope between alpha and 1 is accepted.

    Lecture 5, "Activation functions", ELU.
    """
    raise NotImplementedError("elu_backward is not written yet")


def prelu_forward(x, alpha):
    """Leaky ReLU whose negative slopes are learned, one for each feature.

    Formula: out[i, j] = x[i, j] where x[i, j] > 0, and alpha[j] * x[i, j] elsewhere

    Arguments:
        x: array of shape (N, D), one example per row.
        alpha: array of shape (D,), one slope for each column; slopes may be negative.

    Returns:
        out: float array of shape (N, D).
        cache: anything prelu_backward needs.

    Convention: alpha has one entry per feature; some libraries share one number among all.

    Lecture 5, "Activation functions", PReLU.
    """
    raise NotImplementedError("prelu_forward is not written yet")


def prelu_backward(dout, cache):
    """Send the upstream gradient back through PReLU, to the input and to the slopes.

    Wanted: the gradients of the loss with respect to x and with respect to alpha.

    Arguments:
        dout: float array of shape (N, D), gradient of the loss with respect to out.
        cache: the one made by prelu_forward.

    Returns:
        dx: float array of shape (N, D).
        dalpha: float array of shape (D,), the shape of alpha. Each slope was used by all N
            examples, so its gradient is their sum (a sum, not a mean).

    Convention: at exactly x = 0 any slope between alpha and 1 is accepted for dx.

    Lecture 5, "Activation functions", PReLU.
    """
    # Hint: a slope matters only where it was used, and there out = alpha * x.
    # Mind the sign of x, not of out: alpha may be negative.
    raise NotImplementedError("prelu_backward is not written yet")


def maxout_forward(x, w1, b1, w2, b2):
    """Take the larger one of two linear functions of the input.

    Formula: out = max(x @ w1 + b1, x @ w2 + b2), entry by entry

    Arguments:
        x: float array of shape (N, D), one example per row.
        w1, w2: float arrays of shape (D, M), the weights of the two pieces.
        b1, b2: float arrays of shape (M,), their biases.

    Returns:
        out: float array of shape (N, M).
        cache: anything maxout_backward needs.

    Lecture 5, "Activation functions", Maxout.
    """
    raise NotImplementedError("maxout_forward is not written yet")


def maxout_backward(dout, cache):
    """Send the upstream gradient back through maxout, to the input and to all parameters.

    Wanted: the gradients of the loss with respect to x, w1, b1, w2 and b2.

    Arguments:
        dout: float array of shape (N, M), gradient of the loss with respect to out.
        cache: the one made by maxout_forward.

    Returns, in this order:
        dx: float array of shape (N, D).
        dw1: float array of shape (D, M).
        db1: float array of shape (M,).
        dw2: float array of shape (D, M).
        db2: float array of shape (M,).

    Convention: where both pieces are equal, dout may go to either of them or be shared between
    them, but never to both in full.

    Lecture 5, "Activation functions", Maxout.
    """
    # Hint: split dout into the part of the first piece and the part of the second. What is left
    # are two plain linear layers that share their input.
    raise NotImplementedError("maxout_backward is not written yet")
