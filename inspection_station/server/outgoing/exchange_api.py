"""For other systems over HTTP: facts to fetch, EPCIS events, results as files, and expected returns in."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import anyio
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from inspection_station.errors import StationProblem
from inspection_station.i18n import translate_into
from inspection_station.server.centre import Centre
from inspection_station.server.described import JSON, answers, form_of
from inspection_station.server.outgoing.epcis import CONTEXT
from inspection_station.server.outgoing.epcis_feed import epcis_page
from inspection_station.server.outgoing.event_feed import MOST, read_page, told_page
from inspection_station.server.outgoing.exports import ExportFormat, wish_of, write_export, zone_of
from inspection_station.server.outgoing.facts import FactType
from inspection_station.server.outgoing.webhook_api import EVENT, Limit, count_in
from inspection_station.server.problems import Problem, json_response
from inspection_station.server.reference_import import ImportReport, import_returns, shipped_lists
from inspection_station.server.requests import BODY_SECONDS
from inspection_station.server.rights import BEARER, UNPROVED, Right, caller_of
from inspection_station.workflows.import_mapping import ImportMapping
from inspection_station.workflows.returns_import import load_mapping

LARGEST_IMPORT = 64 * 1024 * 1024  # bytes
MAPPINGS = "mappings"  # folder of the data folder
MOST_FAULTS_TOLD = 1000
_BLOCK = 1 << 16
_SPOOLED = 1 << 20  # bytes of a small export stay in memory
_MAPPING = re.compile(r"[A-Za-z0-9_-]{1,64}")

_EPCIS = {
    "@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-21T02:42:33.120Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "AggregationEvent", "eventID": "urn:uuid:5c9c2a0e-6f57-5b4b-8a7e-7c0f2b1d9a10",
                "eventTime": "2026-11-21T02:42:33.120Z", "eventTimeZoneOffset": "+00:00", "action": "ADD",
                "bizStep": "storing", "disposition": "sellable_not_accessible",
                "parentID": "urn:inspection-station:tote:T-000001X",
                "childEPCs": ["https://id.gs1.org/01/06901234567892/21/SN-778"],
            }
        ]
    },
}  # fmt: skip
_FAULT = {"line": 7, "column": "sku", "zh": "不能为空", "en": "must not be empty"}
_REPORT = {
    "rows": 120, "taken": 57, "new": 50, "changed": 52, "unchanged": 5, "bad_rows": 2, "preview": False,
    "faults": [_FAULT],
}  # fmt: skip
_RETURNS_CSV = (
    "client,shop,return_number,order_number,kind,platform,carrier,tracking_numbers,reason,delivered_on,line,sku,gtins,"
    "name_zh,name_en,quantity,category,unit_price,currency\r\n"
    "acme,flagship,RMA-20911,TB-77120,return,tmall,SF,SF1234567890123,no_reason_7d,2026-11-14,1,EP-300-W,6901234567892,"
    "无线耳机,Earphones,1,electronics,599.00,CNY\r\n"
)
_TAKES_RETURNS = {
    "requestBody": {
        "required": True,
        "description": "A CSV, XLSX or JSON file, or one JSON object a line; which of them, its first bytes say.",
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": _RETURNS_CSV},
            JSON: {"schema": {}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            ExportFormat.XLSX.media_type: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def exchange_routes(centre: Centre) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", dependencies=[BEARER])
    _facts(centre, routes)
    _files(centre, routes)
    return routes


def _facts(centre: Centre, routes: APIRouter) -> None:
    @routes.get(
        "/events",
        tags=["events"],
        responses=answers(
            {"events": [EVENT], "cursor": "ZTFh…", "more": False}, *UNPROVED, "request.malformed", "events.bad_cursor",
            "events.other_epoch",
        ),
    )  # fmt: skip
    def events(request: Request, after: str = "", limit: Limit = "", types: str = "") -> Response:
        """What became known, in an order in which nothing comes before what was told already.

        `after` is the `cursor` of the page before; empty begins with the first. `types`, separated by commas, names
        those to tell. After a restore of the centre the place is void (409): from the beginning, ids tell doubles.
        """
        caller = caller_of(centre, request).must(Right.READ_EVENTS)
        wanted = {part.strip() for part in types.split(",") if part.strip()}
        if not wanted <= {kind.value for kind in FactType}:
            raise Problem("request.malformed")
        return json_response(told_page(*read_page(centre, after, count_in(limit, 100, MOST), wanted, caller.site)))

    @routes.get(
        "/epcis/events",
        tags=["events"],
        responses=answers(_EPCIS, *UNPROVED, "events.bad_cursor", "events.other_epoch"),
    )
    def epcis(
        request: Request,
        after: Annotated[str, Query(alias="nextPageToken")] = "",
        limit: Annotated[str, Query(alias="perPage")] = "",
    ) -> Response:
        """The same as an EPCIS 2.0 document (JSON-LD). The header `Link` names the next page, also when none is yet."""
        caller = caller_of(centre, request).must(Right.READ_EVENTS)
        wanted = count_in(limit, 100, MOST)
        told, cursor, more = epcis_page(centre, after, wanted, caller.site)
        headers = {
            "Link": f'</api/v1/epcis/events?perPage={wanted}&nextPageToken={cursor}>; rel="next"',
            "GS1-EPCIS-Version": "2.0.0",
            "GS1-CBV-Version": "2.0.0",
            "More-Events": "true" if more else "false",
        }
        return json_response(told, headers=headers)


def _files(centre: Centre, routes: APIRouter) -> None:
    described = answers({"results": []}, *UNPROVED, "export.malformed")
    described[200] = {
        "description": "The file.",
        "content": {
            ExportFormat.CSV.media_type.partition(";")[0]: {"schema": {"type": "string"}},
            ExportFormat.XLSX.media_type: {"schema": {"type": "string", "format": "binary"}},
            JSON: {"schema": form_of({"results": [{"rt_number": "RT-261121-04300001", "grade": "A"}]})},
        },
    }

    @routes.get("/exports/results", tags=["exports"], responses=described)
    def results(
        request: Request,
        form: Annotated[str, Query(alias="format", description="csv, xlsx or json", examples=["csv"])] = "csv",
        start: Annotated[str, Query(alias="from", description="day of the site, or time")] = "",
        end: Annotated[str, Query(alias="to", description="the last day, or the time before")] = "",
        grade: str = "",
        disposition: str = "",
        station: str = "",
    ) -> Response:
        """The results of closed inspections as a file; several grades, dispositions or stations with commas between."""
        caller = caller_of(centre, request).must(Right.EXPORT_RESULTS)
        told = {"from": start, "to": end, "grade": grade, "disposition": disposition, "station": station}
        try:
            kind = ExportFormat(form)
            wanted = wish_of(told, zone_of(centre), caller.site)
        except (ValueError, StationProblem):
            raise Problem("export.malformed") from None
        file = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 -- closed when it was sent
        try:
            write_export(centre, wanted, kind, file)  # type: ignore[arg-type]
            size = file.tell()
            file.seek(0)
        except BaseException:
            file.close()
            raise
        headers = {
            "content-disposition": f'attachment; filename="results.{kind.value}"',
            "content-length": str(size),
        }
        return StreamingResponse(_parts(file), headers=headers, media_type=kind.media_type)

    @routes.post(
        "/returns",
        tags=["returns"],
        openapi_extra=_TAKES_RETURNS,
        responses=answers(
            _REPORT, *UNPROVED, "request.malformed", "request.too_large", "request.slow", "returns.unusable"
        ),
    )
    async def returns(request: Request, mapping: str = "", preview: str = "") -> Response:
        """Expected returns in, by the same rules as at the bench; the same file again changes nothing.

        A return goes in whole or not at all: `faults` names line and column of every row that is not right (1000 at
        most), and the others go in. A file that is wrong as a whole is refused (422) with the same report. `mapping`
        names a file of the centre's folder "mappings" that says which of our fields stands in which column;
        `preview=1` says what would come and takes nothing.
        """
        (await run_in_threadpool(caller_of, centre, request)).must(Right.TELL_RETURNS)
        known = await run_in_threadpool(_mapping, centre, mapping) if mapping else None
        with tempfile.NamedTemporaryFile(suffix=".import") as file:
            await _receive(request, file)
            return await run_in_threadpool(_take, centre, Path(file.name), known, preview == "1")


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_BLOCK):
            yield part


async def _receive(request: Request, file: IO[bytes]) -> None:
    size = 0
    try:
        with anyio.fail_after(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST_IMPORT:
                    raise Problem("request.too_large")
                file.write(part)
    except TimeoutError:
        raise Problem("request.slow") from None
    file.flush()


def _mapping(centre: Centre, name: str) -> ImportMapping:
    path = centre.database.path.parent / MAPPINGS / f"{name}.yaml"
    if not _MAPPING.fullmatch(name) or not path.is_file():
        raise Problem("returns.unusable", reason="mapping")
    try:
        return load_mapping(path, shipped_lists())
    except StationProblem as problem:
        raise Problem("returns.unusable", reason=str(problem)[:500]) from None


def _take(centre: Centre, path: Path, mapping: ImportMapping | None, preview: bool) -> Response:
    try:
        report = import_returns(centre, path, mapping=mapping, preview=preview)
    except StationProblem as problem:
        raise Problem("returns.unusable", reason=str(problem)[:500]) from None
    if report.unusable:
        first = report.faults[0] if report.faults else None
        reason = translate_into("en", first.fault, **first.values) if first else ""
        raise Problem("returns.unusable", reason=reason, **told_report(report, preview))
    return json_response(told_report(report, preview))


def told_report(report: ImportReport, preview: bool) -> dict[str, Any]:
    """What became of a file, for who sent it."""
    faults = [
        {
            "line": fault.line,
            "column": fault.column,
            "zh": translate_into("zh_CN", fault.fault, **fault.values),
            "en": translate_into("en", fault.fault, **fault.values),
        }
        for fault in report.faults[:MOST_FAULTS_TOLD]
    ]
    counts = {
        name: getattr(report, name) for name in ("rows", "taken", "new", "changed", "unchanged", "bad_rows")
    }
    return {**counts, "preview": preview, "faults": faults}
