"""Sends messages with a client that others wrote: python event_clients.py CLIENT ADDRESS WRITE_KEY."""

import sys

import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

name, address, write_key = sys.argv[1:]
failed: list[Exception] = []
if name == "rudderstack":
    client = rudder.Client(write_key, host=address, gzip=True)
else:
    client = segment.Client(
        write_key,
        host=address,
        gzip=name == "segment-packed",
        max_retries=5,
        on_error=lambda e, _: failed.append(str(e)),
    )
client.page(anonymous_id="a1", name="Pricing", properties={"path": "/pricing"})
client.identify("c1", {"email": "ana@example.com", "plan": "Team"}, anonymous_id="a1")
client.track("c1", "Order Completed", {"revenue": 30, "order_id": "o1"})
client.group("c1", "halden", {"name": "Halden Print", "employees": 120})
client.shutdown()
sys.exit(3 if failed else 0)
