import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";

import { mediaQueriesMatch } from "@/test/media";
import { answerByPath, aUser } from "@/test/render";
import { renderWithLinks } from "@/test/renderInRouter";
import { aJournalEntry, someEntryDetails } from "@/test/samples";
import { toasts } from "@/ui/toasts";

import { WebhookPanel } from "./WebhookPage";
import { Webhooks } from "./WebhooksPage";

const LIST = "GET /api/journal";
const REPLAY = "POST /api/journal/replay";
const admin = { ...aUser, role: "admin" } as const;

beforeEach(() => {
  toasts.set([]);
  mediaQueriesMatch(true);
  // The list draws only what fits, and nothing has a size here.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
});

const failed = aJournalEntry({
  id: "e1",
  state: "failed",
  failed_tries: 12,
  last_error: "the webhook has no To",
});
const entries = [failed, aJournalEntry({ id: "e2", duplicates: 3, latency_ms: 240 })];

function draw(answers: Record<string, unknown>, search = {}) {
  const onSearch = vi.fn();
  const asked = answerByPath({ [LIST]: { items: entries, next_cursor: null }, ...answers });
  renderWithLinks(<Webhooks search={search} openId={undefined} onSearch={onSearch} />, admin);
  return { ...asked, onSearch };
}

test("each webhook says what it is, how far it has come, and why it failed", async () => {
  draw({});
  const rows = within(await screen.findByRole("list", { name: "Webhooks" })).getAllByRole("article");
  expect(rows[0]?.textContent).toContain("Text from (415) 555-0132");
  expect(rows[0]?.textContent).toContain("The webhook has no To.");
  expect(rows[0]?.textContent).toContain("Given up after 12 tries");
  expect(rows[1]?.textContent).toContain("Processed in 240 ms");
  expect(rows[1]?.textContent).toContain("came 3 times more");
});

test("some are processed again, and it is told how many", async () => {
  const { to } = draw({ [REPLAY]: { replayed: 1, missing: 0, next_cursor: null } });
  await userEvent.click(
    (await screen.findAllByRole("checkbox", { name: "Choose: Text from (415) 555-0132" }))[0] ??
      document.body,
  );
  await userEvent.click(screen.getByRole("button", { name: "Process again" }));
  await waitFor(() => expect(toasts.get()[0]?.text).toBe("1 webhook is processed again"));
  expect(await to(REPLAY)[0]?.json()).toEqual({ ids: ["e1"] });
});

test("all that a search finds are taken, also what is not loaded", async () => {
  const { to } = draw(
    {
      [LIST]: { items: entries, next_cursor: "next", looked_back_to: "2025-11-20T08:00:00Z" },
      [REPLAY]: { replayed: 1000, missing: 0, next_cursor: null },
    },
    { state: "failed" },
  );
  await userEvent.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  await userEvent.click(screen.getByRole("button", { name: "Select all that match" }));
  await userEvent.click(screen.getByRole("button", { name: "Process again" }));
  await waitFor(() => expect(toasts.get()[0]?.text).toBe("1000 webhooks are processed again"));
  expect(await to(REPLAY)[0]?.json()).toEqual({ all: true, state: "failed" });
});

test("a search says how far back it looked, and looks further back when told to", async () => {
  const { to } = draw(
    { [LIST]: { items: [], next_cursor: "next", looked_back_to: "2025-11-20T08:00:00Z" } },
    { q: "ana" },
  );
  expect(await screen.findByText(/^Nothing found back to/)).toBeTruthy();
  expect(to(LIST)).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Look further back" }));
  await waitFor(() => expect(to(LIST)).toHaveLength(2));
  expect(new URL(to(LIST)[1]?.url ?? "").searchParams.get("cursor")).toBe("next");
});

test("an empty list says what that means", async () => {
  draw({ [LIST]: { items: [], next_cursor: null } }, { state: "failed" });
  expect(await screen.findByText("Nothing has failed")).toBeTruthy();
});

test("filters go together, and the way out of them is offered", async () => {
  const { onSearch } = draw({ [LIST]: { items: [], next_cursor: null } }, { state: "failed", q: "ana" });
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Period" }), "24 hours");
  expect(onSearch).toHaveBeenLastCalledWith({ state: "failed", q: "ana", since: "day" });
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "State" }), "Any state");
  expect(onSearch).toHaveBeenLastCalledWith({ q: "ana" });
  await userEvent.click(await screen.findByRole("button", { name: "Show all webhooks" }));
  expect(onSearch).toHaveBeenLastCalledWith({});
});

test("one webhook shows its request, its tries, and what it became", async () => {
  answerByPath({ "GET /api/journal/e1": someEntryDetails({ ...failed }) });
  renderWithLinks(<WebhookPanel id="e1" />, admin);
  expect(await screen.findByRole("heading", { name: "Text from (415) 555-0132" })).toBeTruthy();
  expect(screen.getByRole("list", { name: "Failed tries" }).textContent).toContain("the disk is full");
  await userEvent.click(screen.getByText("The raw request"));
  const raw = screen.getByRole("region", { name: "The raw request" }).textContent;
  expect(raw).toBe(
    "POST /webhooks/twilio/main/messages\nx-twilio-signature: ••••••\n\nFrom=%2B14155550132&Body=Hello",
  );
  expect(screen.getByRole("row", { name: "Body Hello" })).toBeTruthy();
});

test("processed again by hand, it says what came of it", async () => {
  const address = "GET /api/journal/e1";
  const done = { "POST /api/journal/e1/replay": {} };
  answerByPath({ ...done, [address]: someEntryDetails({ ...failed }) });
  renderWithLinks(<WebhookPanel id="e1" />, admin);
  const again = await screen.findByRole("button", { name: "Process again" });
  const [error] = someEntryDetails({}).errors;
  answerByPath({
    ...done,
    [address]: someEntryDetails({ ...failed, errors: error ? [{ ...error, id: "x2" }, error] : [] }),
  });
  await userEvent.click(again);
  expect(await screen.findByText("It failed again. The reason is below.")).toBeTruthy();
  answerByPath({ ...done, [address]: someEntryDetails({ state: "processed" }) });
  await userEvent.click(again);
  expect(await screen.findByText("Processed.")).toBeTruthy();
});
