"""Returns inspection station: the desktop application at the receiving bench and its central server."""

import os as _os

__version__ = "0.1.0"

# OpenCV reads its limit once, when it is first imported; the same number as picture_files.LARGEST_PICTURE_PIXELS.
_os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "52428800"
