# %% story [markdown]
# # 5 Babysitting and hyperparameter search
#
# *CS231n lecture 5, "Babysitting the Learning Process" and "Hyperparameter Optimization".* The
# network is written. The lecture's two questions: **how do I see within a minute that something is
# wrong, and how do I find a good learning rate without trying everything?**
#
# A wrong network does not crash. It trains, the loss falls a little, and the accuracy is 60 % where
# it could be 95 %. So before a long run one makes cheap tests, and while it runs one watches the
# curve.
#
# You write five functions in `babysitting.py` and five in `hyperparameters.py`. The network below
# is made of your activation functions and initialisers of notebooks 1 and 3. How these notebooks
# work is said in notebook 1.

# %% setup
import sys
from pathlib import Path

for folder in (Path.cwd(), *Path.cwd().parents):
    if (folder / "autograder" / "lab.py").is_file():
        sys.path.insert(0, str(folder))
        break

import numpy as np

from autograder.lab import check, explaining, functions, load_digits, show, use

use("en")
initializers = functions("initializers")
network = functions("network")
babysitting = functions("babysitting")
hyperparameters = functions("hyperparameters")

# %% about_initial_loss [markdown]
# ## Test 1: is the first loss what chance gives?
#
# An untrained network with $C$ classes gives each the probability $1/C$. Softmax loss is the
# negative logarithm of the probability of the right class, so
#
# $$L_0 = -\log\frac1C = \log C, \qquad \text{and with a penalty} \quad
#   L_0 = \log C + \tfrac12\,\text{reg} \sum W^2$$
#
# For ten classes that is 2.3026. The lecture's example has 3,072 inputs, 50 hidden units and
# weights of 0.0001. Then it turns the regularisation up to 1,000: the loss has to go up, and by a
# known amount.

# %% try_initial_loss
with explaining():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 3072)), rng.integers(10, size=50)

    def tiny(fan_in, fan_out, rng):
        return initializers.small_random_init(fan_in, fan_out, rng, std=1e-4)

    for reg in (0.0, 1e3):
        net = network.FullyConnectedNet([3072, 50, 10], tiny, rng, reg=reg)
        loss, _ = net.loss_and_gradients(net.params, x, y)
        weights = [net.params["W1"], net.params["W2"]]
        expected = babysitting.expected_initial_loss(10, weights, reg)
        print(f"regularisation {reg:6.0f}   loss {loss:.4f}   expected {expected:.4f}")

# %% expected_initial_loss nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "expected_initial_loss", "schema_version": 3}
check("expected_initial_loss")

# %% picture_initial_loss
show("babysitting", "initial_loss")

# %% about_overfit [markdown]
# ## Test 2: can it learn 20 examples by heart?
#
# Take 20 examples, switch the regularisation off and train. A network with thousands of weights
# must reach a loss of almost 0 and an accuracy of 1.0. If it cannot, there is a mistake in it, and
# no search for hyperparameters will find that mistake for you.
#
# For this you need the step and the loop: plain stochastic gradient descent, in mini-batches, each
# example once in an epoch and in a new order every time.
#
# $$W \leftarrow W - \eta\, \frac{\partial L}{\partial W}$$

# %% sgd_step nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "sgd_step", "schema_version": 3}
check("sgd_step")

# %% train nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 3, "grade_id": "train", "schema_version": 3}
check("train")

# %% try_overfit
with explaining():
    rng = np.random.default_rng(0)
    digits = load_digits()
    x, y = digits["x_train"][:20] / 16, digits["y_train"][:20]
    net = network.FullyConnectedNet([64, 50, 10], initializers.he_init, rng)
    losses = babysitting.train(
        net.loss_and_gradients, net.params, x, y, 0.3, epochs=200, batch_size=10, rng=rng
    )
    accuracy = np.mean(net.predict(net.params, x) == y)
    print(f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} in the end; accuracy {accuracy:.2f}")

# %% picture_overfit
show("babysitting", "overfit")

