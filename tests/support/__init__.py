"""What tests share: real processes, and the double of NGNPro."""
