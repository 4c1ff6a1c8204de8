# %% story [markdown]
# # 4 Batch normalisation
#
# *CS231n lecture 5, "Batch Normalization"; Ioffe and Szegedy 2015.* Notebook 3 chose the weights so
# that the activations of every layer come out with a spread of about 1. The lecture's question:
# **if that is what we want, why not just make them so?**
#
# For every feature, take mean and variance over the batch, subtract and divide. All of this can be
# differentiated, so the network can learn *through* it. That is the whole idea, and writing its
# gradient is the best exercise in backpropagation there is.
#
# You write three functions in `batchnorm.py`. How these notebooks work is said in notebook 1.

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
np.set_printoptions(precision=2, suppress=True)
batchnorm = functions("batchnorm")

# %% about_forward [markdown]
# ## Forward, while training
#
# For a batch $x$ of $N$ examples and each feature $j$:
#
# $$\mu_j = \frac1N \sum_i x_{ij}, \qquad
#   \sigma_j^2 = \frac1N \sum_i (x_{ij} - \mu_j)^2, \qquad
#   \hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \varepsilon}}, \qquad
#   \text{out}_{ij} = \gamma_j \hat x_{ij} + \beta_j$$
#
# - $\varepsilon$ stands *inside* the square root: a feature that is constant in this batch must not
#   divide by 0.
# - $\gamma$ and $\beta$ are learned. With $\gamma = \sigma$ and $\beta = \mu$ the layer can undo
#   itself, so nothing is lost that the network could express before.
# - It stands before the activation: affine, batch normalisation, ReLU.

# %% try_forward
with explaining():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3)) * [0.1, 1.0, 20.0] + [5.0, 0.0, -40.0]
    gamma, beta = np.array([1.0, 1.0, 3.0]), np.array([0.0, 0.0, 7.0])
    out, _ = batchnorm.batchnorm_forward(x, gamma, beta, {"mode": "train"})
    print("before   mean", x.mean(axis=0), "  std", x.std(axis=0))
    print("after    mean", out.mean(axis=0).round(9) + 0.0, "  std", out.std(axis=0))
    print("after, the mean is beta and the std is gamma")

# %% picture_before_after
show("batchnorm", "before_after")

# %% about_test [markdown]
# ## Forward, at test time
#
# At test time an example must not depend on its neighbours, and it may come alone. So while
# training, keep a running mean and a running variance,
#
# $$\text{running} \leftarrow m \cdot \text{running} + (1 - m) \cdot \text{batch}, \qquad m = 0.9$$
#
# and at test time normalise with these. Momentum $m$ weights the **old** value here; some libraries
# do it the other way round. They live in the dict `bn_param`, which you update in place.

# %% try_test_mode
with explaining():
    rng = np.random.default_rng(0)
    bn_param = {"mode": "train"}
    gamma, beta = np.ones(1), np.zeros(1)
    for step in range(1, 61):
        batch = rng.normal(4.0, 2.0, size=(50, 1))
        batchnorm.batchnorm_forward(batch, gamma, beta, bn_param)
        if step in (1, 5, 20, 60):
            mean, var = bn_param["running_mean"][0], bn_param["running_var"][0]
            print(f"after {step:2} batches: running mean {mean:.2f}, running variance {var:.2f}")
    bn_param["mode"] = "test"
    out, _ = batchnorm.batchnorm_forward(np.array([[8.0]]), gamma, beta, bn_param)
    print(f"a single example, 8, becomes {out[0, 0]:.2f} (true mean 4, std 2: it would be 2)")

# %% picture_running
show("batchnorm", "running")

# %% about_neighbours [markdown]
# Here is what the neighbours in a batch do to one example, and why test mode is needed:

# %% picture_train_and_test
show("batchnorm", "train_and_test")

# %% batchnorm_forward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 10, "grade_id": "batchnorm_forward", "schema_version": 3}
check("batchnorm_forward")

# %% about_backward [markdown]
# ## Backward, step by step
#
# Write the forward pass as a row of small steps, each with an easy derivative, and walk it
# backwards:
#
# $$x \;\to\; \mu \;\to\; x - \mu \;\to\; \sigma^2 \;\to\; \sqrt{\sigma^2 + \varepsilon}
#   \;\to\; \hat x \;\to\; \text{out}$$
#
# Each $x$ reaches the output along **three ways**: directly, through the mean and through the
# variance. Gradients that meet are added. Where the forward pass spread one number over the $N$
# rows of a column, the backward pass sums over them. The commonest mistake is to forget one of the
# ways:
#
# $$\frac{\partial L}{\partial x_{ij}} =
#   \frac{\partial L}{\partial \hat x_{ij}} \frac{1}{\sqrt{\sigma_j^2 + \varepsilon}}
#   + \frac{\partial L}{\partial \sigma_j^2} \frac{2\,(x_{ij} - \mu_j)}{N}
#   + \frac{\partial L}{\partial \mu_j} \frac1N$$
#
# Two facts test your result without any reference. Adding the same number to a whole column changes
# no output, so **every column of `dx` adds up to 0**. And stretching a column changes nothing
# either (but for $\varepsilon$), so `dx` has no part along $\hat x$.

# %% try_backward
with explaining():
    rng = np.random.default_rng(0)
    x, dout = rng.normal(2.0, 3.0, size=(6, 3)), rng.normal(size=(6, 3))
    gamma, beta = rng.normal(size=3), rng.normal(size=3)
    _, cache = batchnorm.batchnorm_forward(x, gamma, beta, {"mode": "train"})
    dx, dgamma, dbeta = batchnorm.batchnorm_backward(dout, cache)
    x_hat = (x - x.mean(axis=0)) / x.std(axis=0)
    print("columns of dx add up to        ", dx.sum(axis=0).round(4) + 0.0)
    print("columns of dx * x_hat add up to", (dx * x_hat).sum(axis=0).round(4) + 0.0)

