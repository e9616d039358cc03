"""The account room: how resellers and customers sign in, whose records NGNPro stores."""
