# %% story [markdown]
# # 1 Activation functions
#
# *CS231n lecture 5, "Activation functions".* A neuron adds up its inputs, each times a weight, and
# sends the sum through an activation function: $\text{out} = f(\mathbf{w}\cdot\mathbf{x} + b)$.
# Without $f$, a hundred layers could be multiplied out into one matrix. The lecture's question:
# **which $f$, and what goes wrong with each?** There are four things to look for.
#
# 1. A function that is flat somewhere lets no gradient through there: the neuron *saturates*.
# 2. Outputs that are never negative make the steps of the next layer zigzag.
# 3. `exp` takes time.
# 4. A ReLU that is never positive never learns again: it is *dead*.

# %% how_it_works [markdown]
# ## How these notebooks work
#
# You write functions in `activations.py`, in the folder `assignment`; this notebook only calls
# them. Save the file and run a cell again (Shift+Enter): it uses the file as it is now, and nothing
# has to be restarted. A cell that needs a function you have not written yet says which one, and in
# which line to write it. A cell such as `check("relu_forward")` tells you what is right, what is
# wrong, and often why. It gives the points too, as practice: the grade of record uses other inputs.
#
# Written questions and tasks are answered in this notebook, and a person reads them.

# %% setup
import sys
from pathlib import Path

for folder in (Path.cwd(), *Path.cwd().parents):
    if (folder / "autograder" / "lab.py").is_file():
        sys.path.insert(0, str(folder))
        break

import numpy as np

from autograder.lab import check, explaining, functions, show, use

use("en")
np.set_printoptions(precision=5, suppress=True)
activations = functions("activations")

# %% about_pairs [markdown]
# ## Forward and backward
#
# Every function comes as a pair.
#
# - `out, cache = f_forward(x)` computes the output. Whatever the way back will need goes into
#   `cache`; nobody else looks into it.
# - `dx = f_backward(dout, cache)` is given `dout`, the gradient of the loss $L$ with respect to the
#   output, and returns the gradient with respect to the input. This is the chain rule, entry by
#   entry:
#
# $$\frac{\partial L}{\partial x} = \underbrace{\frac{\partial L}{\partial \text{out}}}_{\texttt{dout}}
#   \cdot f'(x)$$
#
# Every backward can be tested without a teacher. Push $x$ a little to both sides and see how much
# the loss moves: $\left(L(x+h) - L(x-h)\right) / 2h$ has to agree with what your backward says. The
# next cell does this for the sigmoid, as soon as you have written it.

# %% about_sigmoid [markdown]
# ## Sigmoid
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x)) \le \tfrac14$$
#
# It squashes any number into the interval from 0 to 1, and was once liked as a picture of a nerve
# cell's firing rate. For $x = 1000$ the formula is harmless; for $x = -1000$ it asks for
# $e^{1000}$, which is more than a computer can hold. Multiply above and below by $e^x$ to see the
# way out.

# %% try_sigmoid
with explaining():
    x = np.array([-10.0, -1.0, 0.0, 1.0, 10.0])
    out, cache = activations.sigmoid_forward(x)
    dout = np.array([1.0, -2.0, 3.0, -4.0, 5.0])
    dx = activations.sigmoid_backward(dout, cache)
    h = 1e-5
    upper, _ = activations.sigmoid_forward(x + h)
    lower, _ = activations.sigmoid_forward(x - h)
    print("x               ", x)
    print("sigmoid(x)      ", out)
    print("your gradient   ", dx)
    print("numeric gradient", dout * (upper - lower) / (2 * h))

# %% sigmoid_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "sigmoid_forward", "schema_version": 3}
check("sigmoid_forward")

# %% sigmoid_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "sigmoid_backward", "schema_version": 3}
check("sigmoid_backward")

# %% about_tanh [markdown]
# ## tanh
#
# $$\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} = 2\,\sigma(2x) - 1, \qquad
#   \tanh'(x) = 1 - \tanh^2(x)$$
#
# It is a sigmoid that was stretched until it runs from -1 to 1. Its outputs are centred on zero,
# and its gradient at 0 is 1 instead of a quarter. It still saturates.

# %% tanh_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "tanh_forward", "schema_version": 3}
check("tanh_forward")

# %% tanh_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "tanh_backward", "schema_version": 3}
check("tanh_backward")

# %% about_saturation [markdown]
# ### Saturation: where no gradient gets through
#
# Far from 0 the sigmoid and tanh are flat. A neuron that sits there multiplies whatever gradient
# arrives by almost nothing, so all that lies below it learns almost nothing. And gradients pass
# through layer after layer: even at its best place, a sigmoid passes on a quarter.

# %% picture_saturation
show("activations", "saturation")

