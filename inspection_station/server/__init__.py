"""The centre: takes records and photos from stations, tells them what to expect, shows the evidence."""
