"""Webhooks: signed, each fact at least once, at every receiver's own pace, and never to where they must not go."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import MovedClock, in_process_centre, inspection_events, line_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook
from webhook_receiver import LOOPBACK, Received, Receiver

from inspection_station.server import ledger
from inspection_station.server.centre import Centre, later
from inspection_station.server.configuration import CentreSettings, WebhookSettings
from inspection_station.server.outgoing import deliveries, endpoints
from inspection_station.server.outgoing.addresses import AddressRefused, check_address, destination, may_go_to
from inspection_station.server.outgoing.deliveries import Outcome, backoff
from inspection_station.server.outgoing.endpoints import Wish
from inspection_station.server.outgoing.postman import Postman
from inspection_station.server.problems import Problem
from inspection_station.server.tables import outgoing_event, webhook_delivery, webhook_endpoint

both = pytest.mark.both_databases
FACTS = 6  # that one closed inspection of one item tells


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def centre(tmp_path: Path, clock: MovedClock) -> Any:
    made = centre_at(tmp_path, clock)
    yield made
    made.close()


def centre_at(folder: Path, clock: MovedClock, private: tuple[str, ...] = LOOPBACK) -> Centre:
    settings = CentreSettings(webhooks=WebhookSettings(private))
    return replace(in_process_centre(folder, clock), settings=settings)


def inspected(centre: Centre, number: int = 1) -> list[str]:
    """One more inspection; the ids of its facts in their order."""
    before = set(fact_ids(centre))
    events = inspection_events(number=number, tracking_number=f"SF{number:013d}")
    ledger.take(centre, "s", [line_of(event) for event in events])
    return [one for one in fact_ids(centre) if one not in before]


def fact_ids(centre: Centre) -> list[str]:
    with centre.database.reader.connect() as connection:
        return list(connection.scalars(sa.select(outgoing_event.c.id).order_by(outgoing_event.c.seq)))


def wanted(centre: Centre, receiver: Receiver, **changes: Any) -> dict[str, Any]:
    return endpoints.make_endpoint(centre, Wish(name="WMS", url=receiver.url, **changes), "admin")


def states(centre: Centre) -> list[str]:
    with centre.database.reader.connect() as connection:
        return list(connection.scalars(sa.select(webhook_delivery.c.state).order_by(webhook_delivery.c.seq)))


def postman(centre: Centre, **options: Any) -> Postman:
    return Postman(centre, **{"answer_seconds": 5, "chance": lambda: 0.0, **options})


def next_time(centre: Centre) -> str:
    """When something is due again, at the only webhook there is."""
    with centre.database.reader.connect() as connection:
        waiting = sa.select(sa.func.min(webhook_delivery.c.next_at)).where(webhook_delivery.c.state == "waiting")
        at = connection.scalar(sa.select(webhook_endpoint.c.next_at).where(webhook_endpoint.c.active == 1))
        soonest = connection.scalar(waiting)
    return "9" if at is None or soonest is None else max(at, soonest)


def passes(centre: Centre, clock: MovedClock, hours: float, stop: Callable[[], bool] | None = None) -> int:
    """Let virtual time pass, with the postman going when something is due; his attempts."""
    end, attempts = later(clock.time, hours=hours), 0
    man = postman(centre)
    while clock.time < end and not (stop and stop()):
        attempts += man.deliver_due()
        clock.time = min(max(next_time(centre), later(clock.time, seconds=1)), end)
    return attempts


@both
def test_facts_arrive_signed_and_in_their_order(tmp_path: Path, clock: MovedClock) -> None:
    centre = centre_at(tmp_path, clock)
    with Receiver() as receiver:
        endpoint = wanted(centre, receiver)
        facts = inspected(centre)
        assert postman(centre).deliver_due() == len(facts) == FACTS
        assert [one.id for one in receiver.received] == facts
        assert postman(centre).deliver_due() == 0
    first = receiver.received[0]
    assert first.path == "/hook?for=us"
    assert first.headers["host"] == f"127.0.0.1:{receiver.port}"
    at = datetime.fromtimestamp(int(first.headers["webhook-timestamp"]), datetime.fromisoformat(clock.time).tzinfo)
    assert abs((at - datetime.fromisoformat(clock.time)).total_seconds()) < 1
    assert first.headers["webhook-signature"] == Webhook(endpoint["secret"]).sign(first.id, at, first.body.decode())
    assert (first.event["type"], first.event["data"]["status"]) == ("parcel.status", "received")
    assert first.event["id"] == first.id
    sequences = [one.event["sequence"] for one in receiver.received]
    assert sequences == sorted(sequences)
    assert states(centre) == ["delivered"] * FACTS
    centre.close()


def test_the_library_of_the_receiver_believes_the_signature(tmp_path: Path) -> None:
    from inspection_station.server.centre import utc_now

    centre = replace(centre_at(tmp_path, MovedClock()), now=utc_now)
    with Receiver() as receiver:
        endpoint = wanted(centre, receiver)
        inspected(centre)
        postman(centre).deliver_due()
    for one in receiver.received:
        assert Webhook(endpoint["secret"]).verify(one.body, one.headers)["id"] == one.id
    centre.close()


def test_a_rotated_secret_signs_beside_the_one_before_for_a_time(centre: Centre, clock: MovedClock) -> None:
    with Receiver() as receiver:
        endpoint = wanted(centre, receiver, types=("inspection.closed",))
        rotated = endpoints.rotate_secret(centre, endpoint["id"], 24)
        inspected(centre, 1)
        postman(centre).deliver_due()
        clock.time = later(clock.time, hours=25)
        inspected(centre, 2)
        postman(centre).deliver_due()
    counts = []
    for one in receiver.received:
        signed = one.headers["webhook-signature"].split(" ")
        at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), datetime.fromisoformat(clock.time).tzinfo)
        secrets = (rotated["secret"], endpoint["secret"])
        mine = [Webhook(secret).sign(one.id, at, one.body.decode()) for secret in secrets]
        counts.append([signature in signed for signature in mine])
    assert counts == [[True, True], [True, False]]


def test_only_the_wanted_types_and_the_sites_own_are_sent(centre: Centre) -> None:
    with Receiver() as receiver, Receiver() as other:
        wanted(centre, receiver, types=("refund.recommended", "item.placed"))
        wanted(centre, other, site="West")
        inspected(centre)
        postman(centre).deliver_due()
    assert [one.event["type"] for one in receiver.received] == ["refund.recommended", "item.placed"]
    assert other.received == []


def test_an_answer_that_is_lost_makes_the_fact_come_again_under_its_id(centre: Centre, clock: MovedClock) -> None:
    lost = [None, None, 204]
    with Receiver(lambda _one: lost.pop(0) if lost else 204) as receiver:
        wanted(centre, receiver)
        facts = inspected(centre)
        passes(centre, clock, 1, stop=lambda: states(centre) == ["delivered"] * FACTS)
    assert receiver.ids == facts
    assert [one.id for one in receiver.received[:3]] == [facts[0]] * 3


@pytest.mark.parametrize("status", [500, 503, 429, 302, 404])
def test_a_receiver_that_refuses_is_tried_again_later_and_loses_nothing(
    centre: Centre, clock: MovedClock, status: int
) -> None:
    down = [True]
    with Receiver(lambda _one: status if down[0] else 200, {"location": "http://127.0.0.1:1/"}) as receiver:
        wanted(centre, receiver)
        facts = inspected(centre)
        assert postman(centre).deliver_due() == 1
        assert postman(centre).deliver_due() == 0  # not yet
        assert states(centre) == ["waiting"] * FACTS
        clock.time = later(clock.time, seconds=6)
        down[0] = False
        postman(centre).deliver_due()
        assert [one.id for one in receiver.received] == [facts[0], *facts]
        assert {one.path for one in receiver.received} == {"/hook?for=us"}


def test_a_receiver_that_says_when_is_not_asked_before(centre: Centre, clock: MovedClock) -> None:
    with Receiver(lambda _one: 429, {"retry-after": "600"}) as receiver:
        wanted(centre, receiver)
        inspected(centre)
        postman(centre).deliver_due()
        clock.time = later(clock.time, seconds=590)
        assert postman(centre).deliver_due() == 0
        clock.time = later(clock.time, seconds=11)
        assert postman(centre).deliver_due() == 1
    assert len(receiver.received) == 2


def test_down_for_31_hours_and_nothing_is_lost(centre: Centre, clock: MovedClock) -> None:
    receiver = Receiver()
    with receiver:
        pass  # its port is known now, and nobody listens there
    wanted(centre, receiver)
    facts = inspected(centre, 1)
    attempts = passes(centre, clock, 31)
    assert 30 < attempts < 70
    facts += inspected(centre, 2)
    with Receiver(port=receiver.port) as receiver:
        passes(centre, clock, 1.01, stop=lambda: states(centre) == ["delivered"] * len(facts))
    assert [one.id for one in receiver.received] == facts
    assert states(centre) == ["delivered"] * FACTS * 2


@both
def test_down_for_33_hours_and_what_is_too_old_can_be_seen_and_sent_again(tmp_path: Path, clock: MovedClock) -> None:
    centre = centre_at(tmp_path, clock)
    down = [True]
    with Receiver(lambda _one: 500 if down[0] else 204) as receiver:
        endpoint = wanted(centre, receiver)
        facts = inspected(centre, 1)
        passes(centre, clock, 31.5)
        assert "dead" not in states(centre)
        young = inspected(centre, 2)
        passes(centre, clock, 1.5)
        assert states(centre) == ["dead"] * FACTS + ["waiting"] * FACTS
        letters = deliveries.dead_letters(centre, endpoint["id"], 0, 100)
        assert [letter["event"]["id"] for letter in letters] == facts
        assert {letter["last_error"] for letter in letters} == {"HTTP 500"}
        [shown] = endpoints.list_endpoints(centre)
        assert (shown["dead"], shown["waiting"]) == (FACTS, FACTS)
        down[0] = False
        receiver.received.clear()
        passes(centre, clock, 1.1, stop=lambda: "waiting" not in states(centre))
        assert sorted(receiver.ids) == sorted(young)
        assert deliveries.resend_dead(centre, endpoint["id"], facts[:2]) == 2
        assert deliveries.resend_dead(centre, endpoint["id"]) == FACTS - 2
        assert deliveries.resend_dead(centre, endpoint["id"]) == 0
        postman(centre).deliver_due()
        assert sorted(receiver.ids) == sorted(young + facts)
    assert states(centre) == ["delivered"] * FACTS * 2
    centre.close()


@pytest.mark.parametrize("status", [400, 500])
def test_one_fact_that_is_refused_does_not_hold_up_the_others(centre: Centre, clock: MovedClock, status: int) -> None:
    def answer(one: Received) -> int:
        return status if one.event["type"] == "item.decided" else 204

    with Receiver(answer) as receiver:
        wanted(centre, receiver)
        facts = inspected(centre)
        passes(centre, clock, 1)
        assert sorted(states(centre)) == ["delivered"] * (FACTS - 1) + ["waiting"]
        passes(centre, clock, 33)
    assert sorted(states(centre)) == ["dead"] + ["delivered"] * (FACTS - 1)
    assert set(receiver.ids) == set(facts)


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(centre: Centre, clock: MovedClock) -> None:
    with Receiver(lambda _one: 410) as receiver:
        endpoint = wanted(centre, receiver)
        inspected(centre)
        passes(centre, clock, 5)
    assert len(receiver.received) == 1
    shown = endpoints.one_endpoint(centre, endpoint["id"])
    assert (shown["active"], shown["stopped"]) == (False, "HTTP 410")
    with Receiver(port=receiver.port) as receiver:
        endpoints.change_endpoint(centre, endpoint["id"], Wish(active=True))
        postman(centre).deliver_due()
        assert len(receiver.received) == FACTS


def test_a_slow_receiver_holds_up_nobody_else(centre: Centre) -> None:
    done = threading.Event()

    def slow(_one: Received) -> int | None:
        done.wait(20)
        return 204

    with Receiver(slow) as slow_one, Receiver() as quick:
        wanted(centre, slow_one)
        wanted(centre, quick)
        facts = inspected(centre)

        def when_all_came(one: Received) -> int:
            if len(quick.received) == len(facts):
                done.set()  # the slow one answers only after the quick one has everything
            return 204

        quick.answer = when_all_came
        with Postman(centre).running():
            assert done.wait(20)
        assert quick.ids == facts


def test_a_receiver_that_never_answers_is_given_up_after_a_time(centre: Centre) -> None:
    done = threading.Event()
    with Receiver(lambda _one: 204 if done.wait(20) else None) as receiver:
        endpoint = wanted(centre, receiver)
        inspected(centre)
        assert postman(centre, answer_seconds=0.2).deliver_due() == 1
        done.set()
    assert endpoints.one_endpoint(centre, endpoint["id"])["last_error"] == "no answer within 0.2 s"


def test_a_range_of_time_is_sent_again_under_the_same_ids(centre: Centre, clock: MovedClock) -> None:
    with Receiver() as receiver:
        row = endpoints.make_endpoint(centre, Wish(name="WMS", url=receiver.url, types=("item.decided",)), "admin")
        times = []
        for number in range(1, 4):
            clock.time = later(clock.time, hours=1)
            times.append(clock.time)
            inspected(centre, number)
            postman(centre).deliver_due()
        came = [one.id for one in receiver.received]
        with centre.database.reader.connect() as connection:
            endpoint = endpoints.find_endpoint(connection, row["id"])
        assert deliveries.replay(centre, endpoint, times[1], times[2]) == 1
        assert deliveries.replay(centre, endpoint, times[1], times[2]) == 0  # it waits already
        postman(centre).deliver_due()
    assert [one.id for one in receiver.received] == [*came, came[1]]


@both
def test_two_postmen_never_deliver_to_one_receiver_at_once(tmp_path: Path, clock: MovedClock) -> None:
    centre = centre_at(tmp_path, clock)
    with Receiver() as receiver:
        for _ in range(6):
            wanted(centre, receiver, types=("inspection.closed",))
        inspected(centre)
        claimed: list[str] = []
        barrier = threading.Barrier(4)

        def claim(name: str) -> None:
            barrier.wait()
            claimed.extend(deliveries.claim(centre, name))

        threads = [threading.Thread(target=claim, args=(f"p{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(claimed) == len(set(claimed)) == 6
        assert deliveries.claim(centre, "p9") == []
        clock.time = later(clock.time, seconds=deliveries.LEASE_SECONDS + 1)  # who held them is dead
        assert len(deliveries.claim(centre, "p9")) == 6
    centre.close()


def test_what_another_postman_delivered_meanwhile_is_not_marked_failed(centre: Centre, clock: MovedClock) -> None:
    with Receiver() as receiver:
        endpoint = wanted(centre, receiver, types=("inspection.closed",))
        inspected(centre)
        deliveries.claim(centre, "one")
        due = deliveries.next_due(centre, endpoint["id"], "one")
        assert due is not None
        clock.time = later(clock.time, seconds=deliveries.LEASE_SECONDS + 1)
        postman(centre).deliver_due()
        assert not deliveries.mark(centre, due, "one", Outcome(500))
        assert states(centre) == ["delivered"]
        assert deliveries.next_due(centre, endpoint["id"], "one") is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.4.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1",
     "ff02::1", "198.18.0.1", "240.0.0.1", "nonsense", ""],
)  # fmt: skip
def test_addresses_inside_the_house_are_refused(address: str) -> None:
    assert not may_go_to(address, ())


def test_addresses_outside_are_allowed_and_inside_what_the_administrator_says() -> None:
    for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"):
        assert may_go_to(address, ())
    assert may_go_to("10.2.3.4", ("10.2.0.0/16",)) and not may_go_to("10.3.3.4", ("10.2.0.0/16",))
    assert may_go_to("::ffff:10.2.3.4", ("10.2.0.0/16",))


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/", "file:///etc/passwd", "//x.example", "http://", "http://user:pw@x.example/", "http://a b/",
     "http://x.example:99999/", "http://x.example/#part", "http://[::1", "http://127.0.0.1/", "http://localhost/",
     "http://localhost./x", "http://[::1]:8080/", "http://\u6d4b\u8bd5/", "http://x.example/\r\nHost: y",
     "http://" + "x" * 600],
)  # fmt: skip
def test_an_address_that_is_none_or_private_is_refused_when_it_is_told(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(url, ())


@pytest.mark.parametrize("url", ["http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://localhost/"])
def test_other_ways_to_write_a_private_address_are_refused_when_something_is_sent(url: str) -> None:
    with pytest.raises((AddressRefused, OSError)):
        asyncio.run(destination(url, ()))


def test_what_was_checked_is_where_it_goes() -> None:
    to = asyncio.run(destination("https://localhost:8443/a?b=c", ("127.0.0.0/8", "::1/128")))
    assert to.url in ("https://127.0.0.1:8443/a?b=c", "https://[::1]:8443/a?b=c")
    assert (to.host, to.authority) == ("localhost", "localhost:8443")


def test_a_private_address_is_not_sent_to_even_when_its_name_was_told_before(tmp_path: Path, clock: MovedClock) -> None:
    allowed = centre_at(tmp_path, clock)
    with Receiver() as receiver:
        endpoint = wanted(allowed, receiver)
        inspected(allowed)
        forbidden = replace(allowed, settings=CentreSettings())
        assert postman(forbidden).deliver_due() == 1
        assert receiver.received == []
    assert endpoints.one_endpoint(allowed, endpoint["id"])["last_error"] == "not sent: a private address"
    with pytest.raises(Problem) as refused:
        wanted(forbidden, receiver)
    assert refused.value.code == "webhook.address"
    allowed.close()


def test_backoff_doubles_to_an_hour_with_chance() -> None:
    whole = [backoff(number, lambda: 0.0) for number in range(1, 15)]
    assert whole[:4] == [5, 10, 20, 40] and whole[-1] == 3600 == max(whole)
    assert backoff(3, lambda: 1.0) == 10


def test_only_certificates_that_can_be_trusted_are_sent_to(centre: Centre, tmp_path: Path) -> None:
    trust, believing = certified(tmp_path, "127.0.0.1")
    strange, _ = certified(tmp_path, "other.example")
    with Receiver(trust=trust) as receiver, Receiver(trust=strange) as misnamed:
        mine = wanted(centre, receiver)
        other = wanted(centre, misnamed)
        facts = inspected(centre)
        postman(centre).deliver_due()  # by the system's certificates neither is known
        assert receiver.received == misnamed.received == []
        errors = [endpoints.one_endpoint(centre, one["id"])["last_error"] for one in (mine, other)]
        assert errors == ["the certificate is not to be trusted"] * 2
        for one in (mine, other):
            endpoints.change_endpoint(centre, one["id"], Wish(active=True))
            assert deliveries.resend_dead(centre, one["id"]) == 0
        now_due(centre)
        postman(centre, trust=believing).deliver_due()
        assert receiver.ids == facts and misnamed.received == []


def now_due(centre: Centre) -> None:
    with centre.database.writer.begin() as connection:
        connection.execute(sa.update(webhook_delivery).values(next_at=""))


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own for `name`, and a sender's that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    named = x509.DNSName(name) if name[0].isalpha() else x509.IPAddress(ipaddress.ip_address(name))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, secret)
    return serving, ssl.create_default_context(cafile=str(certificate))
