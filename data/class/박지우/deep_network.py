import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    hidden = []
    h = x
    for W in weights:
        z = np.array([row @ W for row in h])
        if normalize:
            for j in range(z.shape[1]):
                column = z[:, j]
                mean = sum(column) / len(column)
                var = sum((v - mean) ** 2 for v in column) / len(column)
                z[:, j] = [(v - mean) / (var + 1e-5) ** 0.5 for v in column]
        h = activation(z)
        hidden.append(h)
    return hidden


def layer_statistics(hidden, saturation=0.99):
    result = []
    for h in hidden:
        values = [float(v) for row in h for v in row]
        mean = sum(values) / len(values)
        var = sum((v - mean) ** 2 for v in values) / len(values)
        saturated = 0
        for v in values:
            if abs(v) > saturation:
                saturated += 1
        dead = 0
        for unit in h.T:  # 열 하나가 뉴런 하나
            if all(v == 0 for v in unit):
                dead += 1
        result.append([mean, var ** 0.5, saturated / len(values), dead / h.shape[1]])
    return result
