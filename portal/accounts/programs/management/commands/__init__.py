"""The commands of the programs room, each a module of its name."""
