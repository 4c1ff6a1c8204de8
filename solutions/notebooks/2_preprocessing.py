# %% story [markdown]
# # 2 Data and preprocessing
#
# *CS231n lecture 5, "Data preprocessing".* The lecture's question: **what should the numbers look
# like before a network sees them?**
#
# A photograph arrives as numbers that are all positive, and features arrive on scales of their own:
# metres beside millimetres, 0 to 1 beside 0 to 255. Gradient descent has one learning rate for all
# of them. On a badly scaled problem the loss is a long narrow valley, and a step that is right for
# one direction is far too long for another. Preprocessing makes that valley round.
#
# You write three functions in `preprocessing.py`. How these notebooks work is said in notebook 1.

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
preprocessing = functions("preprocessing")

# %% about_zero_center [markdown]
# ## Zero-centring
#
# With all inputs positive, every weight of a neuron in the first layer gets a gradient of the same
# sign (notebook 1). Subtracting the mean of each feature cures that:
#
# $$\text{centered}_{ij} = x_{ij} - \mu_j, \qquad \mu_j = \frac1N \sum_{i=1}^{N} x_{ij}$$
#
# $i$ counts examples (rows), $j$ counts features (columns). The mean is **measured on the training
# split** and used again for the test split: at test time the network has to see the numbers that it
# was trained for, and a single test example has no mean of its own.

# %% try_zero_center
with explaining():
    train = np.array([[1.0, 200.0], [2.0, 220.0], [6.0, 240.0]])
    test = np.array([[3.0, 230.0]])
    centered, mean = preprocessing.zero_center(train)
    print("mean of the training split:", mean)
    print("training split, centred:\n", centered)
    print("test split, with the same mean:", preprocessing.zero_center(test, mean)[0])

# %% zero_center nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "zero_center", "schema_version": 3}
check("zero_center")

# %% about_normalize [markdown]
# ## Normalising
#
# Dividing by the standard deviation gives every feature the same say:
#
# $$\text{normalized}_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j + \varepsilon}$$
#
# The small $\varepsilon$ is there for features that never change: the digits have
# three pixels at the edge that are white in every picture: $\sigma_j = 0$, and $0/0$ would be NaN.

# %% try_normalize
with explaining():
    digits = load_digits()
    train, mean, std = preprocessing.normalize(digits["x_train"])
    test, _, _ = preprocessing.normalize(digits["x_test"], mean, std)
    print("features that never change:", np.sum(std == 0))
    print("training split: mean of a feature at most", f"{np.abs(train.mean(axis=0)).max():.1e}")
    print("training split: std of all others", f"{train.std(axis=0)[std > 0].min():.3f} or more")
    print("test split:     mean of a feature up to", f"{np.abs(test.mean(axis=0)).max():.3f}")

# %% normalize nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 4, "grade_id": "normalize", "schema_version": 3}
check("normalize")

# %% about_own_statistics [markdown]
# ### Why the test split must not use its own
#
# Here a simple classifier is trained on normalised digits. Then it gets test images, all of one
# digit, normalised in two ways: with the statistics of the training split, and with their own.

# %% picture_own_statistics
show("preprocessing", "own_statistics")

# %% about_pca_whiten [markdown]
# ## Decorrelating and whitening
#
# Neighbouring pixels carry nearly the same news: their features are correlated, and the cloud of
# examples is a slanted ellipse. PCA turns the axes along the ellipse, whitening then gives each
# axis variance 1:
#
# $$C = \frac1N X^\top X, \qquad C = U \Lambda U^\top, \qquad
#   X_\text{white} = X\, U\, (\Lambda + \varepsilon)^{-1/2}$$
#
# ($X$ is centred.) Networks on images are rarely fed whitened data today: centring is enough, and
# batch normalisation (notebook 4) takes care of scales inside the network.

