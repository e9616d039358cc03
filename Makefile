# make run    the portal, its worker and an NGNPro server on this machine; make run-redis the same with Redis for the queue
# make run-platform    the same with a SIP proxy, a DNS server and two phones
# make test   every check and test, with all the set-up they need
# make check  the same without the set-up; make format tidies the code
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
# The type checker loads the settings, which make files: not among the ones of `make run`.
SCRATCH := PORTAL_VAR=$(CURDIR)/.mypy_cache/var

.PHONY: run run-redis run-platform test check format packages wheels screenshots walk walk-operations bench bench-api bench-client bench-server bench-pages bench-load bench-proxy bench-sync bench-memory bench-bulk bench-flat soak-queue prove prove-pair soak prove-jobs prove-routing fuzz words audit

run: .venv/.installed
	@exec $(BIN)/python manage.py start

# The same with Redis for the queue and the cache, as in production (Debian: apt install redis-server).
run-redis: .venv/.installed
	@exec $(BIN)/python manage.py start --redis

# A whole telephone platform: a SIP proxy, a DNS server, and two phones that call each other (Debian packages: README).
run-platform: .venv/.installed
	@exec $(BIN)/python manage.py start --platform

test: packages .venv/.installed-dev
	@$(MAKE) --no-print-directory check

check:
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: 'make format' does it." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(SCRATCH) $(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .mypy_cache/imports.txt || { cat .mypy_cache/imports.txt; exit 1; }
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadscope

format:
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

# The pictures of the README, taken from a demo platform in a real browser.
screenshots: packages .venv/.installed-dev
	@$(BIN)/python -m tests.e2e.screenshots

# Every page as four roles on four screens: bytes, calls, and what axe and the width of the screen find.
walk: packages .venv/.installed-dev
	@$(BIN)/python -m tests.e2e.walk

# Every part of the benchmarks in one go: a table of ratios beside the last committed one; PARTS="server" runs some.
# ACCOUNTS=1500 PEOPLE=5 SECONDS=10 is a run for a small machine.
bench: packages .venv/.installed-dev
	@$(BIN)/python -m benchmarks $(PARTS)

# The commands of docs/operations.md, each as its user, on an empty copy of this machine (Debian, as root).
walk-operations: .venv/.installed-dev
	@$(BIN)/python -m tests.operations

# How quickly lists are fetched and read, by the portal's client and by others.
bench-client: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.client

# What calls cost the NGNPro server on platforms of 1,000 to 1,000,000 accounts; SIZES="1000 20000" measures others.
bench-server: packages .venv/.installed-dev
	@$(BIN)/python -m benchmarks.server $(SIZES)

# Brings the catalogues of all languages up to date and compiles them; FROM=folder fills them (docs/languages.md).
words: .venv/.installed-dev
	@$(BIN)/python -m tests.support.words $(if $(FROM),--from $(FROM)) $(if $(AGAIN),--again) $(if $(MISSING),--missing $(MISSING))

# What pages cost the portal, split into their parts.
bench-pages: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.pages

# What a read by the API costs beside the NGNPro call that it makes.
bench-api: packages .venv/.installed-dev
	@$(BIN)/python -m benchmarks.api

# A hundred people at work; PEOPLE=20 SECONDS=30 ACCOUNTS=1000 is a smaller run.
bench-load: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.load

# Whether provisioning writes and the SIP proxy's reads slow one another.
bench-proxy: packages .venv/.installed-dev
	@$(BIN)/python -m benchmarks.proxy_reads

# The memory of a process of each program, at first and while many pages are opened; REQUESTS=2000 opens fewer.
bench-memory: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.memory

# What it costs that a commit to an SQLite file survives a power failure.
bench-sync: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.sqlite_sync

# Many messages through the embedded queue while its takers are killed; COUNT=10000 sends fewer.
soak-queue: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.soak_queue $(COUNT)

# Eight clients write while every part is killed, slow or cut, and then everything is counted; MINUTES=5 is a shorter run.
# As root also full disks; SEED=7 repeats what happens.
prove: packages .venv/.installed-dev
	@$(BIN)/python -m tests.prove $(or $(MINUTES),30) $(SEED)

# Two of everything behind HAProxy under load: all restarted one after the other, then the machine with the primary is lost.
# SECONDS=20 is the time between.
prove-pair: packages .venv/.installed-dev
	@$(BIN)/python -m tests.prove.pair $(or $(SECONDS),20)

# Mixed calls to server and pages: whether memory, open files or tables grow; COUNT=20000 makes fewer.
soak: packages .venv/.installed-dev
	@$(BIN)/python -m tests.prove.soak $(or $(COUNT),1000000)

# Damaged envelopes, and a tenth as many posts to pages; COUNT=1000000 sends more, SEED=2 others.
fuzz: .venv/.installed-dev
	@FUZZ_COUNT=$(or $(COUNT),20000) FUZZ_SEED=$(or $(SEED),1) $(BIN)/python -m pytest -s --show-capture=no tests/test_fuzz.py

# A job that adds 10,000 accounts while its worker, Redis and the NGNPro server are killed; COUNT=1000 adds fewer.
prove-jobs: .venv/.installed-dev
	@JOB_ACCOUNTS=$(or $(COUNT),10000) $(BIN)/python -m pytest -s tests/e2e/test_killed_jobs.py

# What the portal says of 500 calls, each with a random rule set, against real calls through Kamailio; COUNT=1000 makes more.
prove-routing: packages .venv/.installed-dev
	@ROUTING_CALLS=$(or $(COUNT),500) $(BIN)/python -m pytest -s tests/ngnpro_server/platform/test_simulator.py

# How quickly jobs add accounts, beside plain loops of zeep and of PHP; SIZES="1000 SQLite" is a smaller run.
bench-bulk: packages .venv/.installed-dev
	@$(BIN)/python -m benchmarks.bulk $(SIZES)

# The memory that it takes to plan, import and export 1,000,000 accounts; COUNT=10000 takes fewer. WORKERS=2 uses two workers;
# FLAT_FOLDER=/srv/flat COUNT=10000 PARTS=plan runs one of the parts prepare, plan, import and export there.
bench-flat: .venv/.installed-dev
	@$(BIN)/python -m benchmarks.flat $(or $(COUNT),1000000) $(PARTS)

# Licences of all packages, and vulnerabilities known of them (pip-audit, in an environment of its own).
audit: .venv/.installed-dev
	@test -x .venv/audit/bin/pip-audit || { $(BIN)/python -m venv .venv/audit && .venv/audit/bin/python -m pip --quiet --disable-pip-version-check install pip-audit==2.10.1; }
	@$(BIN)/python -m tests.support.audit .venv/audit/bin/pip-audit

# The portal, the NGNPro server and what they share as a wheel and an sdist in dist/ (docs/packages.md).
wheels: .venv/.installed-dev
	@$(BIN)/python -m hatchling build -d dist

packages:
	@.ci/install-packages

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed (this is $$($(PYTHON) -V)): apt install python3.11 python3.11-venv," \
	         "then 'make PYTHON=python3.11 ...'" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing: apt install python3-venv" >&2; exit 1; }
	@echo "Making a virtual environment in .venv ..."
	@$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python requirements.txt
	@echo "Installing the Python packages of requirements.txt into .venv ..."
	@$(PIP) install -r requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt requirements-telemetry.txt
	@echo "Installing the Python packages of requirements-dev.txt into .venv ..."
	@$(PIP) install -r requirements-dev.txt
	@touch $@
