"""The commands of the programs room."""
