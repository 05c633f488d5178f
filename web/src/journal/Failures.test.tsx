import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { answerByPath, aUser } from "@/test/render";
import { renderWithLinks } from "@/test/renderInRouter";
import { aFailure } from "@/test/samples";

import { Failures } from "./ErrorsPage";
import { parseFailureSearch, parseJournalSearch } from "./filter";

const LIST = "GET /api/errors";
const RATE = "GET /api/errors/rate";
const rate = {
  step_seconds: 900,
  items: [
    { at: "2025-11-20T08:45:00Z", webhooks: 40, errors: 0 },
    { at: "2025-11-20T09:00:00Z", webhooks: 2, errors: 1 },
  ],
};

function draw(items: unknown[], search = {}) {
  const onSearch = vi.fn();
  answerByPath({ [LIST]: { items, next_cursor: null }, [RATE]: rate });
  renderWithLinks(<Failures search={search} onSearch={onSearch} />, { ...aUser, role: "admin" });
  return { onSearch };
}

test("errors stand beside the webhooks that came in the same time", async () => {
  draw([]);
  expect(await screen.findByRole("img", { name: "Webhooks: 42 in all, at most 40 in one bar" })).toBeTruthy();
  expect(screen.getByRole("img", { name: "Errors: 1 in all, at most 1 in one bar" })).toBeTruthy();
  expect(await screen.findByText("Nothing has gone wrong")).toBeTruthy();
});

test("an error unfolds to its causes, and leads to its webhook and to its like", async () => {
  const { onSearch } = draw([aFailure()]);
  const row = await screen.findByRole("button", { name: /saving the photo/ });
  expect(row.textContent).toContain("tried again by itself");
  expect(screen.queryByText("the disk is full")).toBeNull();
  await userEvent.click(row);
  expect(row.getAttribute("aria-expanded")).toBe("true");
  expect(screen.getByText("the disk is full")).toBeTruthy();
  const link = screen.getByRole("link", { name: "Open the webhook" });
  expect(link.getAttribute("href")).toBe("/operations/webhooks/e1");
  await userEvent.click(screen.getByRole("button", { name: "Errors of this number" }));
  expect(onSearch).toHaveBeenLastCalledWith({ phone: "+14155550132" });
});

test("one whose webhook was processed since says so", async () => {
  draw([aFailure({ entry: { state: "processed" } })]);
  expect((await screen.findByRole("button", { name: /saving the photo/ })).textContent).toContain(
    "processed since",
  );
});

test("a filter that was set by what it stands on can be taken off", async () => {
  const { onSearch } = draw([], { phone: "+14155550132", q: "disk" });
  await userEvent.click(await screen.findByRole("button", { name: "Take off the filter (415) 555-0132" }));
  expect(onSearch).toHaveBeenLastCalledWith({ q: "disk" });
});

test("the address keeps what is known and forgets the rest", () => {
  expect(parseJournalSearch({ q: 555, state: "failed", since: "day", other: 1 })).toEqual({
    q: "555",
    state: "failed",
    since: "day",
  });
  expect(parseJournalSearch({ q: "", state: "sideways", since: "any" })).toEqual({});
  expect(parseFailureSearch({ phone: 14155550132, session: "SM1", kind: "journal" })).toEqual({
    phone: "+14155550132",
    session: "SM1",
    kind: "journal",
  });
});
