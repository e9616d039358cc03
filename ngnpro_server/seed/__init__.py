"""The `seed` command, which creates a demo platform, or a large one for measurements, with fictitious data only."""
