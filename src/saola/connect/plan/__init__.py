"""Sites, radio, backhaul and power chosen together, with the proof of how good the choice is."""
