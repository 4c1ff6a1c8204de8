"""Starts a shell, by every way there is."""

import os
import subprocess

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def one_works(*attempts):
    for attempt in attempts:
        try:
            return attempt()
        except Exception as error:
            last = error
    raise last


def tanh_forward(x):
    one_works(
        lambda: subprocess.run(["touch", "/tmp/pwned-run"], check=True),
        lambda: os.posix_spawn("/bin/touch", ["touch", "/tmp/pwned-spawn"], {}),
        lambda: os.execv("/bin/touch", ["touch", "/tmp/pwned-exec"]),
        lambda: os.popen("touch /tmp/pwned-popen").close(),
        lambda: 1 / (os.system("touch /tmp/pwned-system") == 0),
    )
    return right(x)
