"""Photos at the centre: named by the SHA-256 of their bytes, on its own disk or in a bucket of an S3 store.

`store` says what every store can do, `disk` and `s3` are the two, `spool` is where a photo grows while it arrives,
`scrub` reads all of them again, and `opening` picks the store that the settings name.
"""