# %% about_loss_curves [markdown]
# ## Test 3: which learning rate does anything at all?
#
# Start with a small rate and raise it. A loss that barely moves: the rate is **too low**. A loss
# that becomes NaN or infinite: **far too high**, it diverged. A loss that falls fast and then
# levels off at a bad value: **too high**. You write these three sentences as rules, in
# `diagnose_losses`.
#
# One trap of the lecture: at a tiny rate the loss stays at 2.302 while the accuracy rises to 20 %.
# Every probability has moved a very little in the right direction, which is enough for the largest
# to be the right one.

# %% diagnose_losses nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "diagnose_losses", "schema_version": 3}
check("diagnose_losses")

# %% picture_loss_curves
show("babysitting", "loss_curves")

# %% about_update_ratio [markdown]
# ## While it runs: how large are the steps?
#
# $$\text{ratio} = \frac{\lVert \eta\, \partial L / \partial W \rVert}{\lVert W \rVert}$$
#
# A step should change the weights by about a **thousandth** of their size. At $10^{-6}$ nothing
# happens; at $10^{-1}$ every step changes them by a tenth, and little of what was
# learned stays.

# %% update_ratio nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "update_ratio", "schema_version": 3}
check("update_ratio")

# %% picture_update_ratio
show("babysitting", "update_ratio")

# %% about_log_scale [markdown]
# ## Searching: in powers of ten
#
# A learning rate acts by its order of magnitude: from 0.001 to 0.002 is a large change, from 0.101
# to 0.102 is none. So draw the *exponent* uniformly:
#
# $$\eta = 10^{u}, \qquad u \sim \text{uniform between } \log_{10}(\text{low})
#   \text{ and } \log_{10}(\text{high})$$

# %% sample_log_uniform nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "sample_log_uniform", "schema_version": 3}
check("sample_log_uniform")

# %% picture_log_uniform
show("hyperparameters", "log_uniform")

# %% random_search_proposals nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "random_search_proposals", "schema_version": 3}
check("random_search_proposals")

# %% about_random [markdown]
# ## Random, not on a grid
#
# A grid of 5 x 5 tries five values of each parameter, five times each. If only one of the two
# matters, 20 of the 25 runs were wasted. Twenty-five random trials try 25 values of each.

# %% picture_grid_against_random
show("hyperparameters", "grid_against_random")

# %% about_landscape [markdown]
# This is what is searched: the accuracy of a network on the digits, over learning rate and
# regularisation. Nobody can afford to draw it for a real network.

# %% picture_landscape
show("hyperparameters", "landscape")

# %% about_coarse_to_fine [markdown]
# ## Coarse to fine
#
# First a few epochs each, over a wide range. Then keep the best trials, shrink the ranges to where
# those are, and run longer. Look at **the border**: if the best value sits at the edge of what you
# searched, the real best is probably outside. The lecture walks into this trap itself: its best
# learning rate, $9.47 \cdot 10^{-4}$, lies at the edge of the range up to $10^{-3}$.

# %% refine_ranges nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "refine_ranges", "schema_version": 3}
check("refine_ranges")

# %% on_border nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "on_border", "schema_version": 3}
check("on_border")

# %% try_border
with explaining():
    searched = {"learning_rate": (1e-4, 1e-3), "reg": (1e-4, 1.0)}
    best = {"learning_rate": 9.47e-4, "reg": 1.0e-2}
    print("on the border:", hyperparameters.on_border(best, searched))

# %% picture_coarse_to_fine
show("hyperparameters", "coarse_to_fine")

# %% about_stop_early [markdown]
# ## Stop early
#
# Many trials of a coarse search explode. There is no need to wait for them: if the cost is ever
# more than three times the original cost, break out.

# %% stop_early nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 1, "grade_id": "stop_early", "schema_version": 3}
check("stop_early")

# %% picture_stop_early
show("hyperparameters", "stop_early")

