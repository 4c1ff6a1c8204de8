# %% story [markdown]
# # 3 Weight initialisation
#
# *CS231n lecture 5, "Weight initialization".* Before the first step somebody has to choose the
# weights. The lecture's question: **how large should they be, and why does a network of ten layers
# care so much?**
#
# A layer multiplies its input by a matrix. If that makes the numbers a little smaller, ten layers
# make them smaller ten times over; if it makes them larger, the same. The gradients take the same
# way back. So the scale of the weights decides whether anything can be learned at all.
#
# You write four functions in `initializers.py` and two in `deep_network.py`. How these notebooks
# work is said in notebook 1.

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
initializers = functions("initializers")
deep_network = functions("deep_network")

# %% about_zeros [markdown]
# ## Why not zeros?
#
# If all weights are equal, all neurons of a layer compute the same thing, get the same gradient and
# take the same step. They stay equal for ever: a hundred neurons are worth one. The weights have to
# be drawn **at random**, to break the symmetry. What is left to choose is how widely they spread.
#
# Randomness is an argument here, a `numpy.random.Generator`. The same generator gives the same
# weights, so that you and the checker can repeat what happened.

# %% about_small [markdown]
# ## Small random numbers
#
# $$W_{ij} \sim \mathcal{N}(0,\; 0.01^2)$$
#
# The first idea: normal numbers with standard deviation 0.01. It works for small networks.

# %% small_random_init nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "small_random_init", "schema_version": 3}
check("small_random_init")

# %% about_deep [markdown]
# ## The lecture's experiment
#
# To see what happens in a deep network, send 1,000 random examples through ten layers of 500 units
# and look at the activations of each layer. Nothing is learned. `forward_deep` is that journey,
# `layer_statistics` describes each layer by four numbers: mean, standard deviation, the fraction of
# saturated activations, and the fraction of dead units.

# %% forward_deep nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "forward_deep", "schema_version": 3}
check("forward_deep")

# %% layer_statistics nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "layer_statistics", "schema_version": 3}
check("layer_statistics")

# %% try_lectures_table
with explaining():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 500))
    weights = [initializers.small_random_init(500, 500, rng) for _ in range(10)]
    hidden = deep_network.forward_deep(x, weights, np.tanh)
    spread = deep_network.layer_statistics(hidden)[:, 1]
    lecture = [0.2131, 0.0476, 0.0106, 0.00238, 0.00053]
    print("standard deviation of the activations, tanh, weights of 0.01")
    for layer, std in enumerate(spread, start=1):
        slide = f"   on the lecture's slide {lecture[layer - 1]:.5f}" if layer <= 5 else ""
        print(f"  layer {layer:2}   {std:.5f}{slide}")

# %% about_vanishing [markdown]
# Layer after layer the activations shrink by the same factor of about 4.5, down to nothing. The
# gradient of a weight is its input times what comes from above, so it shrinks as well. And with
# weights of 1.0? Then tanh is driven to -1 and 1 everywhere, and its slope is 0. Between the two
# there has to be something better.

# %% about_xavier [markdown]
# ## Xavier: keep the variance
#
# A sum of $n$ independent terms with mean 0 has the variance of all terms together:
#
# $$s = \sum_{i=1}^{n} w_i x_i \quad\Longrightarrow\quad
#   \operatorname{Var}(s) = n \operatorname{Var}(w) \operatorname{Var}(x)$$
#
# For $\operatorname{Var}(s) = \operatorname{Var}(x)$ the weights need **variance** $1/n_\text{in}$,
# where $n_\text{in}$ is the number of inputs, `fan_in`. This is the lecture's Xavier
# initialisation. Variance is the square of the standard deviation: mixing the two up is the
# commonest mistake here.
#
# The same reasoning for the gradients on their way back asks for $1/n_\text{out}$ (`fan_out`).
# Glorot and Bengio took the middle, $2 / (n_\text{in} + n_\text{out})$, and drew from a uniform
# distribution with that variance, whose bound is $\sqrt{6 / (n_\text{in} + n_\text{out})}$.

# %% xavier_init nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "xavier_init", "schema_version": 3}
check("xavier_init")

# %% glorot_init nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "glorot_init", "schema_version": 3}
check("glorot_init")

# %% about_he [markdown]
# ## He: ReLU throws half away
#
# Xavier's reasoning forgets the activation. ReLU sets half of its inputs to 0, and with them half
# of the mean square goes: $\operatorname{E}[\text{ReLU}(s)^2] = \tfrac12 \operatorname{Var}(s)$. To
# make up for it, He and others double the variance: $2 / n_\text{in}$. It is only a factor of two,
# but it is there in every layer.

# %% he_init nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "he_init", "schema_version": 3}
check("he_init")

# %% try_one_layer
with explaining():
    rng = np.random.default_rng(0)
    h = rng.normal(size=(1000, 500))
    print("mean square of the input:", (h**2).mean().round(3))
    for name in ("xavier_init", "he_init"):
        out = np.maximum(h @ getattr(initializers, name)(500, 500, rng), 0)
        print(f"after one layer of ReLU with {name}:", (out**2).mean().round(3))

# %% about_weights [markdown]
# ## What the four draw

# %% picture_weights
show("initializers", "weights")

# %% about_fan_in [markdown]
# What becomes of a signal in one layer, by the number of its inputs:

# %% picture_fan_in
show("initializers", "fan_in")

# %% about_histograms [markdown]
# ## The histograms of the lecture
#
# This is the picture to remember of this lecture: one panel for an activation and its
# initialisation, one histogram for a layer.

# %% picture_histograms
show("deep_network", "histograms")

