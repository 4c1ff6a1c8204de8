"""Would run in place of the module of this name."""

import os

open("/tmp/pwned-shadow", "w").close()
os._exit(0)
