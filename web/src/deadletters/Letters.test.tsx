import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";

import { mediaQueriesMatch } from "@/test/media";
import { answerByPath, aUser } from "@/test/render";
import { renderWithLinks } from "@/test/renderInRouter";
import { aMessage } from "@/test/samples";
import { toasts } from "@/ui/toasts";

import { Letters } from "./Letters";

beforeEach(() => {
  toasts.set([]);
  mediaQueriesMatch(true);
  // The list draws only what fits, and nothing has a size here.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
});

const letter = (id: string, name: string) => ({
  ...aMessage({ id, direction: "outbound", state: "failed", body: `To ${name}` }),
  contact: { id: `c-${id}`, name, phone: null },
});
const page = { items: [letter("m1", "Ana"), letter("m2", "Ben")], next_cursor: null, total: 1240 };
const group = {
  code: "30005",
  title: "The number does not exist",
  help: "Check the number.",
  count: 1240,
  oldest_at: "2025-11-20T09:00:00Z",
  newest_at: "2025-11-20T09:00:00Z",
  retryable: true,
};

function draw(result: unknown, user = aUser) {
  const answers = answerByPath({
    "GET /api/dead-letters": page,
    "POST /api/dead-letters/retry": result,
    "POST /api/dead-letters/drop": result,
    "POST /api/dead-letters/undo": { undone: 1, too_late: 0 },
  });
  renderWithLinks(<Letters search={{ group: "30005" }} group={group} />, user);
  return answers;
}
const done = (n: number, refused: unknown[] = []) => ({ action_id: "act1", done: n, refused });

test("all that the reason holds is sent again, not only what is loaded", async () => {
  const { to } = draw(done(1240));
  await userEvent.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  await userEvent.click(screen.getByRole("button", { name: "Select all 1240" }));
  await userEvent.click(screen.getByRole("button", { name: "Send again" }));
  await waitFor(() => expect(to("POST /api/dead-letters/retry")).toHaveLength(1));
  expect(await to("POST /api/dead-letters/retry")[0]?.json()).toEqual({ all: true, code: "30005" });
});

test("dropping can be undone", async () => {
  const { to } = draw(done(1));
  await userEvent.click(await screen.findByRole("checkbox", { name: "Choose the message to Ana" }));
  await userEvent.click(screen.getByRole("button", { name: "Drop" }));
  await waitFor(() => expect(toasts.get()[0]?.text).toBe("1 message dropped"));
  toasts.get()[0]?.action?.run();
  await waitFor(() => expect(to("POST /api/dead-letters/undo")).toHaveLength(1));
  expect(await to("POST /api/dead-letters/undo")[0]?.json()).toEqual({ action_id: "act1" });
});

test("one message is edited and sent with its new text", async () => {
  const { to } = draw(done(1));
  expect(await screen.findByRole("button", { name: "Edit and send" })).toHaveProperty("disabled", true);
  await userEvent.click(screen.getByRole("checkbox", { name: "Choose the message to Ben" }));
  await userEvent.click(screen.getByRole("button", { name: "Edit and send" }));
  const text = await screen.findByRole("textbox", { name: "Text" });
  await userEvent.clear(text);
  await userEvent.type(text, "Better words");
  await userEvent.click(screen.getByRole("button", { name: "Send the new text" }));
  await waitFor(() => expect(to("POST /api/dead-letters/retry")).toHaveLength(1));
  expect(await to("POST /api/dead-letters/retry")[0]?.json()).toEqual({ ids: ["m2"], body: "Better words" });
});

test("what was refused is told with its reason", async () => {
  draw(done(1, [{ id: "m2", code: "opted_out", reason: "They have opted out." }]));
  await userEvent.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  await userEvent.click(screen.getByRole("button", { name: "Send again" }));
  const dialog = await screen.findByRole("dialog", { name: "1 message was not sent again" });
  expect(within(dialog).getByText("They have opted out.")).toBeDefined();
  expect(within(dialog).getByText("Ben")).toBeDefined();
});

test("a viewer sees the messages and can do nothing", async () => {
  draw(done(0), { ...aUser, role: "viewer" });
  expect(await screen.findByText("To Ana")).toBeDefined();
  expect(screen.queryByRole("checkbox")).toBeNull();
  expect(screen.queryByRole("button", { name: "Drop" })).toBeNull();
});
