"""The second step of signing in, for operators with an authenticator app or a passkey."""
