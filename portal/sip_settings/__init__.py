"""The address at which programs find the settings of a subscriber, as they did in CDRTool."""