# %% about_zigzag [markdown]
# ### Not zero-centred: why the sigmoid zigzags
#
# For one neuron, $s = \mathbf{w}\cdot\mathbf{x} + b$ gives $\partial L / \partial w_i = x_i \cdot
# \partial L / \partial s$. If the $x_i$ are outputs of sigmoids, they are all positive, so all
# gradients of this neuron have the sign of $\partial L / \partial s$: **in one step, all weights
# grow or all weights shrink**. When some have to grow and others have to shrink, the way there is a
# zigzag. It also means that the loss is a narrow valley: steep along the mean of the inputs, flat
# in all other directions.

# %% picture_zigzag
show("activations", "zigzag")

# %% about_relu [markdown]
# ## ReLU
#
# $$\text{ReLU}(x) = \max(0, x), \qquad
#   \text{ReLU}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}$$
#
# It does not saturate on the positive side, costs one comparison, and in practice learns much
# faster than the sigmoid or tanh: the lecture says six times. At exactly 0 there is a kink, and any
# slope between 0 and 1 is right.

# %% relu_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "relu_forward", "schema_version": 3}
check("relu_forward")

# %% relu_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "relu_backward", "schema_version": 3}
check("relu_backward")

# %% about_dead_relu [markdown]
# ### Dead ReLUs
#
# The flat half has its price. One step that is too long can move a neuron's weights so far that its
# sum is negative for **every** example. From then on its output is 0 and so is its gradient:
# nothing will ever move it back. The two usual causes are a learning rate that is too high and
# inputs that were not preprocessed. This picture trains a small network on the digits, on raw
# pixels from 0 to 16, and counts the dead.

# %% picture_dead_relu
show("activations", "dead_relu")

# %% about_leaky [markdown]
# ## Leaky ReLU, ELU, PReLU: no neuron dies
#
# A small slope on the negative side is enough to come back:
#
# $$\text{leaky}(x) = \begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}
# \qquad
# \text{ELU}(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases}$$
#
# Leaky ReLU has a fixed $\alpha$ (0.01, say). ELU bends towards $-\alpha$ instead, which brings the
# mean of its outputs closer to zero and makes it robust against noise; it pays with an `exp`.

# %% leaky_relu_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "leaky_relu_forward", "schema_version": 3}
check("leaky_relu_forward")

# %% leaky_relu_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "leaky_relu_backward", "schema_version": 3}
check("leaky_relu_backward")

# %% elu_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "elu_forward", "schema_version": 3}
check("elu_forward")

# %% elu_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "elu_backward", "schema_version": 3}
check("elu_backward")

# %% about_prelu [markdown]
# PReLU *learns* the slope, one $\alpha_j$ for each feature $j$. Now $\alpha$ is a parameter like a
# weight and has a gradient of its own. Feature $j$ of every example used the same $\alpha_j$, so
# what they say is added up:
#
# $$\frac{\partial L}{\partial \alpha_j} = \sum_{i\,:\,x_{ij} < 0} \texttt{dout}_{ij}\; x_{ij}$$

# %% try_prelu
with explaining():
    x = np.array([[-1.0, 2.0], [-3.0, -4.0]])
    out, cache = activations.prelu_forward(x, np.array([0.1, 0.2]))
    dx, dalpha = activations.prelu_backward(np.ones((2, 2)), cache)
    print("out\n", out)
    print("dx\n", dx)
    print("dalpha", dalpha, "   (each column adds up its negative entries)")

# %% prelu_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "prelu_forward", "schema_version": 3}
check("prelu_forward")

# %% prelu_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 3, "grade_id": "prelu_backward", "schema_version": 3}
check("prelu_backward")

# %% about_maxout [markdown]
# ## Maxout
#
# $$\text{maxout}(\mathbf{x}) = \max(\mathbf{x} W_1 + b_1,\; \mathbf{x} W_2 + b_2)$$
#
# The larger one of two linear functions: ReLU and leaky ReLU are special cases, nothing saturates
# and nothing dies. The price is two sets of weights. On the way back, each entry of `dout` belongs
# to the piece that won there; what is left are two linear layers that share their input.

# %% maxout_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 3, "grade_id": "maxout_forward", "schema_version": 3}
check("maxout_forward")

# %% maxout_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "maxout_backward", "schema_version": 3}
check("maxout_backward")

# %% about_curves [markdown]
# ## All seven, side by side

# %% picture_curves
show("activations", "curves")

# %% about_cost [markdown]
# ### What `exp` costs
#
# In a real network the matrix products take most of the time, so this is the smallest of the four
# things. It can be measured all the same, on your machine and with your functions. How you write
# them counts as well: `np.where` works out both of its branches for every entry.

# %% picture_cost_of_exp
show("activations", "cost_of_exp")

# %% summary [markdown]
# ## In practice
#
# Use ReLU, and be careful with the learning rate. Try leaky ReLU, ELU or Maxout. Try tanh, but do
# not expect much. Do not use the sigmoid inside a network.

