"""Walks through docs/operations.md on an empty copy of this machine: `make walk-operations` (root, Debian).

The commands of the page on installing, services, nginx, backups and upgrades are run as they are written, by the user
that they name; only what the page leaves to the reader is filled in: the repository, the file of the backup and its
key, and the certificate. It prints how each block ended, and ends with status 1 at the first that fails. systemd is not
the first process of the copy, so ``systemctl`` is a stand-in that runs the units as they say.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from .machine import Machine, enter, inside_folder
from .pages import Block, under

CHECKOUT = Path(__file__).resolve().parents[2]
LOSS = """systemctl stop portal-worker portal ngnpro
rm -r /var/lib/portal
install -d -o portal -g portal -m 700 /var/lib/portal
for name in portal ngnpro
do runuser -u postgres -- dropdb $name
   runuser -u postgres -- createdb --owner portal $name
done"""
# The scheduler needs a moment before it has done anything.
CHECK = """for time in $(seq 40)
do as-portal .venv/bin/python manage.py check_install && exit 0
   sleep 5
done
exit 1"""
CERTIFICATE = """openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=portal.example.com \
-keyout /etc/ssl/private/portal.key -out /etc/ssl/portal.pem"""
SIGN_IN = """
import re, requests, sys
requests.packages.urllib3.disable_warnings()
browser = requests.Session()
browser.verify = False
url, head = "https://127.0.0.1/session/sign-in/", {"Host": "portal.example.com", "Referer": "https://portal.example.com/"}
token = re.search('csrfmiddlewaretoken" value="([^"]+)', browser.get(url, headers=head).text)[1]
browser.cookies.update({each.name: each.value for each in browser.cookies})
form = {"username": "operator", "password": sys.argv[1], "csrfmiddlewaretoken": token}
cookies = {each.name: each.value for each in browser.cookies}
answer = browser.post(url, form, headers=head, cookies=cookies, allow_redirects=False)
print(answer.status_code, answer.headers.get("Location"))
sys.exit(answer.status_code != 302)
"""


class Walk:
    """The walk: what was run so far, on a machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def step(self, what: str, commands: str, *, online: bool = False) -> str:
        """Run commands and print how they ended; end the walk if they failed. Returns the output."""
        done = self._machine.run(commands, online=online)
        print(f"{'ok  ' if done.returncode == 0 else 'FAILED'} {what}", flush=True)
        if done.returncode:
            print(f"{commands}\n--- status {done.returncode}:\n{done.stdout}")
            print(self._machine.run("tail -n 30 /var/log/ngnpro.log /var/log/portal*.log; true").stdout)
            raise SystemExit(1)
        return done.stdout

    def blocks(self, heading: str) -> str:
        """Run the commands under a heading, and write the settings that it shows; return the output."""
        output = ""
        for block in under(heading):
            if block.is_settings:
                # the copy's network has no mail server of that name
                known = "\n".join(line for line in block.text.splitlines() if "SMTP_HOST" not in line)
                self.step(f"{heading}: settings", f"cat >> /etc/portal.env <<'END'\n{known}\nEND")
            else:
                online = "apt-get" in block.text or "pip install" in block.text
                output += self.step(f"{heading}: {_first(block)}", _filled_in(block.text), online=online)
        return output

    def sign_in(self, password: str) -> None:
        """Sign in through nginx."""
        program = "/srv/portal/app/.venv/bin/python"
        self.step(
            "a person signs in", f"cat > /tmp/sign_in.py <<'END'\n{SIGN_IN}END\n{program} /tmp/sign_in.py {password}"
        )


def _first(block: Block) -> str:
    return block.text.splitlines()[0]


def _filled_in(commands: str) -> str:
    """Fill in what the page leaves to its reader; the reader is in the folder of the program once it is there."""
    known = {'"$REPOSITORY"': "file:///repository", " FILE": " $(ls /srv/backups/*)", " KEY": " /srv/key"}
    for name, value in known.items():
        commands = commands.replace(name, value)
    return f"cd /srv/portal/app 2>/dev/null || cd /\n{commands}"


def walk(machine: Machine) -> None:
    """Install, start, look, back up, lose everything, restore, and upgrade."""
    steps = Walk(machine)
    machine.run("git config --system --add safe.directory '*'")
    [password] = re.findall(r"(?m)^Password: +(\S+)$", steps.blocks("Installing"))
    steps.blocks("Services")
    steps.step("a certificate", CERTIFICATE)
    [site] = under("nginx with TLS", "nginx")
    steps.step("nginx: the site", f"cat > /etc/nginx/sites-enabled/default <<'END'\n{site.text}\nEND\nnginx -t")
    steps.step("nginx", "systemctl start nginx")
    steps.sign_in(password)
    steps.step("check_install while it runs", CHECK)
    encrypt(steps)
    steps.blocks("Backups")
    steps.step("everything is lost", LOSS)
    steps.blocks("Restoring")
    steps.step("a start", "systemctl start ngnpro portal portal-worker")
    steps.sign_in(password)
    steps.blocks("Upgrades")
    steps.sign_in(password)


def encrypt(steps: Walk) -> None:
    """Create the keys of backups; the secret one is stored outside of what will be lost."""
    printed = steps.step("keys of backups", "as-portal .venv/bin/python manage.py backup --new-key")
    [public] = re.findall(r"PORTAL_BACKUP_RECIPIENTS=(\S+)", printed)
    secret = printed.splitlines()[-1]
    keep = f"install -m 640 -g portal /dev/null /srv/key\necho {secret} > /srv/key"
    steps.step("the public key is a setting", f"{keep}\necho PORTAL_BACKUP_RECIPIENTS={public} >> /etc/portal.env")


def main() -> int:
    """Make the machine and walk."""
    with tempfile.TemporaryDirectory(prefix="ngnpro-walk-") as folder:
        enter("tests.operations", Path(folder))
    walk(Machine.make(inside_folder(), CHECKOUT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
