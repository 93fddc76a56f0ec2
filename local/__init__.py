"""The laptop cloud: AWS, SendGrid and a mailbox on 127.0.0.1, and the apps deployed into them."""
