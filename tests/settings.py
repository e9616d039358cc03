"""The portal's settings for tests: a separate folder, nothing from the environment, and options that save time."""

import atexit
import os
import shutil
import tempfile

for name in [name for name in os.environ if name.startswith(("PORTAL_", "NGNPRO_"))]:
    del os.environ[name]
_folder = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["PORTAL_VAR"] = _folder
os.environ["PORTAL_SECRET_KEY"] = "only-for-tests-" + "k" * 50
os.environ["PORTAL_LOG_LEVEL"] = "WARNING"
# Nothing listens there: a test without an NGNPro server of its own gets an outage, never a real server.
os.environ["NGNPRO_URL"] = "http://127.0.0.1:9/"
# No worker takes what tests put into the queue; tests/running/test_readiness.py has a queue of its own.
os.environ["PORTAL_QUEUE_SECONDS"] = "1000000"
# One call after the other, so that tests may depend on their order; tests/core/test_at_once.py has calls at once.
os.environ["NGNPRO_CALLS_AT_ONCE"] = "1"

from portal.settings import *  # noqa: E402, F403
from portal.settings import STATIC_ROOT, STORAGES, TEMPLATES  # noqa: E402
from tests.support.templates import UnresolvedVariable  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnresolvedVariable()

STATIC_ROOT.mkdir(exist_ok=True)
