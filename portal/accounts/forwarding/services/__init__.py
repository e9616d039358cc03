"""Services that read and write the forwarding of an account in NGNPro."""
