import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { answerByPath, renderSignedIn } from "@/test/render";
import { aConversation, aMessage } from "@/test/samples";

import { Composer } from "./Composer";

const zone = "Pacific/Kiritimati";
const consent = { items: [], blocked: null, time_zone: { zones: [zone], source: "number" } };
const check = {
  ok: true,
  code: null,
  reason: null,
  hold_until: null,
  line: { id: "l1", name: "Support", address: "+14155550100" },
  segments: 1,
  encoding: "GSM-7",
  body: "Hello",
  recipient_time_zone: { zones: [zone], source: "number", local_time: "10:00" },
};
const scheduled = aMessage({ id: "m2", direction: "outbound", state: "scheduled", body: "Hello" });

function draw(more: Record<string, unknown> = {}) {
  const answers = answerByPath({
    "GET /api/contacts/c1/consent": consent,
    "POST /api/messages/check": check,
    "POST /api/messages": scheduled,
    ...more,
  });
  renderSignedIn(<Composer conversation={aConversation()} lastMessage={undefined} onSent={vi.fn()} />);
  return answers;
}
const field = (): HTMLTextAreaElement => screen.getByRole("textbox", { name: "Reply to Ana" });
const openTimes = () => userEvent.type(field(), "Hello{Control>}{Shift>}{Enter}{/Shift}{/Control}");

test("Ctrl+Shift+Enter opens the times; the button then says what will happen, and it does", async () => {
  const { to } = draw();
  await openTimes();
  await userEvent.click(await screen.findByRole("button", { name: /Tomorrow morning/ }));
  const button = await screen.findByRole("button", { name: /^Schedule for .*9:00\sAM, Ana’s time$/ });
  await userEvent.click(screen.getByRole("checkbox", { name: "Cancel if they answer first" }));
  await userEvent.click(button);
  await waitFor(() => expect(to("POST /api/messages")).toHaveLength(1));
  expect(await to("POST /api/messages")[0]?.json()).toEqual({
    conversation_id: "v1",
    line_id: "l1",
    body: "Hello",
    send_at_local: expect.stringMatching(/T09:00$/) as string,
    time_zone: zone,
    cancel_if_answered: true,
  });
  expect(field().value).toBe("");
  expect(screen.getByRole("button", { name: "Send SMS from Support" })).toBeDefined();
});

test("a plan can be dropped before it is sent", async () => {
  draw();
  await openTimes();
  await userEvent.click(await screen.findByRole("button", { name: /In 1 hour/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Do not schedule" }));
  expect(screen.getByRole("button", { name: "Send SMS from Support · 1 segment" })).toBeDefined();
});

test("what the gate refuses is said beside the composer, before the click", async () => {
  draw({ "POST /api/messages/check": { ...check, ok: false, code: "blocked", reason: "Ana is blocked." } });
  await userEvent.type(field(), "Hello");
  expect(await screen.findByText("Cannot be sent: Ana is blocked.")).toBeDefined();
  expect(screen.getByRole("button", { name: /^Send SMS/ })).toHaveProperty("disabled", true);
});

test("quiet hours change what the button says", async () => {
  const hold_until = new Date(Date.now() + 3 * 3_600_000).toISOString();
  draw({
    "POST /api/messages/check": { ...check, code: "quiet_hours", reason: "It is night there.", hold_until },
  });
  await userEvent.type(field(), "Hello");
  expect(
    await screen.findByText(/^Would be held until .*Ana’s time\. It is quiet hours where they are\.$/),
  ).toBeDefined();
  expect(screen.getByRole("button", { name: /^Send, held until .*Ana’s time$/ })).toHaveProperty(
    "disabled",
    false,
  );
});