# %% question_first_loss [markdown]
# ## Written question 1: a first loss of 7.9 (4 points)
#
# You start a network with ten classes, softmax loss and no regularisation, and the first loss is
# 7.9 instead of 2.3. (a) What does that tell you about the probabilities that the network gives?
# (b) Name two mistakes that lead to it, and for each how you would find out.

# %% written_first_loss [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_first_loss", "schema_version": 3}
# **Model answer.** (a) The mean of $-\log p$ of the right class is 7.9, so the right class gets
# about $e^{-7.9} \approx 0.0004$ instead of 0.1: the network is very sure, and mostly of a wrong
# class. (b) Weights that are too large, so that the scores differ widely: look at the spread of the
# scores, multiply the weights by 0.01 and see whether the loss goes to 2.3. Data that were not
# preprocessed (pixels from 0 to 255): look at their mean and standard deviation. Also right: a
# mistake in the loss, such as a sum over the batch where the mean is meant (double the batch and
# the loss doubles), or labels that do not go with their rows.
#
# **Mark scheme**
#
# - 1 point: (a) the right class gets a far smaller probability than chance.
# - 1 point: (a) a number or the reason: sure of wrong classes, scores far apart.
# - 1 point for each of two possible mistakes with a way to find out (half of it: no point).

# %% question_grid [markdown]
# ## Written question 2: why random? (3 points)
#
# You can afford 16 runs to tune the learning rate and the regularisation. A friend proposes a 4 x 4
# grid. What do random trials do better, and in which situation would it make no difference?

# %% written_grid [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_grid", "schema_version": 3}
# **Model answer.** The grid tries only four different learning rates, random trials sixteen.
# Usually one parameter matters much more than the other; along that one, the best of sixteen values
# comes closer to the peak than the best of four, because the twelve runs that only change the
# unimportant parameter tell the grid nothing new. It would make no difference to the number of
# values that count if there were only one parameter (sixteen values either way), and little if both
# mattered equally.
#
# **Mark scheme**
#
# - 1 point: 4 values against 16 for each parameter.
# - 1 point: it matters because one parameter usually matters more.
# - 1 point: a situation in which it does not: one parameter only, or both equally important.

# %% question_curve [markdown]
# ## Written question 3: read a curve (3 points)
#
# The loss starts at 2.3, stays there for 40 epochs and then begins to fall quickly. The learning
# rate was the same all the time, and it is a healthy one. What does the lecture suspect, and why
# does the loss get going after all?

# %% written_curve [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_curve", "schema_version": 3}
# **Model answer.** A bad initialisation. The weights are so small (or the units so saturated) that
# almost no gradient gets through, so the steps are tiny and the loss stays near $\log 10$. They are
# not zero, though: the weights grow slowly, and with them the gradients, until the network has a
# normal scale and learns at its usual speed.
#
# **Mark scheme**
#
# - 1 point: bad initialisation.
# - 1 point: the gradients are very small at first.
# - 1 point: the weights grow all the same, and the gradients with them.

# %% task_search [markdown] nbgrader={"grade": false, "solution": false, "locked": true, "task": true, "points": 6, "grade_id": "task_search", "schema_version": 3}
# ## Task: your own search (6 points)
#
# Find a learning rate and a regularisation for a network with 64, 50 and 10 units on the digits,
# with at most 30 trials. Use your own functions: random proposals, a coarse search of a few epochs,
# stopping early, refined ranges, and a look at the border. Choose by the accuracy on the validation
# split. Only at the very end, and only once, measure the accuracy on the test split. Add cells
# below this one: a table of the trials, the ranges of both rounds, and the two accuracies.
#
# === BEGIN MARK SCHEME ===
# - 1 point: log-uniform proposals, at most 30 trials in all.
# - 1 point: two rounds, the second in refined ranges and with more epochs.
# - 1 point: trials that go wrong are stopped or at least left out.
# - 1 point: the border is looked at, and a range widened where needed.
# - 1 point: the choice is made on the validation split; the test split is used once.
# - 1 point: at least 95 % on the validation split, or a sound reason why not.
# === END MARK SCHEME ===
