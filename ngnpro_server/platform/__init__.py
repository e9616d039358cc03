"""The tables of a real platform: what the SIP proxy, the DNS server and the voicemail server read, as views of ours."""
