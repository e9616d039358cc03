"""The room of statistics: how much domains are used, how NGNPro's interface is, and the machines of the platform."""
