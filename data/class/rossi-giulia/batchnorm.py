from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional, Tuple

from cs231n.core.debugger import set_trace
from cs231n.display import display

import numpy as np
from numpy import ndarray


class Cache(NamedTuple):
    x_hat: ndarray
    std: ndarray
    gamma: ndarray


def batchnorm_forward(
    x: ndarray, gamma: ndarray, beta: ndarray, bn_param: Dict[str, Any]
) -> Tuple[ndarray, Optional[Cache]]:
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    for name in ("running_mean", "running_var"):
        bn_param.setdefault(name, np.zeros(x.shape[1]))

    if bn_param["mode"] == "test":
        std = np.sqrt(bn_param["running_var"] + eps)
        return (x - bn_param["running_mean"]) / std * gamma + beta, None
    if bn_param["mode"] != "train":
        raise ValueError(f"unknown mode {bn_param['mode']}")

    mean, var = x.mean(axis=0), x.var(axis=0)
    for name, value in (("running_mean", mean), ("running_var", var)):
        bn_param[name] = momentum * bn_param[name] + (1 - momentum) * value
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, Cache(x_hat, std, gamma)


def project_out(v: ndarray, x_hat: ndarray) -> ndarray:
    """Remove from every column its mean and its component along x_hat."""
    return v - v.mean(axis=0) - x_hat * np.mean(v * x_hat, axis=0)


def batchnorm_backward(dout: ndarray, ctx: Cache) -> Tuple[ndarray, ndarray, ndarray]:
    dx = ctx.gamma / ctx.std * project_out(dout, ctx.x_hat)
    return dx, np.sum(dout * ctx.x_hat, axis=0), np.sum(dout, axis=0)


def batchnorm_backward_alt(dout: ndarray, ctx: Cache) -> Tuple[ndarray, ndarray, ndarray]:
    return batchnorm_backward(dout, ctx)
