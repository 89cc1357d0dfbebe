"""What the product does for its users: each service runs the graph or a rule, then writes in one transaction."""
