import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import type { Consent } from "@/api/types";
import { answerByPath, aUser, renderSignedIn } from "@/test/render";
import { toasts } from "@/ui/toasts";

import { ContactRules } from "./ContactRules";

beforeEach(() => toasts.set([]));

const consent = (over: Partial<Consent> = {}): Consent => ({
  items: [
    {
      id: "k1",
      at: "2026-01-01T09:00:00Z",
      line_id: null,
      purpose: "marketing",
      status: "given",
      source: "web_form",
      wording: "I agree.",
      evidence: null,
      by: null,
    },
  ],
  blocked: null,
  time_zone: { zones: ["Europe/Berlin"], source: "number" },
  ...over,
});

function draw(answer: Consent, user = aUser) {
  const answers = answerByPath({
    "GET /api/contacts/c1/consent": answer,
    "PUT /api/contacts/c1/block": {},
    "DELETE /api/contacts/c1/block": {},
    "POST /api/contacts/c1/consent": {},
    "PATCH /api/contacts/c1": { id: "c1", updated_at: "2026-01-01T09:00:00Z" },
  });
  renderSignedIn(<ContactRules contactId="c1" />, user);
  return answers;
}

test("it tells what they agreed to and where that is known from", async () => {
  draw(consent());
  expect(await screen.findByText("Agreed to marketing")).toBeDefined();
  expect(screen.getByText(/^Web form/)).toBeDefined();
  expect(screen.getByText(/\(Berlin\)$/)).toBeDefined();
});

test("blocking asks for the reason and can be undone", async () => {
  const { to } = draw(consent());
  await userEvent.click(await screen.findByRole("button", { name: "Block" }));
  await userEvent.type(await screen.findByRole("textbox", { name: "Reason (optional)" }), "Threats{Enter}");
  await waitFor(() => expect(to("PUT /api/contacts/c1/block")).toHaveLength(1));
  expect(await to("PUT /api/contacts/c1/block")[0]?.json()).toEqual({ reason: "Threats" });
  await waitFor(() => expect(toasts.get()).toHaveLength(1));
  toasts.get()[0]?.action?.run();
  await waitFor(() => expect(to("DELETE /api/contacts/c1/block")).toHaveLength(1));
});

test("a block is told with its reason, and ends by a click", async () => {
  const { to } = draw(consent({ blocked: { at: "2026-01-01T09:00:00Z", reason: "Threats", by: null } }));
  expect(await screen.findByText("Threats")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Unblock" }));
  await waitFor(() => expect(to("DELETE /api/contacts/c1/block")).toHaveLength(1));
});

test("a time zone of their own is chosen, and given back to the number", async () => {
  const { to } = draw(consent());
  const zone = await screen.findByRole("combobox", { name: "Time zone" });
  await userEvent.selectOptions(zone, "Asia/Tokyo");
  await waitFor(() => expect(to("PATCH /api/contacts/c1")).toHaveLength(1));
  expect(await to("PATCH /api/contacts/c1")[0]?.json()).toEqual({ time_zone: "Asia/Tokyo" });
});

test("a viewer reads and changes nothing", async () => {
  draw(consent(), { ...aUser, role: "viewer" });
  expect(await screen.findByText("Agreed to marketing")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});
