"""Tells people by e-mail what happened: each of them once for each event.

In: events of topic `paper-events` by queue, alarms by topic, SendGrid's webhook, operators' looks.
Out: e-mails through SendGrid, one row per mail in the ledger, finished events in the inbox.
"""
