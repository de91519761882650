"""Names of people: taken apart, put side by side and scored."""
