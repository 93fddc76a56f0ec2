"""The console's web pages: start page, mailbox, queues, logs and fault switches."""
