"""What the pages about forwarding read from NGNPro and write to it."""