# %% about_spread [markdown]
# The same as curves. A good initialisation keeps the curve level; any other one bends it up or
# down, by the same factor in each layer. One level curve is a trap: tanh with weights of 1.0. Look
# at its histograms above; written question 3 asks about it.

# %% picture_spread
show("deep_network", "spread")

# %% about_normalize [markdown]
# ## One more way
#
# Instead of choosing the weights so that the activations come out right, one can simply **make**
# them right: subtract the mean of each unit over the batch, and divide by the standard deviation.
# That is what `normalize=True` does, and it is the subject of notebook 4.

# %% try_normalize
with explaining():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 200))
    print("std of layer 10, tanh       without       with normalisation")
    for scale in (0.01, 0.07, 1.0):
        weights = [initializers.small_random_init(200, 200, rng, std=scale) for _ in range(10)]
        stds = [
            deep_network.forward_deep(x, weights, np.tanh, normalize=normalize)[-1].std()
            for normalize in (False, True)
        ]
        print(f"  weights of {scale:<4}          {stds[0]:10.7f}    {stds[1]:10.7f}")

# %% question_zeros [markdown]
# ## Written question 1: all weights 0.5 (3 points)
#
# A student has read that zeros are bad and sets **all** weights of a network with one hidden layer
# to 0.5. The loss falls a little and then stays where it is. Why is this network no better than one
# with a single hidden neuron, and why does training not change that?

# %% written_zeros [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_zeros", "schema_version": 3}
# **Model answer.** All hidden neurons have the same weights, so they give the same output for every
# example. Their output weights are equal too, so the same gradient comes back to each of them, and
# their weights take the same step. After any number of steps they are still copies of one another:
# the layer can express no more than one neuron times a constant. Only random weights break the
# symmetry.
#
# **Mark scheme**
#
# - 1 point: the same output in the forward pass.
# - 1 point: the same gradient in the backward pass.
# - 1 point: hence the same step, for ever; or: nothing breaks the symmetry.

# %% question_xavier_relu [markdown]
# ## Written question 2: Xavier with ReLU (4 points)
#
# Ten layers of ReLU are initialised with Xavier's variance, $1 / n_\text{in}$. (a) By what factor
# does the standard deviation of the activations change from one layer to the next? (b) What is left
# at layer 10 of the value at layer 1? Compare with the curve in the picture. (c) Why does the same
# initialisation do so much better with tanh?

# %% written_xavier_relu [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_xavier_relu", "schema_version": 3}
# **Model answer.** (a) The sum has variance $\operatorname{E}[h^2]$ of the layer before, and ReLU
# keeps half of the mean square, so the mean square is halved and the standard deviation is
# multiplied by $1/\sqrt2 \approx 0.71$. (b) Nine steps from layer 1 to layer 10: $0.71^9 = 2^{-4.5}
# \approx 0.044$. The picture says so: from about .58 to about .026. (c) Near 0, tanh is almost the
# identity, so it loses little: only large values are squashed, and the smaller the signal has
# become, the less is lost. With ReLU half of the signal is lost in every layer, however small it
# is.
#
# **Mark scheme**
#
# - 1 point: factor $1/\sqrt2$ for the standard deviation (or 1/2 for the mean square, said as
#   such).
# - 1 point: about 0.044 at layer 10 ($0.71^{10} \approx 0.031$ is accepted).
# - 1 point: a comparison with numbers read from the picture.
# - 1 point: tanh is almost the identity near 0.

# %% question_too_large [markdown]
# ## Written question 3: too large (3 points)
#
# With weights of standard deviation 1.0 the activations of ten ReLU layers grow beyond $10^{11}$,
# while those of ten tanh layers look harmless: a standard deviation of 0.98 in every layer. Why is
# the tanh network in trouble as well?

# %% written_too_large [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_too_large", "schema_version": 3}
# **Model answer.** The sums have a standard deviation of about $\sqrt{500} \approx 22$, so tanh is
# saturated: nine of ten activations are beyond 0.99 in size. There the slope $1 - \tanh^2$ is
# almost 0, and no gradient passes through these units. What does get through passes the few units
# that are not saturated, times large weights: measured over ten layers it even grows on the way
# back, by a factor of about 75,000, so that no learning rate suits all layers. Bounded activations
# do not mean a healthy network: their distribution is what counts.
#
# **Mark scheme**
#
# - 1 point: saturation: almost all activations are near -1 or 1.
# - 1 point: therefore the local gradient is almost 0.
# - 1 point: the reason: the sums are large (about 22), or: a standard deviation near 1 is the
#   largest that a function bounded by 1 can have.

# %% task_leaky [markdown] nbgrader={"grade": false, "solution": false, "locked": true, "task": true, "points": 4, "grade_id": "task_leaky", "schema_version": 3}
# ## Task: an initialisation of your own (4 points)
#
# Which variance do the weights need for leaky ReLU with $\alpha = 0.3$? Work it out as for He:
# which part of the mean square does this function keep? Add cells below this one: the derivation, a
# function `leaky_init(fan_in, fan_out, rng)`, and the standard deviation of the activations in ten
# layers of 500 units with it, from your `forward_deep` and `layer_statistics`.
#
# === BEGIN MARK SCHEME ===
# - 2 points: the derivation: half of the mean square is kept whole and half times $\alpha^2$, so
#   $\operatorname{Var}(w) = 2 / ((1 + \alpha^2)\, n_\text{in})$; with 0.3 that is $1.835 /
#   n_\text{in}$. 1 point for a right start.
# - 1 point: the function does what was derived (the square root is taken).
# - 1 point: ten layers are run, and the standard deviation stays the same within some per cent.
# === END MARK SCHEME ===
