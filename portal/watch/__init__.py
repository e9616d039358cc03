"""What the NGNPro server watches by itself: alarms, and the mails about them and about missed calls."""
