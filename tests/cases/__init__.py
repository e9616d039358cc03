"""What real people sent, from public bug reports: each input is understood or refused in words, on every door."""
