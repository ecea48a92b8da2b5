"""The running system: settings, addresses and the apps."""
