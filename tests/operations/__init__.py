"""`make walk-operations`: the commands of docs/operations.md, run on an empty copy of this machine."""
