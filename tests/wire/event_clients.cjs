// Sends the same three messages with a client that others wrote: node event_clients.cjs CLIENT ADDRESS WRITE_KEY
const [client, address, writeKey] = process.argv.slice(2);

async function segment() {
  const { Analytics } = require("@segment/analytics-node");
  const analytics = new Analytics({ writeKey, host: address, maxRetries: 3, flushInterval: 100 });
  analytics.identify({ userId: "c1", anonymousId: "a1", traits: { email: "ana@example.com", plan: "Team" } });
  analytics.track({ userId: "c1", event: "Order Completed", properties: { revenue: 30 } });
  analytics.page({ anonymousId: "a1", name: "Pricing", properties: { path: "/pricing" } });
  analytics.group({ userId: "c1", groupId: "halden", traits: { name: "Halden Print", employees: 120 } });
  await analytics.closeAndFlush();
}

async function rudderstack() {
  const RudderAnalytics = require("@rudderstack/rudder-sdk-node");
  const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl: address, flushInterval: 100 });
  analytics.identify({ userId: "c1", anonymousId: "a1", traits: { email: "ana@example.com", plan: "Team" } });
  analytics.track({ userId: "c1", event: "Order Completed", properties: { revenue: 30 } });
  analytics.page({ anonymousId: "a1", name: "Pricing", properties: { path: "/pricing" } });
  analytics.group({ userId: "c1", groupId: "halden", traits: { name: "Halden Print", employees: 120 } });
  await new Promise((resolve, reject) => analytics.flush((error) => (error ? reject(error) : resolve())));
}

({ segment, rudderstack })[client]().then(
  () => process.exit(0),
  (error) => { console.error(error); process.exit(1); },
);