# %% question_saturation [markdown]
# ## Written question 1: ten sigmoids (4 points)
#
# A network has ten layers of sigmoids. (a) By what factor do the ten activation functions *at best*
# shrink a gradient on its way from the output to the input? (b) Now every sum is about 10 instead
# of 0. What is the factor of one layer then, and what do you see of it when you watch the training?

# %% written_saturation [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_saturation", "schema_version": 3}
# **Model answer.** (a) The largest slope of the sigmoid is $1/4$, at $x = 0$. Ten of them give at
# best $(1/4)^{10} \approx 9.5 \cdot 10^{-7}$, about one millionth. (b) $\sigma'(10) = \sigma(10)(1
# - \sigma(10)) \approx 4.5 \cdot 10^{-5}$ for a single layer. The layers near the input get no
# gradient worth the name: their weights do not change, and the loss hardly falls, although nothing
# looks broken (no NaN, no error).
#
# **Mark scheme**
#
# - 1 point: the slope is at most 1/4.
# - 1 point: ten layers multiply, so about $10^{-6}$.
# - 1 point: about $4.5 \cdot 10^{-5}$ at $x = 10$ ("about 0" without a number: no point).
# - 1 point: what is seen: the early layers, or the loss, stand still.

# %% question_zigzag [markdown]
# ## Written question 2: which cure? (4 points)
#
# Two students want to cure the zigzag. One replaces the sigmoid by $\sigma(x) - 0.5$, the other
# keeps the sigmoid and makes the learning rate ten times smaller. Who is right, and why? Use the
# gradient of one weight, $\partial L / \partial w_i = x_i \cdot \partial L / \partial s$.

# %% written_zigzag [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_zigzag", "schema_version": 3}
# **Model answer.** The first. The gradients of one neuron all have the same sign because all its
# inputs $x_i$ have the same sign. $\sigma(x) - 0.5$ has outputs of both signs, so the gradients of
# one step can have both signs too, and the direct way becomes possible. (In the picture's
# experiment this alone brings the number of steps down almost to that of tanh.) A smaller learning
# rate makes each step of the zigzag shorter, but every step still has gradients of one sign only:
# the number of steps grows, and the narrow valley stays narrow.
#
# **Mark scheme**
#
# - 1 point: the first student is right.
# - 1 point: inputs of one sign give all weight gradients of a neuron one sign.
# - 1 point: subtracting 0.5 gives inputs of both signs.
# - 1 point: a smaller rate changes the length of a step and not its direction.

# %% question_dead [markdown]
# ## Written question 3: can it come back? (4 points)
#
# After an unlucky step, a ReLU neuron outputs 0 for every training example. (a) Why can gradient
# descent not repair it? (b) Name two different ways to keep this from happening.

# %% written_dead [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_dead", "schema_version": 3}
# **Model answer.** (a) For every example the sum is negative, so the slope of the ReLU is 0. The
# gradient of each weight of this neuron is $x_i \cdot 0 \cdot \texttt{dout} = 0$ for every
# example, so no step changes the weights, and the sum stays negative. (Only a change of the layers
# below it could move its inputs.) (b) A lower learning rate; inputs with mean 0 and standard
# deviation 1; an activation with a slope on the negative side, such as leaky ReLU or ELU; a good
# initialisation; batch normalisation.
#
# **Mark scheme**
#
# - 1 point: the slope is 0 for every example.
# - 1 point: therefore its weights get gradient 0 and never change.
# - 1 point for each of two ways that are really different.

# %% task_depth [markdown] nbgrader={"grade": false, "solution": false, "locked": true, "task": true, "points": 4, "grade_id": "task_depth", "schema_version": 3}
# ## Task: how deep does a gradient get? (4 points)
#
# Add cells below this one. Take 1,000 numbers from a normal distribution and send them through $n$
# activation functions one after the other, for $n = 1$ to 20 and without weights in between; then
# send a gradient of ones back through all of them with your backward functions. Draw the mean size
# of the gradient that arrives against $n$, with a logarithmic axis, for the sigmoid, tanh and leaky
# ReLU. For each curve, write one sentence on why it falls as it does.
#
# === BEGIN MARK SCHEME ===
# - 1 point: forward and backward are chained in the right order (the caches used in reverse).
# - 1 point: the plot: three curves, logarithmic axis, labels.
# - 1 point: sigmoid: falls by more than a factor of 4 at each step, because its slope is at most
#   1/4.
# - 1 point: the other two: tanh falls slowly, since repeated tanh pulls everything towards 0, where
#   its slope is near 1; leaky ReLU stays at about one half: slope 1 for the positive half, and
#   almost nothing for the rest.
# === END MARK SCHEME ===
