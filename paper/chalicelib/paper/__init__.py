"""Papers: students submit them for feedback, coordinators assign a tutor.

In come HTTP requests, the stream of the events table and a daily schedule; out go rows of the
papers and events tables, texts in the files bucket and events on the topic `paper-events`.
"""
