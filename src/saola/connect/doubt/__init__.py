"""What a plan costs if prices, demand and policy turn out otherwise."""
