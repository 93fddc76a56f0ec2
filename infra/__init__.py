"""Take the apps from this repository to a running stage, on AWS or on the laptop cloud."""
