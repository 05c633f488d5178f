import { focusManager } from "@tanstack/react-query";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { answerByPath } from "@/test/render";
import { renderWithLinks } from "@/test/renderInRouter";
import { aHistory, aMessage, aQueue } from "@/test/samples";

import { OperationsPage } from "./OperationsPage";

const QUEUE = "GET /api/queue";
const HISTORY = "GET /api/queue/history";

/** A number among the key figures, with what stands under it. */
async function figure(name: string): Promise<string> {
  await screen.findByText(/^As of/);
  return screen.getByText(name, { selector: "dt" }).parentElement?.textContent ?? "";
}

test("nothing has ever been sent: everything runs, and the page says how to begin", async () => {
  answerByPath({ [QUEUE]: aQueue(), [HISTORY]: aHistory("hour", {}) });
  renderWithLinks(<OperationsPage />);
  expect(await screen.findByText("Everything runs")).toBeTruthy();
  expect(await figure("Waiting to go out")).toContain("Nothing waits");
  expect(await figure("Wait until picked up")).toContain("–");
  expect(await figure("In doubt")).toContain("All outcomes are known");
  expect(await screen.findByText(/Nothing was sent in this time/)).toBeTruthy();
});

test("what waits and fails is told with its weight, and leads to where it can be dealt with", async () => {
  const letter = aMessage({ id: "m7", state: "unknown", at: "2025-11-20T08:56:00Z" });
  const queue = aQueue({
    states: { scheduled: 2, held: 1, queued: 1_204, sending: 3, unknown: 1 },
    lanes: [
      { lane: "fast", queued: 4, oldest_at: "2025-11-20T08:59:48Z" },
      { lane: "standard", queued: 0 },
      { lane: "bulk", queued: 1_200, oldest_at: "2025-11-20T08:30:00Z" },
    ],
    oldest_at: "2025-11-20T08:30:00Z",
    failed_24h: 21,
    dead_letters: 19,
    oldest_in_doubt: { ...letter, contact: { id: "c1", name: "Ana" } },
    pickup: { median_ms: 40, p95_ms: 180, messages: 200 },
    alerts: [{ code: "failure_rate", text: "21 of 42 messages of the last hour failed." }],
  });
  answerByPath({ [QUEUE]: queue, [HISTORY]: aHistory("hour", { 58: { sent: 118 }, 59: { sent: 9 } }) });
  renderWithLinks(<OperationsPage />);
  expect(await screen.findByText("1 thing needs a look")).toBeTruthy();
  expect(await figure("Waiting to go out")).toBe("Waiting to go out1,204oldest 30 min");
  expect(await figure("Wait until picked up")).toBe("Wait until picked up40 ms19 of 20 within 180 ms");
  await vi.waitFor(async () =>
    expect(await figure("Sent in the last minute")).toContain("127 in the last hour"),
  );
  const decide = screen.getByRole("link", { name: "19 wait for a decision" });
  expect(decide.getAttribute("href")).toBe("/dead-letters?group=all");
  const doubtful = screen.getByRole("link", { name: "Oldest 4 min, to Ana" });
  expect(doubtful.getAttribute("href")).toBe("/inbox/v1#m7");
  const bulk = screen.getByRole("rowheader", { name: "Bulk campaigns" }).closest("tr");
  expect(bulk?.textContent).toBe("Bulk campaigns1,20030 min");
});

test("every picture says its numbers, and the table has them all", async () => {
  const user = userEvent.setup();
  const history = aHistory("hour", { 10: { sent: 5 }, 20: { sent: 7, in_doubt: 1 } });
  answerByPath({ [QUEUE]: aQueue(), [HISTORY]: history });
  renderWithLinks(<OperationsPage />);
  expect(await screen.findByRole("img", { name: "Sent: 12 in all, at most 7 in one bar" })).toBeTruthy();
  expect(screen.getByRole("img", { name: "Failed: 0 in all, at most 0 in one bar" })).toBeTruthy();
  await user.click(screen.getByText("The numbers"));
  const rows = within(screen.getByRole("region", { name: "The numbers" })).getAllByRole("row");
  expect(rows).toHaveLength(61);
  expect(rows.filter((row) => row.textContent.endsWith("701"))).toHaveLength(1);
});

test("the day is asked for when it is chosen", async () => {
  const user = userEvent.setup();
  const { to } = answerByPath({ [QUEUE]: aQueue(), [HISTORY]: aHistory("hour", {}) });
  renderWithLinks(<OperationsPage />);
  await user.click(await screen.findByRole("radio", { name: "24 hours" }));
  const asked = (): (string | null)[] => to(HISTORY).map(({ url }) => new URL(url).searchParams.get("span"));
  await vi.waitFor(() => expect(asked()).toContain("day"));
});

test("what somebody waits for is asked again when the server did not answer", async () => {
  const user = userEvent.setup();
  answerByPath({ [HISTORY]: aHistory("hour", {}) });
  renderWithLinks(<OperationsPage />);
  const again = await screen.findByRole("button", { name: "Try again" });
  answerByPath({ [QUEUE]: aQueue(), [HISTORY]: aHistory("hour", {}) });
  await user.click(again);
  expect(await screen.findByText("Everything runs")).toBeTruthy();
});

test("figures that are old say so and stay", async () => {
  answerByPath({ [QUEUE]: aQueue({ sent_today: 77 }), [HISTORY]: aHistory("hour", {}) });
  const { client } = renderWithLinks(<OperationsPage />);
  expect(await figure("Sent today")).toContain("77");
  answerByPath({});
  await client.refetchQueries({ queryKey: ["queue"] });
  expect(await screen.findByText(/Nothing newer could be read/)).toBeTruthy();
  expect(screen.getByText("77")).toBeTruthy();
});

test("a silent node and webhooks that were given up on are told apart from what goes well", async () => {
  const node = { name: "two", started_at: "2025-11-20T08:00:00Z", heartbeat_at: "2025-11-20T08:58:00Z" };
  const queue = aQueue({
    nodes: [...aQueue().nodes, { ...node, alive: false }],
    webhooks: { waiting: 12, oldest_at: "2025-11-20T08:59:30Z", stuck: 2 },
  });
  answerByPath({ [QUEUE]: queue, [HISTORY]: aHistory("hour", {}) });
  renderWithLinks(<OperationsPage />);
  const nodes = await screen.findByRole("list", { name: "Nodes" });
  expect(nodes.textContent).toContain("Alive, last sign of life 2 sec ago");
  expect(nodes.textContent).toContain("Silent for 2 min.");
  expect(screen.getByText("12", { exact: false, selector: "dd" }).textContent).toBe("12, oldest 30 sec");
  expect(screen.getByText(/They failed again and again/)).toBeTruthy();
});

test("a page that nobody sees asks for nothing, and catches up when it is seen", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { to } = answerByPath({ [QUEUE]: aQueue(), [HISTORY]: aHistory("hour", {}) });
  renderWithLinks(<OperationsPage />);
  await screen.findByText("Everything runs");
  await vi.advanceTimersByTimeAsync(6_000);
  expect(to(QUEUE).length).toBe(2);
  focusManager.setFocused(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(to(QUEUE).length).toBe(2);
  focusManager.setFocused(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(to(QUEUE).length).toBe(3);
  focusManager.setFocused(undefined);
  vi.useRealTimers();
});
