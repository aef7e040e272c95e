"""The verbs of `policywatch`, by what they are about; each is a few lines that call a room."""
