import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    hs = [x]
    for W in weights:
        z = hs[-1] @ W
        hs.append(activation((z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5) if normalize else z))
    return hs[1:]

def layer_statistics(hidden, saturation=0.99):
    return np.array([[h.mean(), h.std(), (abs(h) > saturation).mean(), (h == 0).all(0).mean()] for h in hidden])
