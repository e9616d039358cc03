"""The customers room: resellers and their customers, who own everything else."""