# %% try_pca_whiten
with explaining():
    rng = np.random.default_rng(0)
    cloud = rng.normal(size=(1000, 2)) @ np.array([[3.0, 2.0], [0.0, 0.5]]) + 5
    white, _ = preprocessing.pca_whiten(cloud, cloud[:10])
    print("covariance before:\n", np.cov(cloud.T, bias=True).round(2))
    print("covariance after:\n", np.cov(white.T, bias=True).round(2) + 0.0)

# %% pca_whiten nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "points": 2, "grade_id": "pca_whiten", "schema_version": 3}
check("pca_whiten")

# %% about_steps [markdown]
# ## The three steps on one cloud

# %% picture_steps
show("preprocessing", "steps")

# %% about_images [markdown]
# ## The digits
#
# The same on pictures: what a network gets to see of a digit after each step.

# %% picture_images
show("preprocessing", "images")

# %% question_test_statistics [markdown]
# ## Written question 1: whose mean? (4 points)
#
# A friend normalises the training split with its own mean and standard deviation, and the test
# split with the mean and standard deviation of the test split. "That way both have mean 0 and
# standard deviation 1," they say. Name two different things that go wrong, and explain each.

# %% written_test_statistics [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 4, "grade_id": "written_test_statistics", "schema_version": 3}
# **Model answer.** The network was trained on numbers made with one fixed shift and scale. With
# other statistics the same picture becomes another input: a 7 whose pixel is 12 means +0.8 in one
# split and +0.6 in the other, so the learned thresholds no longer fit. And the answer for one
# picture then depends on which other test pictures lie beside it; for a single picture the mean is
# the picture itself, which becomes all zeros, and the standard deviation is 0. Statistics of the
# test split are also something that is not known when the system is used.
#
# **Mark scheme**
#
# - 2 points: training and test inputs are no longer on the same scale, so the learned weights do
#   not fit.
# - 2 points: a second, different reason: the answer depends on the other test examples; one example
#   alone has no statistics; it uses knowledge of the test split.
# - 1 point instead of 2 for a reason that is right but not explained.

# %% question_two_scales [markdown]
# ## Written question 2: metres and millimetres (3 points)
#
# A linear model has two inputs of equal importance. One is a length in metres and runs from 0 to 2,
# the other a length in millimetres and runs from 0 to 2,000. Nothing is normalised. Which of the
# two weights gets the larger gradients, and by what factor? What does that do to the choice of the
# learning rate?

# %% written_two_scales [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "points": 3, "grade_id": "written_two_scales", "schema_version": 3}
# **Model answer.** $\partial L / \partial w_i = x_i \cdot \partial L / \partial s$, so the weight
# of the input in millimetres gets gradients 1,000 times as large. The learning rate has to be so
# small that this direction does not diverge; for the other weight, which should even be 1,000 times
# as large as the first, that rate is far too small, and it takes a very long time. In curvature the
# two directions differ by $1000^2$: a long narrow valley.
#
# **Mark scheme**
#
# - 1 point: the millimetres, because the gradient of a weight is proportional to its input.
# - 1 point: a factor of 1,000 (1,000,000 for the curvature is also right if it is called so).
# - 1 point: one rate cannot suit both: it is too high for one direction or too low for the other.

# %% task_two_pixels [markdown] nbgrader={"grade": false, "solution": false, "locked": true, "task": true, "points": 3, "grade_id": "task_two_pixels", "schema_version": 3}
# ## Task: two pixels (3 points)
#
# Add cells below this one. Take pixel 2 and pixel 10 of the first 200 training digits (they lie one
# above the other). Draw one against the other, once as they are and once after `pca_whiten` on
# these two columns. Then write in one or two sentences what the whitening did to the cloud of
# points, with the correlation coefficient before and after (`np.corrcoef`).
#
# === BEGIN MARK SCHEME ===
# - 1 point: both scatter plots, with axes that say what they show.
# - 1 point: the two correlation coefficients: 0.69 before, 0 after.
# - 1 point: the sentence says that the cloud was turned and stretched until it is round, not only
#   that it moved to the origin.
# === END MARK SCHEME ===
