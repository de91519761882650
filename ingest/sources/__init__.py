"""One module per publisher's file. Each has the same three steps: fetch, read, parse."""
