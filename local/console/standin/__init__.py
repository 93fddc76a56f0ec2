"""A stand-in for SendGrid: its mail endpoint, its validation and its signed event webhooks."""