# %% batchnorm_backward nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 8, "grade_id": "batchnorm_backward", "schema_version": 3}
check("batchnorm_backward")

# %% about_alt [markdown]
# ## Backward, in one formula
#
# Put the three ways together on paper and simplify. Almost everything cancels: what is left needs
# only $\hat x$, the standard deviation, $\gamma$ and two sums over the batch, which you have
# already. The answer is the same, and it takes about half the time.

# %% try_alt
with explaining():
    rng = np.random.default_rng(0)
    x, dout = rng.normal(2.0, 3.0, size=(50, 4)), rng.normal(size=(50, 4))
    _, cache = batchnorm.batchnorm_forward(x, np.ones(4), np.zeros(4), {"mode": "train"})
    by_steps = batchnorm.batchnorm_backward(dout, cache)
    by_formula = batchnorm.batchnorm_backward_alt(dout, cache)
    for name, one, other in zip(("dx", "dgamma", "dbeta"), by_steps, by_formula):
        print(f"{name:7} largest difference {np.abs(one - other).max():.1e}")

# %% batchnorm_backward_alt nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "batchnorm_backward_alt", "schema_version": 3}
check("batchnorm_backward_alt")

# %% picture_gradients
show("batchnorm", "gradients")

# %% about_forgiving [markdown]
# ## What it is good for
#
# Gradients flow better through a deep network, learning rates may be higher, and the initialisation
# matters much less. The last is easy to see: train the same network on the digits from weights that
# are too small, or right, once with and once without batch normalisation.

# %% picture_against_init_scale
show("batchnorm", "against_init_scale")

# %% question_zero_sum [markdown]
# ## Written question 1: a column of dx (4 points)
#
# (a) Why does every column of `dx` add up to zero, whatever `dout` is? Give the reason in words,
# not only by the formula. (b) A student's `dx` has columns that do not add up to zero, while
# `dgamma` and `dbeta` are right. Which of the three ways was most likely forgotten, and why that
# one?

# %% written_zero_sum [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_zero_sum", "schema_version": 3}
# **Model answer.** (a) Add a number $c$ to every entry of a column. The mean grows by $c$ too, so
# $x - \mu$, the variance and the output stay as they are, and so does the loss. The derivative of
# the loss in this direction, which is the sum of the column of `dx`, is therefore 0. (b) The way
# through the mean. It subtracts from each column the mean of what comes along the other ways: that
# is what makes the sum 0. The way through the variance is a multiple of $x - \mu$, which adds up to
# 0 by itself, so the sum says nothing about it.
#
# **Mark scheme**
#
# - 2 points: (a) a shift of a column changes nothing, hence the derivative in this direction is 0
#   and it equals the sum. 1 point where only the first half is said.
# - 1 point: (b) the way through the mean.
# - 1 point: the reason: the part through the variance adds up to zero anyway.

# %% question_test_mode [markdown]
# ## Written question 2: one example alone (3 points)
#
# A program forgets to switch to test mode and classifies one picture at a time in train mode. What
# does the first batch normalisation layer give for every picture, and why? What do the running
# statistics have to do with it after a while?

# %% written_test_mode [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_test_mode", "schema_version": 3}
# **Model answer.** With $N = 1$ the mean is the example itself, so $x - \mu = 0$, $\hat x = 0$ and
# the output is $\beta$, for every picture: the network gives the same answer always. In train mode
# the running statistics go on being updated, with a mean of one picture and a variance of 0, so
# they are spoiled, and even switching to test mode later does not help.
#
# **Mark scheme**
#
# - 1 point: the output is $\beta$ for every picture.
# - 1 point: because the mean of one example is the example.
# - 1 point: the running statistics are spoiled (the variance goes to 0).

# %% question_bias [markdown]
# ## Written question 3: a bias too many (3 points)
#
# Many networks leave out the bias $b$ of a layer that is followed by batch normalisation. Why is it
# of no use there? What is its gradient, and which parameter does its work?

# %% written_bias [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_bias", "schema_version": 3}
# **Model answer.** The bias adds the same number to a whole column, and subtracting the mean takes
# it out again: the output does not depend on it. Its gradient is the sum of a column of `dx`, which
# is 0, so it never moves. The shift is done by $\beta$, after the normalisation.
#
# **Mark scheme**
#
# - 1 point: the mean takes it out.
# - 1 point: its gradient is 0.
# - 1 point: $\beta$.

# %% task_batch_size [markdown] nbgrader={"grade": false, "solution": false, "locked": true, "task": true, "points": 4, "grade_id": "task_batch_size", "schema_version": 3}
# ## Task: how noisy is a batch? (4 points)
#
# Batch normalisation estimates mean and variance from one batch. Add cells below this one. Draw
# batches of $N = 2, 4, 8, \dots, 256$ numbers from a normal distribution with mean 0 and variance
# 1, a thousand batches for each $N$. Draw the standard deviation of the batch mean against $N$,
# both axes logarithmic. What law does it follow? What follows from it for batch normalisation with
# batches of two examples, and why can the same noise also do good?
#
# === BEGIN MARK SCHEME ===
# - 1 point: the plot, both axes logarithmic, labels.
# - 1 point: the law: one over the square root of $N$ (a line of slope -1/2).
# - 1 point: with two examples the mean is off by 0.7 standard deviations, so the output depends
#   more on who else is in the batch than on the example.
# - 1 point: the noise works like a regulariser, since each example looks a little different every
#   time (the lecture calls it "slightly funny" and mentions dropout).
# === END MARK SCHEME ===
