"""The operators room: the portal's administrators, the only people whose accounts the portal itself stores."""
