"""The portal's settings for tests: a folder of their own, nothing from the environment, and what saves time."""

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
# Nothing answers there: a test that forgets to bring its NGNPro server sees an outage, never somebody's server.
os.environ["NGNPRO_URL"] = "http://127.0.0.1:9/"

from portal.settings import *  # noqa: E402, F403
from portal.settings import STATIC_ROOT, STORAGES, TEMPLATES  # noqa: E402
from tests.support.templates import UnresolvedVariable  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnresolvedVariable()

STATIC_ROOT.mkdir(exist_ok=True)
