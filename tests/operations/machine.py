"""An empty copy of this machine: its files below a layer that is thrown away, in a mount namespace of its own.

It needs root and Linux. What runs in it is killed at its end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_MARK = "NGNPRO_WALK_FOLDER"
SYSTEMCTL = Path(__file__).with_name("systemctl.py")


def enter(module: str, folder: Path) -> None:
    """Run a module again in a namespace of its own, where mounts are not seen from outside, and end with its status."""
    if os.environ.get(_MARK):
        return
    if os.geteuid():
        raise SystemExit("This needs root: it makes an empty copy of the machine, on which it is root, too.")
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
    done = subprocess.run([*command, sys.executable, "-m", module], env={**os.environ, _MARK: str(folder)}, check=False)
    raise SystemExit(done.returncode)


def inside_folder() -> Path:
    """Return the folder of the copy, in the namespace."""
    return Path(os.environ[_MARK])


@dataclass(frozen=True, slots=True)
class Machine:
    """The copy; ``root`` is its root folder here."""

    root: Path
    network: Path

    @classmethod
    def make(cls, folder: Path, checkout: Path) -> Machine:
        """Mount the copy in a folder; ``checkout`` is readable in it as /repository."""
        _run("mount", "-t", "tmpfs", "tmpfs", str(folder))
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()
        root = folder / "root"
        layers = f"lowerdir=/,upperdir={folder}/upper,workdir={folder}/work"
        _run("mount", "-t", "overlay", "overlay", "-o", layers, str(root))
        _run("mount", "-t", "proc", "proc", str(root / "proc"))
        _run("mount", "--rbind", "/dev", str(root / "dev"))
        _run("mount", "-t", "tmpfs", "tmpfs", str(root / "run"))
        (root / "repository").mkdir()
        _run("mount", "--bind", str(checkout), str(root / "repository"))
        # a network of its own, with the loopback alone, so that its ports are free
        network = folder / "network"
        network.touch()
        _run("unshare", f"--net={network}", "ip", "link", "set", "lo", "up")
        machine = cls(root, network)
        (shutil.copy(SYSTEMCTL, root / "usr/local/sbin/systemctl")).chmod(0o755)
        return machine

    def run(self, commands: str, *, online: bool = False) -> subprocess.CompletedProcess[str]:
        """Run commands of a shell as root, with the environment of a login; stop at the first that fails.

        ``online``: in the network of this machine, for packages, instead of the copy's own.
        """
        environment = {"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
        environment["DEBIAN_FRONTEND"] = "noninteractive"
        environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        return subprocess.run(
            [
                *([] if online else ["nsenter", f"--net={self.network}"]),
                "chroot",
                str(self.root),
                "sh",
                "-ec",
                commands,
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
