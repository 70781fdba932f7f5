"""What the centre refused, in one file that anybody can check: JSON lines, the photos, and the hash of every part."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inspection_station.durable_files import keep_under_name
from inspection_station.errors import N_, StationProblem

RECORDS, SUMS = "records.jsonl", "SHA256SUMS"


def write_refused(target: Path, lines: Sequence[Mapping[str, Any]], photos: Mapping[str, Path]) -> str:
    """Write `lines` and the bytes of `photos` (by SHA-256) to the zip `target`, whole or not at all; its SHA-256.

    ``SHA256SUMS`` inside is of the form that ``sha256sum -c`` reads. A photo that is not on the disk is left out and
    named in ``missing.txt``; one whose bytes have changed is there as it is, and does not fit its name.

    Raises:
        StationProblem: ``export.unwritable``.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
            text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines).encode()
            bundle.writestr(RECORDS, text)
            sums, missing = {RECORDS: hashlib.sha256(text).hexdigest()}, []
            for sha256, path in photos.items():
                try:
                    data = path.read_bytes()
                except FileNotFoundError:
                    missing.append(sha256)
                    continue
                bundle.writestr(zipfile.ZipInfo(f"photos/{sha256}.jpg"), data)
                sums[f"photos/{sha256}.jpg"] = hashlib.sha256(data).hexdigest()
            if missing:
                listed = "".join(f"{sha256}\n" for sha256 in missing).encode()
                bundle.writestr("missing.txt", listed)
                sums["missing.txt"] = hashlib.sha256(listed).hexdigest()
            bundle.writestr(SUMS, "".join(f"{digest}  {name}\n" for name, digest in sums.items()))
        keep_under_name(part, target)
        return hashlib.sha256(target.read_bytes()).hexdigest()
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StationProblem(
            "export.unwritable",
            N_("The file {path} cannot be written: {reason}"),
            N_("Make room on the disk, or call the lead."),
            path=target,
            reason=error.strerror or str(error),
        ) from error
