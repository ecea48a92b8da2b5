"""What both registers share: intake, batches, what was set aside, who read whom."""
