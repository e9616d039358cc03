"""A program that tries passwords and second factors in many threads at once and prints the outcomes as JSON.

The database is a SQLite file, or the one at the URL in the first argument.
"""
# ruff: noqa: E402 - Django is set up before its models are imported

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import dj_database_url
import django
from django.conf import settings

if len(sys.argv) > 1:
    settings.DATABASES["default"] = dj_database_url.parse(sys.argv[1])
settings.NGNPRO_USERNAME = settings.NGNPRO_PASSWORD = "nobody-asks-it"
django.setup()

from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import setup_test_environment

from portal.core import servers
from portal.core.sealing import keep_secret_once
from portal.ngnpro import Engine
from portal.ngnpro.client import GATES
from portal.ngnpro.engines import Engines
from portal.ngnpro.gate import Gate
from portal.people import factors, links
from portal.people.factors import FactorsLocked, forget_factor_tries, make_recovery_codes
from portal.people.login import OPERATOR_BACKEND
from portal.people.models import OneUseLink, SignInTry
from portal.people.operators.models import Operator
from portal.people.own.views import CODES
from portal.people.password_reset.services import request_password_link
from tests.support.factors import app_of
from tests.support.server import make_server
from tests.support.wsgi import wsgi_session

THREADS = 16
PASSWORD = "correct-horse-battery"


def race(attempt: Callable[[int], object]) -> Counter[str]:
    """Run an attempt in all threads at the same moment and count the outcomes."""
    start, outcomes = threading.Barrier(THREADS), []

    def run(number: int) -> None:
        connection.ensure_connection()
        start.wait()
        try:
            outcomes.append(str(attempt(number)))
        except FactorsLocked:
            outcomes.append("paused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def race_sign_ins(name: str, source: str) -> dict[str, Any]:
    """Sign in with a wrong password in all threads, and return how many of them NGNPro was asked for.

    ``{}`` in the name and in the source stands for the number of the thread.
    """
    with tempfile.TemporaryDirectory() as folder:
        server = make_server(Path(folder))
        engine = Engine(url="http://ngnpro.test/", username="admin", password=server.config.administrator.password)
        session = wsgi_session(server.app)
        adapter: Any = session.get_adapter(engine.url)
        with GATES.using(Gate(engine, session)), servers.using_engines(Engines({engine.name: engine}, engine.name)):

            def post(number: int) -> int:
                data = {"username": name.format(number), "password": "wrong"}
                return Client().post("/session/sign-in/", data, REMOTE_ADDR=source.format(number)).status_code

            statuses = race(post)
        return {"asked": len(adapter.requests), **counted_and_refused(statuses)}


def counted_and_refused(statuses: Counter[str]) -> dict[str, int]:
    """Return the number of counted tries, which are deleted, and of refused requests."""
    counted = SignInTry.objects.count()
    SignInTry.objects.all().delete()
    return {"counted": counted, "refused": statuses["422"] + statuses["429"]}


def race_confirmations(operator: Operator) -> dict[str, Any]:
    """Confirm a change with a wrong password in all threads, all in one session."""
    signed_in = Client()
    signed_in.force_login(operator, backend=OPERATOR_BACKEND)

    def post(_number: int) -> int:
        browser = Client()
        browser.cookies = signed_in.cookies
        return browser.post("/operators/own/email/", {"email": "a@example.net", "password": "wrong"}).status_code

    return counted_and_refused(race(post))


def race_for_a_secret(operator: Operator, codes: list[str]) -> Counter[str]:
    """Open the page that shows recovery codes once in all threads, all in one session."""
    signed_in = Client()
    signed_in.force_login(operator, backend=OPERATOR_BACKEND)
    request = HttpRequest()
    request.session = signed_in.session
    keep_secret_once(request, CODES, "\n".join(codes))
    request.session.save()

    def is_shown(_number: int) -> bool:
        browser = Client()
        browser.cookies = signed_in.cookies
        return codes[0] in browser.get("/operators/own/codes/").content.decode()

    return race(is_shown)


def main() -> None:
    """Run all races."""
    setup_test_environment()
    call_command("migrate", verbosity=0)
    settings.SIGN_IN_TRIES_PER_NAME, settings.SIGN_IN_TRIES_PER_SOURCE = 6, 7
    operator = Operator.objects.create_user("ines", PASSWORD)
    app, codes = app_of(operator), make_recovery_codes(operator)
    wrong = "000000" if app.now() != "000000" else "111111"
    found: dict[str, Any] = {
        "a name from one source": race_sign_ins("harbour", "192.0.2.1"),
        "a name from many sources": race_sign_ins("harbour", "192.0.2.{}"),
        "many names from one source": race_sign_ins("name{}", "192.0.2.1"),
        "an operator's name": race_sign_ins("ines", "192.0.2.1"),
        "confirmations": race_confirmations(operator),
    }

    found["a secret shown once"] = race_for_a_secret(operator, codes)

    def prove(code: str, passkey: str = "") -> bool:
        request = HttpRequest()
        request.session = {}  # type: ignore[assignment]
        request.META |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
        return factors.verify_second_factor(request, operator, code, passkey)

    guesses = [(wrong, ""), ("a-recovery-code", ""), ("", "{}")]
    found["guesses"] = race(lambda number: prove(*guesses[number % 3]))
    forget_factor_tries(operator)
    code = app.now()
    found["one code"] = race(lambda _number: prove(code))
    forget_factor_tries(operator)
    found["one recovery code"] = race(lambda _number: prove(codes[0]))
    forget_factor_tries(operator)
    half = Client()
    half.post("/session/sign-in/", {"username": "ines", "password": PASSWORD})

    def post(_number: int) -> int:
        browser = Client()
        browser.cookies = half.cookies
        return browser.post("/session/second/", {"code": wrong}).status_code

    found["one half session"] = counted_and_refused(race(post))
    found["password links of one name"] = race(
        lambda number: request_password_link("ada@example.com", f"192.0.2.{number}") is not None
    )

    def make_account_link(_number: int) -> bool:
        same = {"purpose": OneUseLink.Purpose.REMOVAL, "subject": "ada@example.com"}
        with links.account_link_lock(*same.values(), "") as may_make:
            if may_make:
                OneUseLink.objects.create(**same, role="subscriber", engine=servers.engine("").name)
            return may_make

    found["links of one account"] = race(make_account_link)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
