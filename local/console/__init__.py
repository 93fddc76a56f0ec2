"""The laptop cloud's console: a stand-in for SendGrid, its mailbox, and pages on what runs."""
