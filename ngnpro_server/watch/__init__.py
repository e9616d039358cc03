"""What the server does by itself, from time to time: it rates calls, raises alarms, and looks after gateways."""
