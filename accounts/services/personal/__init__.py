"""A person's data: found, handed over as JSON, taken out of everywhere."""
