"""The audit log: events written with what they record, in a tree anyone can check."""
